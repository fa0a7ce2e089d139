import FoundationEssentials
import StockDomain
import StockWire

extension Timestamp {
    package var wire: Wire.Time { Wire.Time(milliseconds: milliseconds) }
}

extension Wire.Time {
    package var timestamp: Timestamp { Timestamp(milliseconds: milliseconds) }
}

extension Severity {
    package var wire: Wire.Severity {
        switch self {
        case .healthy: .healthy
        case .low: .low
        case .critical: .critical
        case .out: .out
        }
    }
}

extension Wire.Severity {
    package var domain: Severity {
        switch self {
        case .healthy: .healthy
        case .low: .low
        case .critical: .critical
        case .out: .out
        }
    }
}

extension Quantity {
    /// Reads a number from a request, naming the member where it is no quantity.
    static func read(_ decimal: Decimal, _ field: String) throws -> Quantity {
        guard let quantity = Quantity(decimal) else {
            throw ErrorObject.invalidParams(
                field, "\(field) must have at most five decimal places and be within ±\(Quantity.limit)")
        }
        return quantity
    }

    static func readPositive(_ decimal: Decimal, _ field: String) throws -> Quantity {
        let quantity = try read(decimal, field)
        guard quantity > .zero else { throw ErrorObject.invalidParams(field, "\(field) must be more than 0") }
        return quantity
    }
}

extension Money {
    var wire: Wire.Money { Wire.Money(amount: amount, currency: currency) }
}

extension Wire.Money {
    var domain: Money { Money(amount: amount, currency: currency) }
}
