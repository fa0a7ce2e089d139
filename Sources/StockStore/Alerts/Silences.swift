import StockDomain

package struct SilenceRecord: Hashable, Sendable {
    package var tenant: String
    package var silence: Silence
    /// Alerts that stand beneath it now; nil where it was not counted.
    package var alerts: Int?
}

extension StoreReader {
    /// Newest first, from before the id `cursor`. States nil: all.
    package func silences(
        tenantID: Int64?, state: Silence.State?, before cursor: Int64?, limit: Int, now: Timestamp
    ) throws -> [SilenceRecord] {
        try sql.all(
            SilenceStatements.page, .int(cursor ?? .max), .int(tenantID), .text(state?.rawValue), .int(now.milliseconds),
            .int(limit), map: silenceRecord)
    }

    /// Those that were in force at `at`.
    func silences(tenantID: Int64, inForceAt at: Timestamp) throws -> [Silence] {
        try sql.all(SilenceStatements.inForce, .int(tenantID), .int(at.milliseconds), map: silenceRecord).map(\.silence)
    }

    package func silence(_ id: Int64, tenantID: Int64?) throws -> SilenceRecord {
        guard let found = try sql.first(SilenceStatements.byID, .int(id), .int(tenantID), map: silenceRecord) else {
            throw StoreError.notFound("there is no silence \(id)")
        }
        return found
    }

    /// When the next silence of any tenant wants to be announced; nil: none.
    package func nextSilenceAnnouncement(now: Timestamp) throws -> Timestamp? {
        try sql.all(SilenceStatements.unannounced, .int(now.milliseconds), map: silenceRecord).map(\.silence.announceAt).min()
    }

    /// Whether something is still said of a silence that is over by now.
    package func silenceNoticeStands(now: Timestamp) throws -> Bool {
        try sql.first(SilenceStatements.overButStanding, .int(now.milliseconds)) { _ in true } ?? false
    }

    fileprivate func silenceRecord(_ row: any SQLRow) -> SilenceRecord {
        func glob(_ column: Int) -> Glob? { row.optionalText(column).map(Glob.init) }
        func instant(_ column: Int) -> Timestamp? { row.optionalInt(column).map(Timestamp.init(milliseconds:)) }
        return SilenceRecord(
            tenant: row.text(1),
            silence: Silence(
                id: row.int(0), scope: AlertScope(sku: glob(2), category: glob(3), location: glob(4)),
                severity: row.optionalInt(5).flatMap { Severity(rawValue: Int($0)) },
                startsAt: Timestamp(milliseconds: row.int(6)), endsAt: Timestamp(milliseconds: row.int(7)),
                author: row.text(8), comment: row.text(9), createdAt: Timestamp(milliseconds: row.int(10)),
                expiredAt: instant(11), expiredBy: row.optionalText(12)))
    }

    /// Whether one of the tenant's has that end, whatever it covers.
    func silenceEnds(at time: Timestamp, tenantID: Int64) throws -> Bool {
        try sql.first(SilenceStatements.ending, .int(time.milliseconds), .int(tenantID)) { _ in true } ?? false
    }

    func subject(of row: LevelRow) throws -> AlertSubject {
        let sku = try sql.first(SilenceStatements.sku, .int(row.productID)) { $0.text(0) } ?? ""
        return AlertSubject(sku: sku, category: row.category, location: row.locationName)
    }

    /// Alerts that the silence holds back, worst first.
    func alertsBeneath(_ silence: Silence, tenantID: Int64) throws -> [StandingSubject] {
        try standingSubjects(tenantID: tenantID).filter { silence.covers($0.subject, $0.severity) }
    }

    private func standingSubjects(tenantID: Int64) throws -> [StandingSubject] {
        try sql.all(SilenceStatements.standing, .int(tenantID)) { row in
            StandingSubject(
                alertID: row.int(0), severity: Severity(rawValue: Int(row.int(1))) ?? .low,
                subject: AlertSubject(sku: row.text(2), category: row.optionalText(3), location: row.text(4)))
        }
    }

