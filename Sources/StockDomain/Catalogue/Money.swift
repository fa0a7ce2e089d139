/// An amount in minor units (cents) of an ISO 4217 currency.
package struct Money: Hashable, Sendable {
    package var amount: Int64
    package var currency: String

    package init(amount: Int64, currency: String) {
        self.amount = amount
        self.currency = currency
    }

    /// Digits behind the point, by ISO 4217 (the wire's own table is the same).
    package static func minorDigits(of currency: String) -> Int {
        switch currency {
        case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF": 0
        case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND": 3
        default: 2
        }
    }

    /// `nil` where `amount` has more places than the currency.
    package init?(_ amount: Quantity, currency: String) {
        var unit = Quantity.scale
        for _ in 0..<Money.minorDigits(of: currency) { unit /= 10 }
        guard amount.scaled % unit == 0 else { return nil }
        self.init(amount: amount.scaled / unit, currency: currency)
    }

    /// In whole units: `12.99`.
    package var wholeUnits: String {
        let digits = Money.minorDigits(of: currency)
        guard digits > 0 else { return String(amount) }
        let text = String(amount.magnitude)
        let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
        return (amount < 0 ? "-" : "") + padded.dropLast(digits) + "." + padded.suffix(digits)
    }
}
