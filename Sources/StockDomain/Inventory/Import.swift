import FoundationEssentials

// What a file of rows says, in our terms: products by their SKU, locations by their name.

package enum ImportKind: String, CaseIterable, Codable, Sendable { case products, levels, sales }

package struct ImportedProduct: Hashable, Sendable {
    package var sku: String
    /// nil: the file does not say; an existing product keeps its own.
    package var name: String?
    /// nil: the file has no such column; `.some(nil)`: the cell is empty, which takes it away.
    package var category: String??
    /// In whole units of the currency.
    package var price: Quantity??
    /// nil: that of the product, else USD.
    package var currency: String?
    package var parLevel: Quantity??

    package init(
        sku: String, name: String? = nil, category: String?? = nil, price: Quantity?? = nil, currency: String? = nil,
        parLevel: Quantity?? = nil
    ) {
        self.sku = sku
        self.name = name
        self.category = category
        self.price = price
        self.currency = currency
        self.parLevel = parLevel
    }
}

package struct ImportedLevel: Hashable, Sendable {
    package var sku: String
    package var location: String
    package var quantity: Quantity
    /// nil: when the file as a whole was counted.
    package var countedAt: ImportTime?

    package init(sku: String, location: String, quantity: Quantity, countedAt: ImportTime? = nil) {
        self.sku = sku
        self.location = location
        self.quantity = quantity
        self.countedAt = countedAt
    }
}

package struct ImportedSale: Hashable, Sendable {
    package var sku: String
    package var location: String
    /// Units sold, or returned where negative; never zero.
    package var quantity: Quantity
    package var soldAt: ImportTime
    /// Unique within its source.
    package var externalID: String

    package init(sku: String, location: String, quantity: Quantity, soldAt: ImportTime, externalID: String) {
        self.sku = sku
        self.location = location
        self.quantity = quantity
        self.soldAt = soldAt
        self.externalID = externalID
    }
}

/// A time as a file has it.
package enum ImportTime: Hashable, Sendable {
    case instant(Timestamp)
    /// What clocks at the location showed: the time of day in milliseconds.
    case local(Day, milliseconds: Int)

    /// Where `zone`'s clocks showed a time twice, the first; where they jumped over it, the end of the jump.
    package func instant(in zone: TimeZone) -> Timestamp {
        switch self {
        case .instant(let at): at
        case .local(let day, let time):
            Timestamp(day, minutes: time / 60_000, in: zone) + .milliseconds(time % 60_000)
        }
    }
}

/// A row that was understood, and where it stands.
package struct ImportLine: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        case product(ImportedProduct)
        case level(ImportedLevel)
        case sale(ImportedSale)
    }

    /// Counted from 1, the header's included; of a row of several lines the first.
    package var line: Int
    package var content: Content

    package init(line: Int, content: Content) {
        self.line = line
        self.content = content
    }
}

package struct SkippedLine: Hashable, Sendable, Codable {
    package var line: Int
    package var reason: String

    package init(line: Int, reason: RowProblem) {
        self.line = line
        self.reason = reason.description
    }
}

/// What became of rows.
package struct ImportOutcome: Hashable, Sendable, Codable {
    /// They said something new.
    package var applied = 0
    /// They said what was known.
    package var unchanged = 0
    /// Counts of a level that was counted later, or counted otherwise at that very time.
    package var overtaken = 0
    package var skipped: [SkippedLine] = []

    package init() {}

    package var isEmpty: Bool { applied + unchanged + overtaken == 0 && skipped.isEmpty }
}

