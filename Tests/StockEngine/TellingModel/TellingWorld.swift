import Foundation
import StockDomain
import StockTestSupport
@testable import StockEngine
@testable import StockStore

/// Where the steps of a `TellingWorld` are taken.
protocol TellingGround: AnyObject {
    var policy: StorePolicy { get }
    func read<T>(_ body: @escaping (StoreReader) throws -> T) throws -> T
    func write<T>(_ body: @escaping (StoreTransaction) throws -> T) throws -> T
    /// Ends the daemon and starts it again.
    func restart(now: Timestamp) throws
}

/// Sixty days of a small chain, made up from a seed: stock that flaps, people with their habits, silences, escalations, a
/// till that falls silent, channels that fail, restarts, and a clock that jumps, all over a change to summer time. It does
/// what the loops do when they are due, and shows each step to `TellingWatch`.
final class TellingWorld {
    static let start = Timestamp(rfc3339: "2026-03-15T08:00:00Z")!
    static let days = 60
    static let zone = TimeZone(identifier: "Europe/Berlin")!
    /// How often the till delivers.
    static let till = Duration.hours(12)

    private let ground: any TellingGround
    private var random: SeededGenerator
    private var watch = TellingWatch()
    private(set) var now = TellingWorld.start
    private var levels: [LevelKey] = []
    private var contacts: [String] = []
    private var failing: [ChannelKind: (how: Trouble, until: Timestamp)] = [:]
    private var tillWorks = true
    private var tillDue = TellingWorld.start
    private var remindersDue = TellingWorld.start
    private var summaryDue = TellingWorld.start
    private(set) var steps = 0

    enum Trouble: CaseIterable { case retry, dead, misconfigured }

