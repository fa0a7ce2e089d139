import Foundation
import StockDomain
import StockTestSupport
@testable import StockStore

/// Sixty days of a small chain, made up from a seed: stock that flaps, people with their habits, silences, escalations,
/// channels that fail, restarts, and a clock that jumps. It does what the loops do, in their order, and shows each step to
/// `TellingWatch`.
///
/// All of it happens in one transaction, which the caller undoes: nothing is committed, so that thousands of seeds take a
/// minute. Each step has a `StoreTransaction` of its own, as in the daemon.
final class TellingWorld {
    static let start = Timestamp(rfc3339: "2026-03-15T08:00:00Z")!
    static let days = 60

    let tenantID: Int64 = 1
    let policy = StorePolicy(groupWait: .seconds(30))
    private let connection: any SQLConnection
    private var random: SeededGenerator
    private var watch = TellingWatch()
    private(set) var now = TellingWorld.start
    private var levels: [LevelKey] = []
    private var contacts: [String] = []
    private var failing: [ChannelKind: Trouble] = [:]
    private var remindedOn: Day?
    private(set) var steps = 0

    enum Trouble: CaseIterable { case retry, dead, misconfigured }

    init(_ connection: any SQLConnection, seed: UInt64) throws {
        self.connection = connection
        random = SeededGenerator(seed: seed)
        let now = now
        levels = try step { tx in
            let locations = try ["store-1", "store-2"].map {
                try tx.createLocation($0, timeZone: "Europe/Berlin", tenantID: 1, now: now)
            }
            return try ["TEA", "MILK", "NAIL"].flatMap { sku in
                let product = try tx.createProduct(
                    ProductDraft(sku: sku, name: sku, category: sku == "NAIL" ? "Tools" : "Food"), tenantID: 1, now: now)
                return try locations.map { location in
                    let key = LevelKey(productID: product.id, locationID: location.id)
                    try tx.change(
                        .count(Quantity(50)), productID: key.productID, locationID: key.locationID,
                        origin: MovementOrigin(at: now), now: now)
                    return key
                }
            }
        }
        for name in ["Clerk", "Buyer", "Boss"] { try invite(name) }
    }

    private static let standing = SQL("SELECT id FROM alert WHERE state <> 'resolved' ORDER BY id")

    // MARK: The days

    /// Runs all of it. Throws `TellingFailure` at the first promise that is broken.
    func run() throws {
        let end = TellingWorld.start + .days(Int64(TellingWorld.days))
        while now < end {
            try act()
            try pass(.minutes(Int64.random(in: 1...600, using: &random)))
        }
        try settleDown()
        try step { tx in try self.watch.end(tx, now: self.now) }
    }