    /// With how many of the alerts that stand now each covers; of those that are over it means nothing.
    package func countingAlerts(_ records: [SilenceRecord], now: Timestamp) throws -> [SilenceRecord] {
        var standing: [String: [StandingSubject]] = [:]
        return try records.map { record in
            guard record.silence.state(at: now) != .expired else { return record }
            let subjects = try standing[record.tenant] ?? standingSubjects(tenantID: tenant(record.tenant).id)
            standing[record.tenant] = subjects
            var counted = record
            counted.alerts = subjects.count { record.silence.covers($0.subject, $0.severity) }
            return counted
        }
    }

    /// With what holds each alert back that stands: the silence over it, and when the next step of its escalation is taken
    /// for all that.
    package func heldBack(_ records: [AlertRecord], now: Timestamp) throws -> [AlertRecord] {
        let active = Dictionary(
            grouping: try sql.all(SilenceStatements.active, .int(now.milliseconds), .null, map: silenceRecord), by: \.tenant)
        return records.map { record in
            guard record.alert.state != .resolved else { return record }
            let alert = record.alert
            var shown = record
            shown.alert.silence = Silence.inForce(
                active[record.tenant]?.map(\.silence) ?? [],
                over: AlertSubject(sku: alert.sku, category: alert.category, location: alert.location), alert.severity, at: now)
            let held = [shown.alert.silence?.endsAt, record.untoldUntil].compactMap(\.self).max()
            shown.alert.escalation?.nextStepAt = record.nextStep?.isTaken(heldUntil: held, now: now)
            return shown
        }
    }
}

/// An alert that stands, as silences see it.
struct StandingSubject {
    var alertID: Int64
    var severity: Severity
    var subject: AlertSubject
}

extension StoreTransaction {
    /// The silence in force over a level's alert; nil: none.
    func silence(over row: LevelRow, _ severity: Severity, now: Timestamp) throws -> Silence? {
        guard severity > .healthy else { return nil }
        let active = try activeSilences(tenantID: row.tenantID, now: now)
        return active.isEmpty ? nil : Silence.inForce(active, over: try subject(of: row), severity, at: now)
    }

    private func activeSilences(tenantID: Int64, now: Timestamp) throws -> [Silence] {
        if let known = silences[tenantID] { return known }
        let found = try sql.all(
            SilenceStatements.active, .int(now.milliseconds), .int(tenantID), map: silenceRecord).map(\.silence)
        silences[tenantID] = found
        return found
    }

    /// `silence.id`, `createdAt` and what is said of its expiry are the store's to give.
    package func createSilence(_ silence: Silence, tenantID: Int64, now: Timestamp) throws -> SilenceRecord {
        let scope = silence.scope
        try checked(scope)
        try checked(silence.comment, field: "comment", limit: Text.noteLimit)
        guard silence.endsAt > silence.startsAt else {
            throw StoreError.invalid("ends_at", "ends_at must be after starts_at")
        }
        guard silence.endsAt > now else { throw StoreError.invalid("ends_at", "ends_at must be in the future") }
        let id = try sql.insert(
            SilenceStatements.insert, .int(tenantID), .text(scope.sku?.pattern), .text(scope.category?.pattern),
            .text(scope.location?.pattern), .int(silence.severity?.rawValue), .int(silence.startsAt.milliseconds),
            .int(silence.endsAt.milliseconds), .text(silence.author), .text(silence.comment), .int(now.milliseconds))
        silences = [:]
        // Whoever waits for the next announcement must look again.
        commit.heldBack = true
        try emit(Emission(kind: "silence.created", tenantID: tenantID, note: silence.author, numbers: [id]), now: now)
        return try self.silence(id, tenantID: tenantID)
    }

    func checked(_ scope: AlertScope) throws {
        for (glob, field) in [(scope.sku, "sku"), (scope.category, "category"), (scope.location, "location")] {
            if let glob { try checked(glob.pattern, field: field) }
        }
    }

