@testable import StockStore

/// All that stands in a database, table by table, as SQL would write it.
struct TableContents: Equatable {
    /// By column.
    typealias Row = [String: String]

    /// In an order that depends on nothing but what they hold.
    private(set) var rows: [String: [Row]] = [:]

    init(_ sql: any SQLConnection) throws {
        let tables = try sql.all(SQL("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")) {
            $0.text(0)
        }
        for table in tables {
            let columns = try sql.all(SQL("SELECT name FROM pragma_table_info('\(table)')")) { $0.text(0) }
            let quoted = columns.map { "quote(\($0))" }.joined(separator: ", ")
            set(
                table,
                try sql.all(SQL("SELECT \(quoted) FROM \(table)")) { row in
                    Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1, row.text($0)) })
                })
        }
    }

    subscript(table: String) -> [Row] { rows[table] ?? [] }

    mutating func set(_ table: String, _ new: [Row]) { rows[table] = new.sorted { TableContents.key($0) < TableContents.key($1) } }

    mutating func change(_ table: String, _ change: (inout Row) -> Void) {
        set(table, self[table].map { row in
            var changed = row
            change(&changed)
            return changed
        })
    }

    mutating func remove(_ table: String) { rows[table] = nil }

    /// What differs from `expected`, in words.
    func differences(from expected: TableContents) -> [String] {
        Set(rows.keys).union(expected.rows.keys).sorted().flatMap { table -> [String] in
            let here = self[table], there = expected[table]
            return there.filter { !here.contains($0) }.map { "\(table) lacks \(TableContents.key($0))" }
                + here.filter { !there.contains($0) }.map { "\(table) has \(TableContents.key($0))" }
                + (here.count == there.count ? [] : ["\(table) has \(here.count) rows, not \(there.count)"])
        }
    }

    private static func key(_ row: Row) -> String { row.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ") }
}
