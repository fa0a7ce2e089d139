import StockDomain

/// One thing that happens to a shop, as a value: a list of them can be replayed, also with some left out. Products,
/// locations, orders, customers, sales and payments are numbers, `p1` `l0` `o7` `c2` `s0` `pay1` where they need names.
enum HoldStep: Hashable, Sendable {
    struct Key: Hashable, Comparable, Sendable {
        var product: Int
        var location: Int

        static func < (a: Key, b: Key) -> Bool { (a.product, a.location) < (b.product, b.location) }
    }

    struct Line: Hashable, Sendable {
        var key: Key
        var quantity: Quantity
    }

    struct SaleLine: Hashable, Sendable {
        var key: Key
        var quantity: Quantity
        var limit: Quantity?
    }

    case place(order: Int, lines: [Line], sale: Int?, customer: Int?, seconds: Int)
    case confirm(order: Int, payment: Int)
    case cancel(order: Int)
    case extend(order: Int, seconds: Int)
    /// Time passes; it runs backwards where it is negative.
    case wait(milliseconds: Int)
    /// The timer fires: what is overdue expires, so many in a transaction.
    case expire(chunk: Int)
    case change(Key, StockMove)
    /// A count arrives from the point of sale, made so long ago; nil: it says that it has never counted.
    case count(Key, Quantity?, secondsAgo: Int)
    /// The point of sale tells of a product, which it sells at all locations but these.
    case offer(product: Int, soldOutAt: Set<Int>)
    case retire(product: Int)
    case bringBack(product: Int)
    /// From and to: seconds from now.
    case beginSale(Int, from: Int, to: Int, lines: [SaleLine])
    case endSale(Int)
    /// The store is closed and opened again.
    case restart
}

enum StockMove: Hashable, Sendable {
    case set(Quantity)
    case sell(Quantity)
    case receive(Quantity)
    case adjust(Quantity)
}

extension HoldStep.Key: CustomStringConvertible {
    var description: String { "p\(product)@l\(location)" }
}

extension HoldStep.Line: CustomStringConvertible {
    var description: String { "\(quantity) of \(key)" }
}

extension HoldStep.SaleLine: CustomStringConvertible {
    var description: String { "\(quantity) of \(key)" + (limit.map { ", \($0) each" } ?? "") }
}

extension HoldStep: CustomStringConvertible {
    var description: String {
        switch self {
        case .place(let order, let lines, let sale, let customer, let seconds):
            "place o\(order): \(lines)" + (sale.map { " in s\($0)" } ?? "") + (customer.map { " for c\($0)" } ?? "")
                + " for \(seconds) s"
        case .confirm(let order, let payment): "confirm o\(order) by pay\(payment)"
        case .cancel(let order): "cancel o\(order)"
        case .extend(let order, let seconds): "extend o\(order) by \(seconds) s"
        case .wait(let milliseconds): "wait \(milliseconds) ms"
        case .expire(let chunk): "the timer fires, \(chunk) at once"
        case .change(let key, .set(let quantity)): "set \(key) to \(quantity)"
        case .change(let key, .sell(let quantity)): "sell \(quantity) of \(key)"
        case .change(let key, .receive(let quantity)): "receive \(quantity) of \(key)"
        case .change(let key, .adjust(let quantity)): "adjust \(key) by \(quantity)"
        case .count(let key, let quantity, let seconds):
            "the POS counts \(quantity?.description ?? "nothing ever") of \(key), \(seconds) s ago"
        case .offer(let product, let soldOut):
            "the POS offers p\(product)" + (soldOut.isEmpty ? "" : ", sold out at \(soldOut.sorted().map { "l\($0)" })")
        case .retire(let product): "retire p\(product)"
        case .bringBack(let product): "create p\(product) again"
        case .beginSale(let sale, let from, let to, let lines): "sale s\(sale) from \(from) s to \(to) s: \(lines)"
        case .endSale(let sale): "end s\(sale)"
        case .restart: "restart"
        }
    }
}
