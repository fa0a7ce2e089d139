import StockDomain
import StockStore
import StockWire

/// Lists: how many rows, and from where. Cursors are opaque to clients: the key of the last row, in parts.
enum Paging {
    static func limit(_ asked: Int?) throws -> Int {
        let limit = asked ?? Wire.defaultLimit
        guard (1...Wire.largestLimit).contains(limit) else {
            throw ErrorObject.invalidParams("limit", "limit must be from 1 to \(Wire.largestLimit)")
        }
        return limit
    }

    /// Rows are asked for one beyond the limit: if it comes, there is another page.
    static func page<Row>(_ rows: [Row], limit: Int, cursor: (Row) -> String) -> (rows: [Row], next: String?) {
        guard rows.count > limit else { return (rows, nil) }
        let page = Array(rows.prefix(limit))
        return (page, page.last.map(cursor))
    }

    static func numbers(_ cursor: String?, count: Int) throws -> [Int64]? {
        guard let cursor else { return nil }
        let parts = cursor.split(separator: ".", omittingEmptySubsequences: false).map { Int64($0) }
        guard parts.count == count, !parts.contains(nil) else { throw invalid }
        return parts.compactMap { $0 }
    }

    static func key(_ cursor: String?) throws -> LevelKey {
        guard let parts = try numbers(cursor, count: 2) else { return .first }
        return LevelKey(productID: parts[0], locationID: parts[1])
    }

    /// A number and a text, `12.WID-001`.
    static func numberAndText(_ cursor: String?) throws -> (Int64, String)? {
        guard let cursor else { return nil }
        let parts = cursor.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int64(parts[0]) else { throw invalid }
        return (number, String(parts[1]))
    }

    static func name(_ cursor: String?) throws -> NameCursor? {
        try numberAndText(cursor).map { NameCursor(name: $0.1, tenantID: $0.0) }
    }

    static var invalid: ErrorObject {
        .invalidParams("cursor", "cursor must be the next_cursor of an earlier reply to the same list")
    }
}