    /// Ends it now; what it held back, and nothing else does, is told.
    package func expireSilence(_ id: Int64, by: String, tenantID: Int64?, now: Timestamp) throws -> SilenceRecord {
        let found = try silence(id, tenantID: tenantID)
        let state = found.silence.state(at: now)
        guard state != .expired else { throw StoreError.conflict(state.rawValue, "silence \(id) is over already") }
        try sql.run(SilenceStatements.expire, .int(now.milliseconds), .text(by), .int(id))
        silences = [:]
        try withdrawNotice("silence.\(id)", now: now)
        let owner = try sql.int(SilenceStatements.tenant, .int(id))
        try emit(Emission(kind: "silence.expired", tenantID: owner, note: by, numbers: [id]), now: now)
        if state == .active {
            for alert in try alertsBeneath(found.silence, tenantID: owner) {
                try sql.run(
                    SilenceStatements.lookAgain, .int(now.milliseconds), .int(alert.alertID),
                    .int(found.silence.endsAt.milliseconds))
            }
            commit.heldBack = true
        }
        return try silence(id, tenantID: tenantID)
    }

    /// Says once of each silence that is about to end what will be told then, if anything. Returns how many were told of.
    package func announceEndingSilences(now: Timestamp) throws -> Int {
        var announced = 0
        let ending = try sql.all(SilenceStatements.unannounced, .int(now.milliseconds), map: silenceRecord)
            .filter { $0.silence.announceAt <= now }
        for record in ending {
            let silence = record.silence
            try sql.run(SilenceStatements.announced, .int(now.milliseconds), .int(silence.id))
            if try announce(silence, tenantID: try tenant(record.tenant).id, now: now) { announced += 1 }
        }
        return announced
    }

    /// An alert that opens beneath a silence whose end has been announced already, as nothing stood beneath it then, is
    /// announced, too.
    func announceLate(_ id: Int64, now: Timestamp) throws {
        guard lateSilences.insert(id).inserted, try sql.first(SilenceStatements.unsaid, .int(id), map: { _ in true }) ?? false
        else { return }
        let record = try silence(id, tenantID: nil)
        _ = try announce(record.silence, tenantID: try tenant(record.tenant).id, now: now)
    }

    /// Tells whoever wants to hear of any alert beneath it. Returns whether there is one that is told when it ends.
    private func announce(_ silence: Silence, tenantID: Int64, now: Timestamp) throws -> Bool {
        let others = try sql.all(SilenceStatements.beyond, .int(silence.endsAt.milliseconds), .int(tenantID), map: silenceRecord)
            .map(\.silence)
        let beneath = try alertsBeneath(silence, tenantID: tenantID).filter { alert in
            !others.contains { $0.covers(alert.subject, alert.severity) }
        }
        guard !beneath.isEmpty else { return false }
        let products = beneath.count == 1 ? "1 product is" : "\(beneath.count) products are"
        let shown = beneath.prefix(10).map { "\($0.severity.name): \($0.subject.sku) at \($0.subject.location)" }
        let rest = beneath.count > shown.count ? ["and \(beneath.count - shown.count) more"] : []
        try raiseNotice(
            "silence.\(silence.id)",
            subject: "A silence ends soon: \(products) still short beneath it",
            detail: (["Silence \(silence.id) of \(silence.author) (\(silence.comment)) ends at \(silence.endsAt.spoken). "
                + "What opened or got worse beneath it, and still stands, is told then. To be left alone for longer: stockctl silence create"]
                + shown + rest).joined(separator: "\n"),
            tenantID: tenantID,
            to: { preferences in
                beneath.contains {
                    preferences.refusal(
                        of: .opened, severity: $0.severity, location: $0.subject.location, category: $0.subject.category,
                        told: false) == nil
                }
            }, now: now)
        return true
    }

