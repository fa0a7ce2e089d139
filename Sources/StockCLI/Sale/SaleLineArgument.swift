import ArgumentParser

/// One product of a flash sale: `SKU=QUANTITY@LOCATION,price=9.99,limit=2`, price and limit in any order or left out.
struct SaleLineArgument: ExpressibleByArgument {
    var line: LineArgument
    var price: QuantityArgument?
    var limit: QuantityArgument?

    init?(argument: String) {
        var argument = Substring(argument)
        // From the end: a location may have commas in its name.
        while let comma = argument.lastIndex(of: ","), case let term = argument[argument.index(after: comma)...],
            let equals = term.firstIndex(of: "="), term[..<equals].allSatisfy({ $0.isASCII && $0.isLowercase })
        {
            guard let value = QuantityArgument(argument: String(term[term.index(after: equals)...])) else { return nil }
            switch term[..<equals] {
            case "price" where price == nil: price = value
            case "limit" where limit == nil: limit = value
            default: return nil
            }
            argument = argument[..<comma]
        }
        guard let line = LineArgument(argument: String(argument)) else { return nil }
        self.line = line
    }
}
