import FoundationEssentials

extension Wire {
    /// An amount in minor units (cents) of an ISO 4217 currency.
    package struct Money: Codable, Hashable, Sendable, Noted {
        package var amount: Int64
        package var currency: String

        package init(amount: Int64, currency: String) {
            self.amount = amount
            self.currency = currency
        }

        package static let notes = [
            "amount": "In minor units of the currency: 1299 is 12.99 USD.",
            "currency": "ISO 4217 code, for example `USD`.",
        ]

        /// `49.99 USD`.
        package var text: String {
            let digits = Money.minorDigits(of: currency)
            var text = String(amount.magnitude)
            if digits > 0 {
                text = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
                text.insert(".", at: text.index(text.endIndex, offsetBy: -digits))
            }
            return "\(amount < 0 ? "-" : "")\(text) \(currency)"
        }

        /// Digits behind the point, by ISO 4217.
        package static func minorDigits(of currency: String) -> Int {
            switch currency {
            case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV",
                "XAF", "XOF", "XPF":
                0
            case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND": 3
            default: 2
            }
        }
    }

    /// For estimates such as rates and days: rounded to two places; `nil` where it is no number.
    package static func rounded(_ estimate: Double?) -> Decimal? {
        guard let estimate, estimate.isFinite, abs(estimate) < 1e15 else { return nil }
        let hundredths = Int64((estimate * 100).rounded())
        return hundredths % 100 == 0
            ? Decimal(hundredths / 100) : Decimal(sign: .plus, exponent: -2, significand: Decimal(hundredths))
    }
}
