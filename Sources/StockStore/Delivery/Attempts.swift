import StockDomain

/// One attempt at a delivery that did not succeed at the first.
package struct AttemptRecord: Hashable, Sendable {
    package var at: Timestamp
    package var took: Duration
    package var outcome: AttemptOutcome
    package var reason: String?
}

extension StoreReader {
    /// Oldest first. None where the first attempt succeeded, which `sent_at` says; at most the newest 200.
    package func attempts(ofDelivery id: Int64) throws -> [AttemptRecord] {
        try sql.all(AttemptStatements.all, .int(id)) { row in
            AttemptRecord(
                at: Timestamp(milliseconds: row.int(0)), took: .milliseconds(row.int(1)),
                outcome: AttemptOutcome(rawValue: row.text(2)) ?? .retry, reason: row.optionalText(3))
        }
    }
}

extension StoreTransaction {
    /// A channel that is misconfigured for weeks is tried every hour.
    private static let kept: Int64 = 200

    /// Nearly all succeed at the first attempt, of which the delivery itself says all there is.
    func noteAttempt(at delivery: ClaimedDelivery, _ verdict: Verdict, took: Duration, now: Timestamp) throws {
        let outcome: AttemptOutcome, reason: String?
        switch verdict {
        case .sent, .accepted: (outcome, reason) = (.sent, nil)
        case .retry(_, let why): (outcome, reason) = (.retry, why)
        case .unreachable(_, let why): (outcome, reason) = (.unreachable, why)
        case .dead(let why, _): (outcome, reason) = (.dead, why)
        case .misconfigured(let why): (outcome, reason) = (.misconfigured, why)
        }
        // A clock that jumped back meanwhile says nothing.
        let took = max(took, .zero)
        // What has never been leased before has not been tried before either.
        if outcome == .sent, delivery.lease == 1 { return }
        try note(delivery.id, at: now - took, took: took, outcome, reason, onlyLater: outcome == .sent)
    }

    /// That the process ended while it was being sent.
    func noteCutOff(_ delivery: Int64, now: Timestamp) throws {
        try note(delivery, at: now, took: .zero, .unreachable, "stockd ended while it was being sent", onlyLater: false)
    }

    /// That it was sent, if that was its first attempt, and then did not arrive.
    func noteUndelivered(_ delivery: Int64, sentAt: Timestamp, reason: String, now: Timestamp) throws {
        if try sql.first(AttemptStatements.last, .int(delivery), map: { $0.int(0) }) == nil {
            try note(delivery, at: sentAt, took: .zero, .sent, nil, onlyLater: false)
        }
        try note(delivery, at: now, took: .zero, .undelivered, reason, onlyLater: false)
    }

    /// When the last attempt ended that got no answer.
    func lastUnanswered(_ delivery: Int64) throws -> Timestamp? {
        let ended = try sql.first(AttemptStatements.lastUnanswered, .int(delivery)) { $0.optionalInt(0) } ?? nil
        return ended.map(Timestamp.init(milliseconds:))
    }

    /// How often it was sent and has not arrived.
    func undelivered(_ delivery: Int64) throws -> Int { Int(try sql.int(AttemptStatements.undelivered, .int(delivery))) }

    private func note(
        _ delivery: Int64, at: Timestamp, took: Duration, _ outcome: AttemptOutcome, _ reason: String?, onlyLater: Bool
    ) throws {
        let last = try sql.first(AttemptStatements.last, .int(delivery)) { $0.int(0) }
        if last == nil, onlyLater { return }
        let seq = (last ?? 0) + 1
        try sql.run(
            AttemptStatements.insert, .int(delivery), .int(seq), .int(at.milliseconds), .int(took.milliseconds),
            .text(outcome.rawValue), .text(reason))
        if seq > StoreTransaction.kept { try sql.run(AttemptStatements.trim, .int(delivery), .int(seq - StoreTransaction.kept)) }
    }
}

private enum AttemptStatements {
    static let all = SQL("SELECT at, took, outcome, reason FROM delivery_attempt WHERE delivery_id = ? ORDER BY seq")
    static let last = SQL("SELECT seq FROM delivery_attempt WHERE delivery_id = ? ORDER BY seq DESC LIMIT 1")
    static let lastUnanswered = SQL(
        "SELECT MAX(at + took) FROM delivery_attempt WHERE delivery_id = ? AND outcome = 'unreachable'")
    static let undelivered = SQL("SELECT COUNT(*) FROM delivery_attempt WHERE delivery_id = ? AND outcome = 'undelivered'")
    static let insert = SQL(
        "INSERT INTO delivery_attempt (delivery_id, seq, at, took, outcome, reason) VALUES (?, ?, ?, ?, ?, ?)")
    static let trim = SQL("DELETE FROM delivery_attempt WHERE delivery_id = ? AND seq <= ?")
}