    /// Ends what was said of silences that are over by now.
    package func endSilenceNotices(now: Timestamp) throws {
        for id in try sql.all(SilenceStatements.overButStanding, .int(now.milliseconds), map: { $0.int(0) }) {
            try withdrawNotice("silence.\(id)", now: now)
        }
    }
}

private enum SilenceStatements {
    private static let select = """
        SELECT silence.id, tenant.name, sku, category, location, severity, starts_at, ends_at, author, comment,
            silence.created_at, expired_at, expired_by
        FROM silence JOIN tenant ON tenant.id = tenant_id
        """
    static let byID = SQL("\(select) WHERE silence.id = ?1 AND (?2 IS NULL OR tenant_id = ?2)")
    static let page = SQL(
        """
        \(select) WHERE silence.id < ?1 AND (?2 IS NULL OR tenant_id = ?2) AND (?3 IS NULL OR ?3 =
            CASE WHEN expired_at <= ?4 OR ends_at <= ?4 THEN 'expired' WHEN starts_at <= ?4 THEN 'active' ELSE 'planned' END)
        ORDER BY silence.id DESC LIMIT ?5
        """)
    static let active = SQL(
        """
        \(select) WHERE ends_at > ?1 AND expired_at IS NULL AND starts_at <= ?1
            AND (?2 IS NULL OR tenant_id = ?2)
        ORDER BY silence.id
        """)
    static let ending = SQL("SELECT 1 FROM silence WHERE ends_at = ? AND expired_at IS NULL AND tenant_id = ? LIMIT 1")
    static let unannounced = SQL("\(select) WHERE ends_at > ?1 AND expired_at IS NULL AND announced_at IS NULL")
    /// Those that go on over the end of another.
    static let beyond = SQL(
        "\(select) WHERE starts_at <= ?1 AND ends_at > ?1 AND expired_at IS NULL AND tenant_id = ?2 ORDER BY silence.id")
    static let unsaid = SQL(
        """
        SELECT 1 FROM silence WHERE id = ? AND announced_at IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM notice WHERE key = 'silence.' || silence.id)
        """)
    static let announced = SQL("UPDATE silence SET announced_at = ? WHERE id = ?")
    static let overButStanding = SQL(
        """
        SELECT silence.id FROM notice CROSS JOIN silence
        WHERE resolved_at IS NULL AND notice.key >= 'silence.' AND notice.key < 'silence/'
            AND silence.id = CAST(SUBSTR(notice.key, 9) AS BIGINT) AND announced_at IS NOT NULL AND ends_at <= ?1
        """)
    /// In the words of the index `silence_over`.
    static let inForce = SQL(
        """
        \(select) WHERE COALESCE(expired_at, ends_at) > ?2 AND starts_at <= ?2 AND silence.created_at <= ?2 AND tenant_id = ?1
        ORDER BY COALESCE(expired_at, ends_at), silence.id
        """)
    static let insert = SQL(
        """
        INSERT INTO silence (tenant_id, sku, category, location, severity, starts_at, ends_at, author, comment, created_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    static let expire = SQL("UPDATE silence SET expired_at = ?, expired_by = ? WHERE id = ?")
    static let tenant = SQL("SELECT tenant_id FROM silence WHERE id = ?")
    static let sku = SQL("SELECT sku FROM product WHERE id = ?")
    static let standing = SQL(
        """
        SELECT alert.id, alert.severity, product.sku, product.category, location.name FROM alert
        JOIN product ON product.id = product_id JOIN location ON location.id = location_id
        WHERE state <> 'resolved' AND alert.tenant_id = ? ORDER BY alert.severity DESC, alert.id
        """)
    static let lookAgain = SQL(
        """
        UPDATE alert SET due_at = CASE WHEN due_at IS NULL THEN NULL ELSE ?1 END,
            escalate_at = CASE WHEN escalate_at = ?3 THEN ?1 ELSE escalate_at END
        WHERE id = ?2
        """)
}
