extension SQLiteConnection {
    /// Which rows refer to rows that are not there, by table; nil: none does. It reads every row that refers to another.
    func brokenReferences() throws -> String? {
        struct Broken: Hashable {
            let table: String
            let missing: String
        }
        var found: [(broken: Broken, count: Int, rows: [Int64])] = []
        _ = try execute(SQLiteConnection.checkReferences, []) { row in
            let broken = Broken(table: row.text(0), missing: row.text(2))
            if found.last?.broken != broken { found.append((broken, 0, [])) }
            found[found.count - 1].count += 1
            // A table that is stored in the order of its key numbers no rows.
            if let number = row.optionalInt(1), found[found.count - 1].rows.count < 5 {
                found[found.count - 1].rows.append(number)
            }
            return true
        }
        guard !found.isEmpty else { return nil }
        return found.map { one in
            let rows = one.rows.map(String.init).joined(separator: ", ")
            let named = rows.isEmpty ? "" : " (\(one.count > one.rows.count ? "among them " : "")\(rows))"
            return "\(one.count) rows of \(one.broken.table)\(named) refer to rows of \(one.broken.missing) that are not there"
        }.joined(separator: "; ")
    }

    private static let checkReferences = SQL("PRAGMA foreign_key_check")
}
