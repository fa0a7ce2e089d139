import Crypto
import StockDomain

/// Where the audit ends, or where what is kept of it begins.
struct AuditHead: Hashable, Sendable {
    var id: Int64
    /// In hexadecimal.
    var hash: String

    /// Before the first entry.
    static let none = AuditHead(id: 0, hash: String(repeating: "0", count: 64))

    init(id: Int64, hash: String) {
        self.id = id
        self.hash = hash
    }

    fileprivate static let anchorKey = "audit_anchor"

    /// As the anchor stands in the table `meta`; nil where that says something else.
    fileprivate init?(_ text: String) {
        let parts = text.split(separator: " ")
        guard parts.count == 2, let id = Int64(parts[0]) else { return nil }
        self.init(id: id, hash: String(parts[1]))
    }

    fileprivate var text: String { "\(id) \(hash)" }

    /// The one after it. Its hash is the SHA-256 of what `printf '%s\n…\n%s'` makes of the hash before it and the columns of
    /// the row in this order, NULL as nothing: `id at tenant_id uid name role method outcome params`.
    func next(_ entry: AuditColumns) -> AuditHead {
        // A number that somebody has written by hand is no reason to crash.
        let id = id &+ 1
        var text: [UInt8] = []
        text.reserveCapacity(192 + entry.params.utf8.count)
        func add(_ column: String) {
            text.append(contentsOf: column.utf8)
            text.append(UInt8(ascii: "\n"))
        }
        add(hash)
        add(String(id))
        add(String(entry.at))
        add(entry.tenantID.map { String($0) } ?? "")
        add(String(entry.uid))
        add(entry.name)
        add(entry.role ?? "")
        add(entry.method)
        add(entry.outcome)
        text.append(contentsOf: entry.params.utf8)
        return AuditHead(id: id, hash: AuditHead.sha256(text))
    }

    private static func sha256(_ text: [UInt8]) -> String {
        var digest = SHA256()
        text.withUnsafeBytes { digest.update(bufferPointer: $0) }
        return digest.finalize().withUnsafeBytes(Hex.text)
    }
}

/// What an entry says, but for its number and its hash.
struct AuditColumns {
    var at: Int64
    var tenantID: Int64?
    var uid: Int64
    var name: String
    var role: String?
    var method: String
    var outcome: String
    var params: String
}

/// What the writer knows of the audit between commits, so that it need not look for it at each entry. To be forgotten
/// whenever a commit fails.
struct AuditTrail {
    var head: AuditHead?
    /// The database does not have it yet.
    var isAhead = false
}

/// How far a check of the audit has come.
package struct AuditCheck: Hashable, Sendable {
    /// Entries that are as they were written.
    package fileprivate(set) var entries = 0
    /// The first one that was changed, is missing or does not belong there.
    package fileprivate(set) var brokenAt: Int64?
    package fileprivate(set) var isOver = false
    fileprivate var end = AuditHead.none

    package init() {}

    /// The last one that was found whole.
    package var last: (id: Int64, hash: String)? { end.id > 0 ? (end.id, end.hash) : nil }
}

extension StoreReader {
    /// Checks at most `limit` more entries, so that neither they nor one snapshot have to be held for all of them.
    package func goOn(_ check: AuditCheck, limit: Int) throws -> AuditCheck {
        var check = check
        let head = try auditHead(), anchor = try auditAnchor()
        // What is past its lifetime goes from the first on, also while this runs.
        if anchor.id > check.end.id { check.end = anchor }
        if let first = try sql.first(ChainStatements.first, map: { $0.int(0) }), first <= anchor.id { check.brokenAt = first }
        var count = 0
        try sql.execute(ChainStatements.page, [.int(check.end.id), .int(limit)]) { row in
            guard check.brokenAt == nil else { return false }
            count += 1
            let next = check.end.next(
                AuditColumns(
                    at: row.int(1), tenantID: row.optionalInt(2), uid: row.int(3), name: row.text(4), role: row.optionalText(5),
                    method: row.text(6), outcome: row.text(7), params: row.text(8)))
            guard row.int(0) == next.id, next.id <= head.id, row.text(9) == next.hash else {
                check.brokenAt = next.id
                return false
            }
            check.end = next
            check.entries += 1
            return true
        }
        if check.brokenAt == nil, count < limit {
            check.isOver = true
            if check.end.id != head.id {
                check.brokenAt = check.end.id + 1
            } else if check.end.hash != head.hash {
                check.brokenAt = check.end.id
            }
        }
        if check.brokenAt != nil { check.isOver = true }
        return check
    }

    /// The last entry: kept apart from the entries, as is the anchor, so that one knows when the first or the last of them
    /// are missing.
    func auditHead() throws -> AuditHead {
        try sql.first(ChainStatements.head) { AuditHead(id: $0.int(0), hash: $0.text(1)) } ?? .none
    }

    /// The last one that was forgotten.
    private func auditAnchor() throws -> AuditHead {
        try setting(AuditHead.anchorKey).flatMap(AuditHead.init) ?? .none
    }
}

extension StoreTransaction {
    func keepAuditAnchor(_ anchor: AuditHead) throws { try keepSetting(AuditHead.anchorKey, anchor.text) }
}

extension SQLConnection {
    /// To be called at the end of every commit: once for all the entries it brought.
    func writeAuditHead() throws {
        guard audit.isAhead, let head = audit.head else { return }
        if try run(ChainStatements.moveHead, .int(head.id), .text(head.hash)) == 0 {
            try run(ChainStatements.startHead, .int(head.id), .text(head.hash))
        }
        audit.isAhead = false
    }
}

private enum ChainStatements {
    static let head = SQL("SELECT n, hash FROM tally WHERE tenant_id = 0 AND name = 'audit'")
    static let moveHead = SQL("UPDATE tally SET n = ?, hash = ? WHERE tenant_id = 0 AND name = 'audit'")
    static let startHead = SQL("INSERT INTO tally (tenant_id, name, n, hash) VALUES (0, 'audit', ?, ?)")
    static let first = SQL("SELECT id FROM audit ORDER BY id LIMIT 1")
    static let page = SQL(
        """
        SELECT id, at, tenant_id, uid, name, role, method, outcome, params, hash FROM audit WHERE id > ? ORDER BY id LIMIT ?
        """)
}