/// Rows of a file, applied with the bookmark that follows from what became of them.
package struct ImportPage: Sendable {
    package var lines: [ImportLine] = []
    /// Rows that could not be read.
    package var unreadable: [SkippedLine] = []
    /// When levels were counted whose rows do not say.
    package var countedAt: Timestamp
    /// The file was applied before: products that exist are left as they are.
    package var isReplay = false
    /// For `sync status`: what the source is reading.
    package var phase: String
    /// At most so many of the skipped are listed there.
    package var listed = 0
    /// The file is done with: it is known for a year from then on.
    package var finished: AppliedFile?
    package var resume: @Sendable (ImportOutcome) throws -> String

    package init(countedAt: Timestamp, phase: String, resume: @escaping @Sendable (ImportOutcome) throws -> String) {
        self.countedAt = countedAt
        self.phase = phase
        self.resume = resume
    }
}

/// A file whose rows were applied.
package struct AppliedFile: Hashable, Sendable {
    /// SHA-256 of its bytes, in hexadecimal.
    package var digest: String
    package var name: String
    /// When levels were counted whose rows do not say.
    package var countedAt: Timestamp

    package init(digest: String, name: String, countedAt: Timestamp) {
        self.digest = digest
        self.name = name
        self.countedAt = countedAt
    }
}

/// Why a row was not applied.
package enum RowProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// Of the row as a whole.
    case fieldCount(Int, expected: Int)
    case tooLong(limit: Int)
    case unclosedQuote
    case textAfterQuote
    case notUTF8
    /// Of one column.
    case empty(String)
    case text(String, TextProblem)
    case notNumber(String, String, decimalComma: Bool)
    case negative(String)
    case zero(String)
    case notTime(String, String)
    case notCurrency(String)
    case places(String, Int, currency: String)
    /// Of what it names.
    case unknownProduct(String)
    case retiredProduct(String)
    case unnamedProduct
    case unknownLocation(String)
    case future(String, Timestamp)
    case refused(String)

    package var description: String {
        switch self {
        case .fieldCount(let count, let expected): "it has \(count == 1 ? "1 column" : "\(count) columns") where the header has \(expected)"
        case .tooLong(let limit): "it is longer than \(limit) bytes (is a quote left open?)"
        case .unclosedQuote: "a quote is left open"
        case .textAfterQuote: "something follows a closing quote (a quote inside quotes is written twice)"
        case .notUTF8: "it is not UTF-8"
        case .empty(let column): "\(column) is empty"
        case .text(let column, let problem): "\(column) \(problem.description)"
        case .notNumber(let column, let text, false):
            "\(column) must be a number such as 4 or 2.5, not \(RowProblem.quoted(text))"
        case .notNumber(let column, let text, true):
            "\(column) must be a number such as 4 or 2,5 (decimal_comma is set), not \(RowProblem.quoted(text))"
        case .negative(let column): "\(column) must not be negative"
        case .zero(let column): "\(column) must not be 0"
        case .notTime(let column, let text):
            "\(column) must be a time such as 2026-05-01T08:00:00Z or 2026-05-01 08:00, not \(RowProblem.quoted(text))"
        case .notCurrency(let text): "currency must be a code such as USD, not \(RowProblem.quoted(text))"
        case .places(let column, let places, let currency): "\(column) has more than the \(places) places that \(currency) has"
        case .unknownProduct(let sku):
            "no product has the SKU \(RowProblem.quoted(sku)): a products file or `stockctl product create` adds it"
        case .retiredProduct(let sku): "the product \(RowProblem.quoted(sku)) is retired: `stockctl product create` brings it back"
        case .unnamedProduct: "a new product needs a name"
        case .unknownLocation(let name):
            "no location is named \(RowProblem.quoted(name)): `stockctl location create` adds it"
        case .future(let column, let at): "\(column) lies in the future (\(at))"
        case .refused(let why): why
        }
    }

    /// As much of it as a line of a report bears. What must not be shown is seen to be there, as it may be all that is wrong.
    private static func quoted(_ text: String) -> String {
        let scalars = text.unicodeScalars
        var shown = String.UnicodeScalarView()
        for scalar in scalars.prefix(40) { shown.append(Text.isControl(scalar) ? "\u{FFFD}" : scalar) }
        return "\"\(String(shown))\(scalars.dropFirst(40).isEmpty ? "" : "…")\""
    }
}
