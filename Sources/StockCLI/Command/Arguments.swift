import ArgumentParser
import FoundationEssentials
import StockWire

extension Wire.Severity: ExpressibleByArgument {}
extension Wire.AlertFilter: ExpressibleByArgument {}
extension Wire.ChannelKind: ExpressibleByArgument {}
extension Wire.DeliveryState: ExpressibleByArgument {}
extension Wire.EventKind: ExpressibleByArgument {}
extension Wire.HoldState: ExpressibleByArgument {}
extension Wire.SaleState: ExpressibleByArgument {}
extension Wire.SilenceState: ExpressibleByArgument {}

/// An exact quantity: `4`, `-2.5`, `0.00001`. No exponent, no separators.
struct QuantityArgument: ExpressibleByArgument {
    var value: Decimal

    init?(argument: String) {
        let argument = NegativeNumbers.unmarked(argument)
        var digits = Substring(argument)
        if digits.hasPrefix("-") || digits.hasPrefix("+") { digits = digits.dropFirst() }
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), digits.utf8.count <= 20,
            parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let value = Decimal(string: argument.hasPrefix("+") ? String(digits) : argument)
        else { return nil }
        self.value = value
    }
}

/// The parser takes `-3` for an option. No option of ours is a number, so a number's `-` becomes a true minus sign before
/// the parser sees it, and is turned back where a quantity is read.
package enum NegativeNumbers {
    package static func marked(_ arguments: [String]) -> [String] {
        let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
        return arguments.enumerated().map { index, argument in
            index < end && isNegative(argument) ? minus + argument.dropFirst() : argument
        }
    }

    static func unmarked(_ argument: String) -> String {
        argument.hasPrefix(minus) ? "-" + argument.dropFirst() : argument
    }

    private static let minus = "\u{2212}"

    private static func isNegative(_ argument: String) -> Bool {
        guard argument.hasPrefix("-"), argument.utf8.count > 1 else { return false }
        return argument.utf8.dropFirst().allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
    }
}

/// `49.99`, with the currency beside it.
enum MoneyArgument {
    /// Throws wrong usage.
    static func money(_ amount: QuantityArgument?, _ currency: String, _ option: String) throws -> Wire.Money? {
        guard let amount else { return nil }
        guard currency.utf8.count == 3, currency.utf8.allSatisfy({ (65...90).contains($0) }) else {
            throw ValidationError("--currency must be a code of three capital letters, such as USD.")
        }
        let digits = Wire.Money.minorDigits(of: currency)
        var minor = amount.value
        for _ in 0..<digits { minor *= 10 }
        guard let whole = Int64(minor.description) else {
            throw ValidationError("\(option) has more than \(digits) places, which \(currency) does not have.")
        }
        return Wire.Money(amount: whole, currency: currency)
    }
}

/// `SOURCE=ID`, several of them.
struct ExternalIDArgument: ExpressibleByArgument {
    var source: String
    var id: String

    init?(argument: String) {
        guard let separator = argument.firstIndex(of: "="), separator != argument.startIndex else { return nil }
        source = String(argument[..<separator])
        id = String(argument[argument.index(after: separator)...])
        if id.isEmpty { return nil }
    }

    /// nil if there are none.
    static func ids(_ arguments: [ExternalIDArgument]) -> [String: String]? {
        arguments.isEmpty ? nil : Dictionary(arguments.map { ($0.source, $0.id) }) { _, last in last }
    }
}

/// So much of a product, at a location: `SKU=QUANTITY@LOCATION`, or `SKU=QUANTITY` where the command's --location says it.
struct LineArgument: ExpressibleByArgument {
    var sku: String
    var quantity: QuantityArgument
    var location: String?

    /// SKUs and locations may have `=` and `@` in them: it is the first `=` with a quantity behind it.
    init?(argument: String) {
        for separator in argument.indices where argument[separator] == "=" && separator != argument.startIndex {
            let rest = argument[argument.index(after: separator)...]
            let at = rest.firstIndex(of: "@")
            guard let quantity = QuantityArgument(argument: String(rest[..<(at ?? rest.endIndex)])) else { continue }
            sku = String(argument[..<separator])
            self.quantity = quantity
            location = at.map { String(rest[rest.index(after: $0)...]) }
            if location == "" { return nil }
            return
        }
        return nil
    }

    /// Throws wrong usage where nobody says it.
    func location(orElse common: String?) throws -> String {
        guard let location = location ?? common else {
            throw ValidationError(
                "Say where \(sku) comes from: --line \(sku)=\(quantity.value)@LOCATION, or --location for all lines.")
        }
        return location
    }
}