    init(_ ground: any TellingGround, seed: UInt64) throws {
        self.ground = ground
        random = SeededGenerator(seed: seed)
        let now = now
        levels = try step { tx in
            _ = try tx.updateTenant("default", timeZone: TellingWorld.zone.identifier, now: now)
            _ = try tx.createLocation("store-1", timeZone: TellingWorld.zone.identifier, tenantID: 1, now: now)
            _ = try tx.registerSource("till", kind: "square", tenant: "default", now: now)
            var page = SyncPage(phase: "counts", resume: "")
            page.locations = [SourceLocation(externalID: "2", name: "store-2", timeZone: TellingWorld.zone.identifier)]
            try tx.apply(page, from: try TellingWorld.till(in: tx), now: now)
            let locations = try tx.locations(tenantID: 1, after: nil, limit: 10)
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

    private static let dead = SQL("SELECT id FROM delivery WHERE state = 'dead' ORDER BY id DESC LIMIT 10")
    private static let standing = SQL("SELECT id FROM alert WHERE state <> 'resolved' ORDER BY id")

    private static func till(in reader: StoreReader) throws -> SourceRecord {
        guard let till = try reader.sources(tenantID: 1, name: "till").first else { throw TellingFailure("the till is gone") }
        return till
    }

    // MARK: The days

    /// Runs all of it. Throws `TellingFailure` at the first promise that is broken.
    func run() throws {
        let end = TellingWorld.start + .days(Int64(TellingWorld.days))
        while now < end {
            try act()
            try pass(.minutes(Int64.random(in: 1...1000, using: &random)))
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
        case 84..<91: fail()
        case 91..<92: try retryWhatDied()
        case 92..<93: try restart()
        case 93..<95: try resolve()
        case 95..<97: jump()
        case 97..<98: tillWorks.toggle()
        case 98..<99: try pauseTill()
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
        habits.summaries = Bool.random(using: &random)
        if Int.random(in: 0..<4, using: &random) == 0 { habits.locations = ["store-2"] }
        if Int.random(in: 0..<3, using: &random) == 0 {
            let from = Int.random(in: 0..<1440, using: &random)
            habits.quietHours = QuietHours(
                from: from, to: (from + Int.random(in: 1..<1440, using: &random)) % 1440,
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
        watch.habitsChanged()
    }

    /// Sometimes for longer than deliveries are tried; mostly not, as attempt upon attempt shows nothing new.
    private func fail() {
        let kind = [ChannelKind.email, .webhook].randomElement(using: &random)!
        let longest: Int64 = Int.random(in: 0..<5, using: &random) == 0 ? 2000 : 200
        let length = Duration.minutes(Int64.random(in: 1...longest, using: &random))
        failing[kind] = (Trouble.allCases.randomElement(using: &random)!, now + length)
    }

    private func retryWhatDied() throws {
        let dead = try read { try $0.sql.all(TellingWorld.dead, map: { $0.int(0) }) }
        guard let id = dead.randomElement(using: &random) else { return }
        watch.retried(id)
        _ = try step { try $0.retryDelivery(id, tenantID: nil, now: self.now) }
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
        let by = Duration.minutes(Int64.random(in: 1...3000, using: &random)), before = now
        now = Bool.random(using: &random) ? now + by : now - by
        watch.clockJumped(from: before, to: now)
        lookAround()
    }

    private func restart() throws {
        try ground.restart(now: now)
        lookAround()
    }

    /// What loops do that have just begun, or whose wait ended by a clock that jumped.
    private func lookAround() {
        tillDue = now
        remindersDue = now
        summaryDue = now
    }

    private func pauseTill() throws {
        let until: Timestamp? = Bool.random(using: &random) ? nil : now + .minutes(Int64.random(in: 1...6000, using: &random))
        try step { tx in
            if try TellingWorld.till(in: tx).pause(at: self.now) != nil {
                _ = try tx.resumeSource("till", tenantID: 1, now: self.now)
            } else {
                _ = try tx.pauseSource("till", until: until, by: "ann", comment: nil, tenantID: 1, now: self.now)
            }
        }
    }

    // MARK: What the loops do

    private enum Loop: CaseIterable {
        case alerts, notices, escalations, silences, till, reminders, summaries, mail, webhooks
    }

    private func pass(_ duration: Duration) throws {
        let end = now + duration
        try sweep()
        while true {
            let next = try takeWhatIsDue() ?? end
            guard now < end else { return }
            // As deliveries are gathered for a moment, so are the loops' turns.
            now = min(end, max(next, now + policy.groupWait))
        }
    }

    private var policy: StorePolicy { ground.policy }

    /// Until nothing is due any more. Returns when something will be.
    private func takeWhatIsDue() throws -> Timestamp? {
        for _ in 0..<8 {
            let times = try wakes()
            let due = Loop.allCases.filter { times[$0].map { $0 <= now } ?? false }
            if due.isEmpty { return times.values.min() }
            for loop in due { try turn(loop) }
        }
        // What stays due though its loop has had its turns would keep that loop turning for ever.
        throw TellingFailure("\(try wakes().filter { $0.value <= now }.keys) stay due: nobody takes what is due")
    }

    private func wakes() throws -> [Loop: Timestamp] {
        try read { reader in
            let times: [Loop: Timestamp?] = [
                .alerts: try reader.nextDue(), .escalations: try reader.nextEscalation(),
                .notices: try reader.standingNotices().compactMap { $0.isDue(at: self.now, suppress: self.policy.suppress) ? self.now : $0.dueAt }.min(),
                .silences: try reader.silenceNoticeStands(now: self.now)
                    ? self.now : reader.nextSilenceAnnouncement(now: self.now),
                .till: self.tillDue,
                .mail: try reader.nextAttempt(.email), .webhooks: try reader.nextAttempt(.webhook),
                .reminders: self.remindersDue, .summaries: self.summaryDue,
            ]
            return times.compactMapValues(\.self)
        }
    }

    private let reminders = DailySchedule(minutes: 540, zone: .gmt)
    private let summaries = DailySchedule(minutes: 150, zone: TellingWorld.zone)

    private func turn(_ loop: Loop) throws {
        switch loop {
        case .alerts:
            try step { tx in
                _ = try tx.evaluate(try tx.levelsDue(limit: 1000, now: self.now), trigger: .due, now: self.now)
            }
        case .notices: try step { tx in try tx.tellNoticesDue(now: self.now) }
        case .escalations:
            try step { tx in _ = try tx.escalate(try tx.alertsToEscalate(limit: 1000, now: self.now), now: self.now) }
        case .silences:
            try step { tx in
                _ = try tx.announceEndingSilences(now: self.now)
                try tx.endSilenceNotices(now: self.now)
            }
        case .till: try hearTill()
        case .reminders: try remind()
        case .summaries: try summarize()
        case .mail: try deliver(.email)
        case .webhooks: try deliver(.webhook)
        }
    }
    private func sweep() throws {
        let keys = try read { try $0.levelsOutOfStep(LevelSelection(), now: self.now) }
        guard !keys.isEmpty else { return }
        try step { tx in _ = try tx.evaluate(keys, trigger: .sweep, now: self.now) }
    }

    private func hearTill() throws {
        tillDue = now + TellingWorld.till
        let till = try read(TellingWorld.till)
        if till.pause(at: now) != nil { return }
        if tillWorks {
            let wereStale = try step { try $0.noteIdle(till, now: self.now) }
            if wereStale { try sweep() }
        } else if till.isStale(interval: TellingWorld.till, now: now) {
            _ = try step { try $0.markStale(till, now: self.now) }
        }
    }

    private func remind() throws {
        defer { remindersDue = reminders.next(after: now) }
        let done = try read { try $0.setting("reminded_on") }.flatMap(Int64.init).map(Day.init)
        switch reminders.decide(done: done, now: now) {
        case .wait: break
        case .settle(let day): try step { try $0.keepSetting("reminded_on", String(day.number)) }
        case .due(let day):
            try step { tx in
                let keys = try tx.levelsToRemindOf(after: .first, limit: 1000)
                _ = try tx.evaluate(keys, trigger: .reminder, now: self.now)
                try tx.keepSetting("reminded_on", String(day.number))
            }
        }
    }

    private func summarize() throws {
        defer { summaryDue = summaries.next(after: now) }
        for tenant in try read({ try $0.summarizedTenants() }) {
            switch summaries.decideSameDay(done: tenant.done, now: now) {
            case .wait: break
            case .settle(let day): try step { try $0.settleSummary(of: day, tenantID: tenant.tenant.id) }
            case .due(let day):
                try step { tx in
                    let counts = try tx.summaryCounts()[tenant.tenant.name] ?? Summary.Counts()
                    try tx.tellSummary(
                        try tx.summary(of: day, counts: counts, tenantID: tenant.tenant.id, now: self.now),
                        tenantID: tenant.tenant.id, now: self.now)
                }
            }
        }
    }

    private func deliver(_ kind: ChannelKind) throws {
        while true {
            let claimed = try step { try $0.claim(kind, limit: 10, lease: .minutes(5), now: self.now) }
            if claimed.isEmpty { return }
            for delivery in claimed {
                let verdict: Verdict =
                    switch failing[kind].flatMap({ now < $0.until ? $0.how : nil }) {
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
        tillWorks = true
        let silences = try read { tx in
            try tx.silences(tenantID: 1, state: nil, before: nil, limit: 1000, now: self.now).map(\.silence)
        }
        for silence in silences where silence.state(at: now) != .expired {
            _ = try step { try $0.expireSilence(silence.id, by: "bob", tenantID: nil, now: self.now) }
        }
        try step { try $0.endPauses() }
        try pass(.days(5))
    }

    // MARK: Steps

    private func read<T>(_ body: @escaping (StoreReader) throws -> T) throws -> T { try ground.read(body) }

    @discardableResult
    private func step<T>(_ body: @escaping (StoreTransaction) throws -> T) throws -> T {
        steps += 1
        return try ground.write { tx in
            let result = try body(tx)
            try self.watch.look(tx, now: self.now)
            return result
        }
    }
}
