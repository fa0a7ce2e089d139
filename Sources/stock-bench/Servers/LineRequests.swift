/// The requests of a work in lines of JSON, for a shop with so many products.
extension Requests {
    init(lines work: Work, of products: Int) {
        func request(_ method: String, _ params: String) -> String {
            #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":{\#(params)}}"# + "\n"
        }
        func place(_ product: Int) -> String {
            request(
                "hold.place",
                #""sku":"SKU-\#(product)","location":"Store 0","quantity":1,"ttl_s":86400,"order_ref":"order-\#(Requests.number)""#)
        }
        switch work {
        case .place:
            self.init(texts: [place(0)])
        case .placeAny:
            self.init(texts: Draws.even(of: products).map(place))
        case .placeAndConfirm:
            self.init(
                texts: Draws.zipf(of: products).map(place),
                followUp: request("hold.confirm", #""id":\#(Requests.id),"payment_ref":"payment-\#(Requests.number)""#))
        case .ping:
            self.init(texts: [#"{"jsonrpc":"2.0","id":1,"method":"system.status"}"# + "\n"])
        case .level:
            self.init(texts: Draws.even(of: products).map { request("stock.get", #""sku":"SKU-\#($0)","location":"Store 0""#) })
        }
    }
}
