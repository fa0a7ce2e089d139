@testable import StockStore
import StockDomain

/// `OldShop` on a disk that can fail, and what an upgrade must make of it.
struct OldDatabase {
    let version: Int64
    let disk: FaultDisk
    /// By schema version, from its own to the newest: what may ever be found in it.
    let stages: [Int64: TableContents]

    static let newest = Migration.all.last!.version

    init(version: Int64) throws {
        self.version = version
        disk = try FaultDisk()
        let sql = try SQLiteConnection(path: disk.path)
        defer { sql.close() }
        try sql.script("PRAGMA journal_mode = WAL")
        // The third schema rebuilt the tables of the second, and added none.
        let written = min(version, 2)
        try Migration.apply(Migration.all.filter { $0.version <= written }, to: sql, at: 0)
        try OldShop.fill(sql, version: written)
        try Migration.apply(Migration.all.filter { $0.version <= version }, to: sql, at: 0)
        if version == 5 { try sql.script(OldShop.telling) }
        var stages: [Int64: TableContents] = [:]
        var stage = try TableContents(sql)
        stage.remove("schema_version")
        stages[version] = stage
        for next in Migration.all where next.version > version {
            OldDatabase.expect(next.version, &stage)
            stages[next.version] = stage
        }
        self.stages = stages
    }

    /// What the step to that version changes, of this shop.
    private static func expect(_ version: Int64, _ contents: inout TableContents) {
        switch version {
        case 2:
            contents.change("event") { $0.merge(["hold_id": "NULL", "sale_id": "NULL", "remaining": "NULL"]) { $1 } }
            for table in ["flash_sale", "flash_sale_line", "flash_sale_customer", "hold", "hold_line", "refused_payment"] {
                contents.set(table, [])
            }
        case 3:
            // Those that stand show the boundary that is in force now: of the first, the low one, of the second the
            // critical one. What is over keeps what it was opened at.
            contents.change("alert") { alert in
                let boundary = ["3": ("1000000", "1"), "4": ("200000", "1"), "5": ("300000", "2")]
                if let (threshold, origin) = alert["id"].flatMap({ boundary[$0] }) {
                    (alert["threshold"], alert["threshold_origin"]) = (threshold, origin)
                }
            }
            contents.change("delivery") { $0["lease"] = "0" }
            contents.set(
                "tally",
                [
                    (1, "products", 2), (1, "levels", 4), (1, "locations", 2), (1, "alerts_open", 3),
                    (1, "deliveries_queued", 2), (1, "deliveries_dead", 1), (2, "products", 1), (2, "levels", 1),
                    (2, "locations", 1),
                ].map { ["tenant_id": "\($0)", "name": "'\($1)'", "n": "\($2)"] })
        case 4:
            contents.change("movement") { $0.merge(["held": "NULL", "severity": "NULL"]) { $1 } }
            contents.change("hold") { $0["first_expires_at"] = "NULL" }
            contents.change("event") { event in
                event["numbers"] = event.removeValue(forKey: "remaining")
                event.merge(["state": "NULL", "held": "NULL", "threshold": "NULL", "expires_at": "NULL"]) { $1 }
            }
            contents.change("notice") { $0.merge(["about": "NULL", "due_at": "NULL"]) { $1 } }
            let held = contents["hold"].count { $0["state"] == "'held'" && $0["tenant_id"] == "1" }
            if held > 0 {
                contents.set("tally", contents["tally"] + [["tenant_id": "1", "name": "'holds_held'", "n": "\(held)"]])
            }
            contents.change("hold") { $0["refused"] = $0["id"] == "24" ? "1" : "0" }
        case 5:
            // The one that its window holds back goes by when that ends.
            contents.change("alert") { alert in
                let isHeld = alert.removeValue(forKey: "pending") == "1"
                alert["due_at"] = isHeld ? "1777946400000" : "NULL"
                alert["held_at"] = isHeld ? "1777860000000" : "NULL"
                for column in ["escalation_id", "escalation_step", "escalate_at", "escalation_set_at"] { alert[column] = "NULL" }
            }
            let added = [
                "address": ["quiet_from", "quiet_to", "paused_until"], "contact": ["time_zone"], "alert_event": ["untold"],
                "delivery": ["held_until", "held_because", "apart_at", "follow_at", "delivered_at", "summary_day", "words"],
                "source": ["paused_at", "paused_until", "paused_by", "pause_comment"],
            ]
            for (table, columns) in added {
                contents.change(table) { row in for column in columns { row[column] = "NULL" } }
            }
            contents.change("address") { $0.merge(["quiet_lets_out": "0", "set_at": "0"]) { $1 } }
            contents.change("threshold") { $0["set_at"] = "0" }
            let new = [
                "former", "left_out", "delivery_attempt", "silence", "escalation", "escalation_step", "inbox_message", "audit",
                "summary_day", "csv_file",
            ]
            for table in new { contents.set(table, []) }
        case 6:
            let tallies = contents["tally"].map { $0.merging(["hash": "NULL"]) { $1 } }
            let isMark = { (row: [String: String]) in row["key"] == "'audit_head'" }
            let marks = contents["meta"].filter(isMark).map { _ in
                ["tenant_id": "0", "name": "'audit'", "n": "12", "hash": "'\(OldShop.auditHash)'"]
            }
            contents.set("tally", tallies + marks)
            contents.set("meta", contents["meta"].filter { !isMark($0) })
        default: break
        }
    }

    /// Brings what is on `disk` up to date, as a start does before anything else.
    static func upgrade(_ disk: FaultDisk, by migrations: [Migration] = Migration.all) throws {
        try SQLiteEngine(path: disk.path, migrations: migrations, queueLimit: 1, now: { OldShop.now }).close()
    }

    /// What is wrong with what is on `disk`: it must be the shop, whole, at one of its versions, or at `wanted`.
    func wrong(on disk: FaultDisk, wanted: Int64? = nil) throws -> [String] {
        let sql = try SQLiteConnection(path: disk.path)
        defer { sql.close() }
        let found = try sql.int(SQL("SELECT MAX(version) FROM schema_version"))
        guard let stage = stages[found], wanted ?? found == found else { return ["it has schema version \(found)"] }
        var contents = try TableContents(sql)
        contents.remove("schema_version")
        return contents.differences(from: stage) + (try StoreReader(sql, policy: StorePolicy()).damage())
    }
}
