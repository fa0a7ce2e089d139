import StockDomain

/// A record's fields as what they say, or why not.
struct CSVRows: Sendable {
    let header: CSVHeader
    let decimalComma: Bool

    func content(_ fields: [String]) throws(RowProblem) -> ImportLine.Content {
        // What spreadsheets leave behind the last column is empty.
        guard fields.count >= header.width, fields.dropFirst(header.width).allSatisfy(\.isEmpty)
        else { throw .fieldCount(fields.count, expected: header.width) }
        switch header.kind {
        case .products:
            return .product(
                ImportedProduct(
                    sku: try name(.sku, fields), name: cell(.name, fields) == "" ? nil : try optional(.name, fields),
                    category: try stated(.category, fields) { text throws(RowProblem) in try checked(.category, text) },
                    price: try stated(.price, fields) { text throws(RowProblem) in try positive(.price, text) },
                    currency: try currency(fields),
                    parLevel: try stated(.parLevel, fields) { text throws(RowProblem) in try positive(.parLevel, text) }))
        case .levels:
            return .level(
                ImportedLevel(
                    sku: try name(.sku, fields), location: try name(.location, fields), quantity: try number(.quantity, fields),
                    countedAt: cell(.countedAt, fields) == "" ? nil : try time(.countedAt, fields)))
        case .sales:
            let quantity = try number(.quantity, fields)
            guard quantity != .zero else { throw .zero(CSVHeader.Column.quantity.rawValue) }
            guard let soldAt = try time(.soldAt, fields) else { throw .empty(CSVHeader.Column.soldAt.rawValue) }
            return .sale(
                ImportedSale(
                    sku: try name(.sku, fields), location: try name(.location, fields), quantity: quantity, soldAt: soldAt,
                    externalID: try name(.externalID, fields)))
        }
    }

    /// Without spaces around; nil where the file has no such column.
    private func cell(_ column: CSVHeader.Column, _ fields: [String]) -> String? {
        guard let index = header.index(column), index < fields.count else { return nil }
        let text = fields[index]
        guard let first = text.utf8.first, let last = text.utf8.last else { return "" }
        // Nearly all have none.
        if first > 0x20, first < 0x7F, last > 0x20, last < 0x7F { return SpreadsheetCell.restored(text) }
        let scalars = text.unicodeScalars.drop { $0.properties.isWhitespace }
        let end = scalars.lastIndex { !$0.properties.isWhitespace }
        return SpreadsheetCell.restored(end.map { String(scalars[...$0]) } ?? "")
    }

    private func name(_ column: CSVHeader.Column, _ fields: [String]) throws(RowProblem) -> String {
        guard let text = try optional(column, fields) else { throw .empty(column.rawValue) }
        return text
    }

    private func optional(_ column: CSVHeader.Column, _ fields: [String]) throws(RowProblem) -> String? {
        guard let text = cell(column, fields) else { return nil }
        return try checked(column, text)
    }

    private func checked(_ column: CSVHeader.Column, _ text: String) throws(RowProblem) -> String {
        do throws(TextProblem) {
            try Text.check(text)
        } catch {
            throw error == .empty ? .empty(column.rawValue) : .text(column.rawValue, error)
        }
        return text
    }

    private func stated<Value>(
        _ column: CSVHeader.Column, _ fields: [String], _ read: (String) throws(RowProblem) -> Value
    ) throws(RowProblem) -> Value?? {
        guard let text = cell(column, fields) else { return nil }
        return text.isEmpty ? .some(nil) : .some(try read(text))
    }

    private func number(_ column: CSVHeader.Column, _ fields: [String]) throws(RowProblem) -> Quantity {
        guard let text = cell(column, fields), !text.isEmpty else { throw .empty(column.rawValue) }
        return try number(column, text)
    }

    private func number(_ column: CSVHeader.Column, _ text: String) throws(RowProblem) -> Quantity {
        var plain = text
        if decimalComma {
            // `1.234` would be taken for another number than it is.
            guard !text.utf8.contains(UInt8(ascii: ".")) else { throw .notNumber(column.rawValue, text, decimalComma: true) }
            plain = text.replacing(",", with: ".")
        }
        guard let quantity = Quantity(plain) else { throw .notNumber(column.rawValue, text, decimalComma: decimalComma) }
        return quantity
    }

    private func positive(_ column: CSVHeader.Column, _ text: String) throws(RowProblem) -> Quantity {
        let quantity = try number(column, text)
        guard quantity >= .zero else { throw .negative(column.rawValue) }
        return quantity
    }

    private func currency(_ fields: [String]) throws(RowProblem) -> String? {
        guard let text = cell(.currency, fields)?.uppercased(), !text.isEmpty else { return nil }
        guard text.utf8.count == 3, text.utf8.allSatisfy({ (65...90).contains($0) }) else { throw .notCurrency(text) }
        return text
    }

    private func time(_ column: CSVHeader.Column, _ fields: [String]) throws(RowProblem) -> ImportTime? {
        guard let text = cell(column, fields) else { return nil }
        guard !text.isEmpty else { throw .empty(column.rawValue) }
        guard text.utf8.count <= 40, let time = ImportTime(text) else { throw .notTime(column.rawValue, text) }
        return time
    }
}

extension ImportTime {
    /// RFC 3339, or without a zone `2026-05-01`, `2026-05-01 08:00`, `2026-05-01T08:00:00.5`.
    package init?(_ text: String) {
        if let at = Timestamp(rfc3339: text) {
            self = .instant(at)
            return
        }
        let seconds = text.utf8.count == 10 ? text + "T00:00:00" : text.utf8.count == 16 ? text + ":00" : text
        guard let utc = Timestamp(rfc3339: seconds + "Z") else { return nil }
        let day = utc.milliseconds.flooredQuotient(86_400_000)
        self = .local(Day(day), milliseconds: Int(utc.milliseconds - day * 86_400_000))
    }
}

/// Texts that a spreadsheet would run as a formula (OWASP, "CSV Injection"): those that begin with `=`, `+`, `-`, `@`, a tab
/// or a carriage return. An apostrophe before them makes text of them, and is taken away again when they are read.
package enum SpreadsheetCell {
    package static func defused(_ text: String) -> String { isFormula(text) ? "'" + text : text }

    package static func restored(_ text: String) -> String {
        text.utf8.first == UInt8(ascii: "'") && isFormula(text) ? String(text.dropFirst()) : text
    }

    /// Also behind apostrophes, so that what begins with one of its own comes back as it was.
    private static func isFormula(_ text: String) -> Bool {
        switch text.utf8.first(where: { $0 != UInt8(ascii: "'") }) {
        case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), 0x09, 0x0D: true
        default: false
        }
    }

    /// As a field of a CSV.
    package static func field(_ text: String) -> String {
        let safe = defused(text)
        let needsQuotes = safe.utf8.contains { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D || $0 == 0x3B || $0 == 0x09 }
        return needsQuotes || safe.first == " " || safe.last == " "
            ? "\"" + safe.replacing("\"", with: "\"\"") + "\"" : safe
    }
}
