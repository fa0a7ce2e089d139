import Foundation
import StockDomain

/// Of what it is kept what held before it was changed, so that any past moment can be explained. What never changed has
/// nothing kept: what holds now held then.
protocol Former: Codable {
    /// As in the table.
    static var subject: String { get }
}

struct FormerThreshold: Former {
    static let subject = "threshold"
    var productID: Int64?
    var category: String?
    var locationID: Int64?
    var low: String?
    var critical: String?
    var enabled: Bool?
    var requireSalesDays: Int?
    var setAt: Int64
}

struct FormerProduct: Former, Hashable {
    static let subject = "product"
    var category: String?
    var par: Int64?
    var tracked: Bool
    var sourceThreshold: Int64?
    var retired: Bool
}

struct FormerLevel: Former, Hashable {
    static let subject = "level"
    var par: Int64?
    var sourceThreshold: Int64?
    var tracked: Bool?
    var soldOut: Bool
}

/// The configuration's thresholds, which are of no tenant: kept under the first.
struct FormerDefaults: Former {
    static let subject = "defaults"
    static let tenantID: Int64 = 1
    var low: String
    var critical: String
    var lowWithoutPar: Int64
    var criticalWithoutPar: Int64

    init(_ defaults: ThresholdDefaults) {
        low = defaults.low.description
        critical = defaults.critical.description
        lowWithoutPar = defaults.lowWithoutPar.scaled
        criticalWithoutPar = defaults.criticalWithoutPar.scaled
    }

    var defaults: ThresholdDefaults? {
        guard let low = ThresholdSpec(low), let critical = ThresholdSpec(critical) else { return nil }
        return ThresholdDefaults(
            low: low, critical: critical, lowWithoutPar: Quantity(scaled: lowWithoutPar),
            criticalWithoutPar: Quantity(scaled: criticalWithoutPar))
    }
}

extension StoreTransaction {
    /// Does what may change a product, and keeps what held before where that did.
    func keepingProduct<T>(_ id: Int64, tenantID: Int64, now: Timestamp, _ change: () throws -> T) throws -> T {
        let before = try product(id)
        let result = try change()
        if let before, try product(id) != before { try keep(before, of: id, tenantID: tenantID, now: now) }
        return result
    }

    private func product(_ id: Int64) throws -> FormerProduct? {
        try sql.first(FormerStatements.product, .int(id)) {
            FormerProduct(
                category: $0.optionalText(0), par: $0.optionalInt(1), tracked: $0.bool(2), sourceThreshold: $0.optionalInt(3),
                retired: !$0.isNull(4))
        }
    }

    /// The configuration's thresholds changed, and every level follows.
    package func keepDefaults(_ before: ThresholdDefaults, now: Timestamp) throws {
        try keep(FormerDefaults(before), of: 0, tenantID: FormerDefaults.tenantID, now: now)
    }

    /// Forgets what held longer ago than anything else is kept. Returns whether there may be more.
    package func forgetFormer(before cutoff: Timestamp, limit: Int) throws -> Bool {
        try sql.run(FormerStatements.forget, .int(cutoff.milliseconds), .int(limit)) == limit
    }

    /// Keeps what held until now.
    func keep<F: Former>(_ former: F, of id: Int64, locationID: Int64 = 0, tenantID: Int64, now: Timestamp) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        try sql.run(
            FormerStatements.keep, .int(tenantID), .text(F.subject), .int(id), .int(locationID), .int(now.milliseconds),
            .text(String(decoding: try encoder.encode(former), as: UTF8.self)))
    }
}

extension StoreReader {
    /// What held at `at`, where it has changed since; nil: what holds now.
    func former<F: Former>(_: F.Type, of id: Int64, locationID: Int64 = 0, tenantID: Int64, at: Timestamp) throws -> F? {
        let kept = try sql.first(
            FormerStatements.one, .int(tenantID), .text(F.subject), .int(id), .int(locationID), .int(at.milliseconds)
        ) { $0.text(0) }
        return try kept.map { try JSONDecoder().decode(F.self, from: Data($0.utf8)) }
    }

    /// Of all that have changed since `at`, what held then. Some did not exist yet: they say so by when they were set.
    func formers<F: Former>(_: F.Type, tenantID: Int64, at: Timestamp) throws -> [F] {
        try sql.all(FormerStatements.all, .int(tenantID), .text(F.subject), .int(at.milliseconds)) { $0.text(0) }
            .map { try JSONDecoder().decode(F.self, from: Data($0.utf8)) }
    }
}

private enum FormerStatements {
    static let product = SQL("SELECT category, par_level, tracked, source_threshold, retired_at FROM product WHERE id = ?")
    static let forget = SQL(
        """
        DELETE FROM former WHERE (tenant_id, subject, subject_id, location_id, until) IN
            (SELECT tenant_id, subject, subject_id, location_id, until FROM former WHERE until < ? ORDER BY until LIMIT ?)
        """)
    static let keep = SQL(
        """
        INSERT INTO former (tenant_id, subject, subject_id, location_id, until, facts) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (tenant_id, subject, subject_id, location_id, until) DO NOTHING
        """)
    static let one = SQL(
        """
        SELECT facts FROM former WHERE tenant_id = ? AND subject = ? AND subject_id = ? AND location_id = ? AND until > ?
        ORDER BY until LIMIT 1
        """)
    static let all = SQL(
        """
        SELECT facts FROM former WHERE tenant_id = ?1 AND subject = ?2 AND until > ?3 AND NOT EXISTS (
            SELECT 1 FROM former AS earlier WHERE earlier.tenant_id = ?1 AND earlier.subject = ?2
                AND earlier.subject_id = former.subject_id AND earlier.location_id = former.location_id
                AND earlier.until > ?3 AND earlier.until < former.until)
        ORDER BY subject_id
        """)
}
