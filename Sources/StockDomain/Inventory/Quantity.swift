import FoundationEssentials

/// An exact decimal quantity with up to five places, kept as an integer of 1/100,000 units.
/// May be negative: overselling happens, and is shown.
package struct Quantity: Hashable, Comparable, Sendable {
    /// One whole unit.
    package static let scale: Int64 = 100_000
    /// Quantities from outside are refused beyond ± this, so that sums over years of movements cannot overflow.
    package static let limit = Quantity(1_000_000_000)
    package static let zero = Quantity(0)

    /// In 1/100,000 of a unit.
    package var scaled: Int64

    package init(scaled: Int64) { self.scaled = scaled }
    package init(_ whole: Int) { scaled = Int64(whole) * Quantity.scale }

    /// Reads `-2.50000`, `79`, `0.5`: optional sign, digits, at most five decimal places (further zeros are
    /// accepted), no exponent. `nil` for anything else, and beyond `limit`.
    package init?(_ text: some StringProtocol) {
        var value: Int64 = 0, places = -1, digits = 0
        var rest = Substring(text)
        let negative = rest.first == "-"
        if negative || rest.first == "+" { rest = rest.dropFirst() }
        for byte in rest.utf8 {
            if byte == 46, places < 0 { places = 0; continue }
            guard byte >= 48, byte <= 57 else { return nil }
            digits += 1
            if places >= 5 {
                guard byte == 48 else { return nil }
                continue
            }
            if places >= 0 { places += 1 }
            let (product, tooBig) = value.multipliedReportingOverflow(by: 10)
            let (sum, tooBigByDigit) = product.addingReportingOverflow(Int64(byte - 48))
            guard !tooBig, !tooBigByDigit else { return nil }
            value = sum
        }
        guard digits > 0, places != 0 else { return nil }
        for _ in max(0, places)..<5 {
            let (product, tooBig) = value.multipliedReportingOverflow(by: 10)
            guard !tooBig else { return nil }
            value = product
        }
        scaled = negative ? -value : value
        guard magnitude <= Quantity.limit else { return nil }
    }

    /// `nil` for more than five places or beyond `limit`.
    package init?(_ decimal: Decimal) { self.init(decimal.description) }

    /// Put together from digits and places: dividing decimals costs more than all else that a reply takes.
    package var decimal: Decimal {
        let (whole, part) = scaled.quotientAndRemainder(dividingBy: Quantity.scale)
        guard part != 0 else { return Decimal(whole) }
        var digits = scaled, places = 5
        while digits % 10 == 0 { (digits, places) = (digits / 10, places - 1) }
        return Decimal(sign: .plus, exponent: -places, significand: Decimal(digits))
    }
    package var magnitude: Quantity { Quantity(scaled: abs(scaled)) }
    /// For ratios and rates only, never to store.
    package var approximate: Double { Double(scaled) / Double(Quantity.scale) }

    package static func < (a: Quantity, b: Quantity) -> Bool { a.scaled < b.scaled }
    package static func + (a: Quantity, b: Quantity) -> Quantity { Quantity(scaled: a.scaled + b.scaled) }
    package static func - (a: Quantity, b: Quantity) -> Quantity { Quantity(scaled: a.scaled - b.scaled) }
    package static func += (a: inout Quantity, b: Quantity) { a = a + b }
    package static prefix func - (a: Quantity) -> Quantity { Quantity(scaled: -a.scaled) }
}

extension Quantity: CustomStringConvertible {
    /// Shortest exact form: `4`, `-2.5`, `0.00001`.
    package var description: String {
        let (whole, part) = scaled.magnitude.quotientAndRemainder(dividingBy: UInt64(Quantity.scale))
        let sign = scaled < 0 ? "-" : ""
        guard part > 0 else { return "\(sign)\(whole)" }
        var digits = String(part)
        digits = String(repeating: "0", count: 5 - digits.count) + digits
        while digits.last == "0" { digits.removeLast() }
        return "\(sign)\(whole).\(digits)"
    }
}