    private func act() throws {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<50: try count()
        case 50..<58: try acknowledge()
        case 58..<66: try silence()
        case 66..<70: try endSilence()
        case 70..<76: try setEscalation()
        case 76..<84: try changeHabits()
        case 84..<92: fail()
        case 92..<94: try step { try $0.prepare(now: self.now) }
        case 94..<96: try resolve()
        case 96..<98: jump()
        default: try setThreshold()
        }
    }

    private func count() throws {
        let key = levels.randomElement(using: &random)!
        // Around the thresholds of the default configuration, 5 and 1.
        let quantity = [0, 0, 1, 2, 4, 5, 6, 20, 50].randomElement(using: &random)!
        try step { tx in
            try tx.change(
                .count(Quantity(quantity)), productID: key.productID, locationID: key.locationID,
                origin: MovementOrigin(at: self.now), now: self.now)
        }
    }

    private func anAlert() throws -> Int64? {
        try read { try $0.sql.all(TellingWorld.standing, map: { $0.int(0) }) }.randomElement(using: &random)
    }

    private func acknowledge() throws {
        guard let id = try anAlert() else { return }
        _ = try step { try $0.acknowledge(id, by: "ann", note: nil, tenantID: nil, now: self.now) }
        watch.acknowledged(id)
    }

    private func resolve() throws {
        guard let id = try anAlert() else { return }
        _ = try step { try $0.resolve(id, by: "ann", note: nil, tenantID: nil, now: self.now) }
    }

    private func silence() throws {
        let scopes = [
            AlertScope(sku: Glob("*")), AlertScope(category: Glob("Fo?d")), AlertScope(location: Glob("store-1")),
            AlertScope(sku: Glob("TEA"), location: Glob("*-2")),
        ]
        let scope = scopes.randomElement(using: &random)!
        let severity: Severity? = [nil, .low, .critical].randomElement(using: &random)!
        let starts = now + .minutes(Int64.random(in: 0...600, using: &random))
        let length = Duration.minutes(Int64.random(in: 5...4000, using: &random))
        _ = try step { tx in
            try tx.createSilence(
                Silence(
                    id: 0, scope: scope, severity: severity, startsAt: starts, endsAt: starts + length, author: "ann",
                    comment: "made up", createdAt: self.now), tenantID: 1, now: self.now)
        }
    }

    private func endSilence() throws {
        let standing = try read { tx in
            try tx.silences(tenantID: 1, state: nil, before: nil, limit: 100, now: self.now).map(\.silence)
        }.filter { $0.state(at: now) != .expired }
        guard let one = standing.randomElement(using: &random) else { return }
        _ = try step { try $0.expireSilence(one.id, by: "bob", tenantID: nil, now: self.now) }
    }

    private func setEscalation() throws {
        let name = ["first", "second"].randomElement(using: &random)!
        if Int.random(in: 0..<4, using: &random) == 0 {
            try step { tx in
                guard try tx.escalation(name, tenantID: 1) != nil else { return }
                _ = try tx.unsetEscalation(name, by: "ann", tenantID: 1, now: self.now)
            }
            return
        }
        var after = Duration.zero
        let steps = (0..<Int.random(in: 1...3, using: &random)).map { _ in
            after = after + .minutes(Int64.random(in: 10...600, using: &random))
            return Escalation.Step(after: after, contact: contacts.randomElement(using: &random)!)
        }
        let scope = [AlertScope(), AlertScope(category: Glob("Food"))].randomElement(using: &random)!
        let severity: Severity? = [nil, .critical].randomElement(using: &random)!
        let again: Duration? = [nil, .hours(1), .hours(30)].randomElement(using: &random)!
        _ = try step { tx in
            try tx.setEscalation(
                name, scope: scope, severity: severity, steps: steps, repeatAfter: again, by: "ann", tenantID: 1, now: self.now)
        }
    }

    private func habits(_ kind: ChannelKind, _ value: String) -> AddressRecord {
        var habits = AddressPreferences(minSeverity: [.low, .low, .critical, .out].randomElement(using: &random)!)
        habits.enabled = Int.random(in: 0..<8, using: &random) > 0
        habits.reminders = Bool.random(using: &random)
        habits.resolves = Bool.random(using: &random)
        if Int.random(in: 0..<4, using: &random) == 0 { habits.locations = ["store-2"] }
        if Int.random(in: 0..<3, using: &random) == 0 {
            habits.quietHours = QuietHours(
                from: Int.random(in: 0..<1440, using: &random), to: Int.random(in: 0..<1440, using: &random),
                letsOut: Bool.random(using: &random))
        }
        if Int.random(in: 0..<6, using: &random) == 0 {
            habits.pausedUntil = now + .minutes(Int64.random(in: 1...6000, using: &random))
        }
        return AddressRecord(kind: kind, value: value, preferences: habits)
    }

    private func addresses(_ name: String) -> [AddressRecord] {
        [habits(.email, "\(name)@example.com"), habits(.webhook, name)]
    }

    private func invite(_ name: String) throws {
        let addresses = addresses(name)
        _ = try step { tx in
            try tx.createContact(
                name, enabled: true, timeZone: "Europe/Berlin", addresses: addresses, tenantID: 1, now: self.now)
        }
        contacts.append(name)
    }

    private func changeHabits() throws {
        let name = contacts.randomElement(using: &random)!, addresses = addresses(name)
        _ = try step { tx in
            try tx.updateContact(name, enabled: nil, addresses: addresses, tenantID: 1, now: self.now)
        }
        watch.habitsChanged(at: now)
    }

    private func fail() {
        let kind = [ChannelKind.email, .webhook].randomElement(using: &random)!
        failing[kind] = Bool.random(using: &random) ? nil : Trouble.allCases.randomElement(using: &random)!
    }

    private func setThreshold() throws {
        let low = ["3", "5", "8"].randomElement(using: &random)!
        try step { tx in
            _ = try tx.setThreshold(
                ThresholdKey(), low: ThresholdSpec(low), critical: nil, enabled: nil, requireSalesDays: nil, tenantID: 1,
                now: self.now)
        }
    }

    private func jump() {
        let by = Duration.minutes(Int64.random(in: 1...3000, using: &random))
        now = Bool.random(using: &random) ? now + by : now - by
        watch.clockJumped(to: now)
    }

    // MARK: What the loops do

    private func pass(_ duration: Duration) throws {
        let end = now + duration
        var overdue: [String: Int] = [:]
        while true {
            try turn()
            guard now < end else { return }
            let wakes = try wakes()
            // What stays due though its loop has had its turn would keep that loop turning for ever.
            for (name, time) in wakes {
                overdue[name] = time <= now ? overdue[name, default: 0] + 1 : 0
                if overdue[name]! > 3 { throw TellingFailure(description: "\(name) stays due: nobody takes it") }
            }
            now = min(end, max(wakes.values.min() ?? end, now + .seconds(30)))
        }
    }

    private func wakes() throws -> [String: Timestamp] {
        try read { tx in
            let times = [
                "an alert": try tx.nextDue(), "an escalation": try tx.nextEscalation(),
                "a silence": try tx.nextSilenceAnnouncement(now: self.now), "a mail": try tx.nextAttempt(.email),
                "a webhook": try tx.nextAttempt(.webhook), "a reminder": self.reminder(after: self.now),
            ]
            return times.compactMapValues(\.self)
        }
    }

    private func reminder(after now: Timestamp) -> Timestamp {
        let today = Timestamp.midnightUTC(now.day(in: .gmt)) + .hours(9)
        return today > now ? today : today + .days(1)
    }

    private func turn() throws {
        try step { tx in
            _ = try tx.evaluate(try tx.levelsDue(limit: 1000, now: self.now), trigger: .due, now: self.now)
        }
        try step { tx in try tx.tellNoticesDue(now: self.now) }
        try step { tx in
            _ = try tx.escalate(try tx.alertsToEscalate(limit: 1000, now: self.now), now: self.now)
        }
        try step { tx in
            _ = try tx.announceEndingSilences(now: self.now)
            try tx.endSilenceNotices(now: self.now)
        }
        let today = (now - .hours(9)).day(in: .gmt)
        if let done = remindedOn, done < today || done > today + 1 {
            if done < today {
                try step { tx in
                    _ = try tx.evaluate(
                        try tx.levelsToRemindOf(after: .first, limit: 1000), trigger: .reminder, now: self.now)
                }
            }
            remindedOn = today
        } else if remindedOn == nil {
            remindedOn = today
        }
        try step { tx in
            _ = try tx.evaluate(try tx.levelsOutOfStep(LevelSelection(), now: self.now), trigger: .sweep, now: self.now)
        }
        for kind in [ChannelKind.email, .webhook] { try deliver(kind) }
    }

    private func deliver(_ kind: ChannelKind) throws {
        while true {
            let claimed = try step { try $0.claim(kind, limit: 10, lease: .minutes(5), now: self.now) }
            if claimed.isEmpty { return }
            for delivery in claimed {
                let verdict: Verdict =
                    switch failing[kind] {
                    case nil: .sent(reference: nil)
                    case .retry: .retry(after: nil, reason: "made up")
                    case .dead: .dead(reason: "made up", disablesAddress: false)
                    case .misconfigured: .misconfigured(reason: "made up")
                    }
                var random = random
                try step { tx in
                    try self.watch.attempt(delivery, verdict, tx, now: self.now)
                    _ = try tx.complete(delivery, verdict, now: self.now, using: &random)
                }
                self.random = random
            }
        }
    }

    /// Everything works, nothing is silenced or paused, nobody touches anything: what is to be told must be told by then.
    private func settleDown() throws {
        failing = [:]
        let silences = try read { tx in
            try tx.silences(tenantID: 1, state: nil, before: nil, limit: 1000, now: self.now).map(\.silence)
        }
        for silence in silences where silence.state(at: now) != .expired {
            _ = try step { try $0.expireSilence(silence.id, by: "bob", tenantID: nil, now: self.now) }
        }
        try step { try $0.endPauses() }
        try pass(.days(8))
    }

    // MARK: Steps

    private func read<T>(_ body: (StoreTransaction) throws -> T) throws -> T {
        try body(StoreTransaction(connection, policy: policy))
    }

    @discardableResult
    private func step<T>(_ body: (StoreTransaction) throws -> T) throws -> T {
        steps += 1
        let tx = StoreTransaction(connection, policy: policy)
        let result = try body(tx)
        try watch.look(tx, now: now)
        return result
    }
}
