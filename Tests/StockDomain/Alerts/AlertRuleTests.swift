import StockDomain
import StockTestSupport
import Testing

@Suite struct AlertRuleTests {
    private let suppress = Duration.hours(24)
    private let t0 = Timestamp(milliseconds: 1_800_000_000_000)

    private func decide(
        _ condition: Condition, standing: StandingAlert? = nil, window: SuppressionWindow? = nil, stale: Bool = false,
        trigger: AlertRule.Trigger = .change, now: Timestamp
    ) -> AlertDecision {
        AlertRule.decide(
            condition, standing: standing, window: window, stale: stale, trigger: trigger, now: now, suppress: suppress)
    }

    @Test(arguments: [Severity.low, .critical, .out])
    func theWindowIsClosedToItsLastMillisecondAndOpenAtItsEnd(severity: Severity) {
        let window = SuppressionWindow(telling: severity, at: t0, for: suppress)
        let before = decide(.short(severity), window: window, now: t0 + suppress - .milliseconds(1))
        #expect(before.telling == .held(.window(until: t0 + suppress)) && before.pending)
        let at = decide(.short(severity), window: window, now: t0 + suppress)
        #expect(at.telling == .tell(.opened))
        #expect(at.window == SuppressionWindow(telling: severity, at: t0 + suppress, for: suppress))
    }

    @Test func onlyAWorseSeverityPassesAnOpenWindow() {
        for told in [Severity.low, .critical, .out] {
            for now in [Severity.low, .critical, .out] {
                let decision = decide(
                    .short(now), window: SuppressionWindow(telling: told, at: t0, for: suppress), now: t0 + .hours(1))
                #expect((decision.telling == .tell(.opened)) == (now > told))
            }
        }
    }

    @Test func nothingNewOpensFromStaleCountsUntilSomebodyCounts() {
        #expect(decide(.short(.out), stale: true, trigger: .sweep, now: t0).telling == .held(.stale))
        #expect(decide(.short(.out), stale: true, trigger: .sweep, now: t0).transition == .none)
        #expect(decide(.short(.out), stale: true, trigger: .change, now: t0).transition == .open)
    }

    @Test func whoWasNotToldIsNotToldThatItIsOver() {
        let untold = StandingAlert(severity: .low, told: false)
        #expect(decide(.well(.restocked, because: nil), standing: untold, now: t0).telling == .nothing)
        let told = StandingAlert(severity: .low, told: true)
        #expect(decide(.well(.restocked, because: nil), standing: told, now: t0).telling == .tell(.resolved))
    }

    @Test func remindersKeepToTheWindowAndToWhomAcknowledged() {
        let window = SuppressionWindow(telling: .low, at: t0, for: suppress)
        let standing = StandingAlert(severity: .low, told: true)
        func remind(_ standing: StandingAlert, at now: Timestamp) -> AlertDecision.Telling {
            decide(.short(.low), standing: standing, window: window, trigger: .reminder, now: now).telling
        }
        #expect(remind(standing, at: t0 + .hours(23)) == .held(.window(until: t0 + suppress)))
        #expect(remind(standing, at: t0 + suppress) == .tell(.reminder))
        let taken = StandingAlert(severity: .low, acknowledged: true, acknowledgedBy: "ann", told: true)
        #expect(remind(taken, at: t0 + .days(3)) == .held(.acknowledged(by: "ann")))
    }

    /// Yesterday's reminder went out a moment after the hour, so that its window ends a moment after today's.
    @Test func aReminderThatComesAMomentBeforeItsWindowEndsIsToldWhenItDoes() {
        let window = SuppressionWindow(telling: .low, at: t0, for: suppress)
        var standing = StandingAlert(severity: .low, told: true)
        let early = t0 + suppress - .milliseconds(40)
        let held = decide(.short(.low), standing: standing, window: window, trigger: .reminder, now: early)
        #expect(held.telling == .held(.window(until: t0 + suppress)) && held.pending)
        standing.pending = true
        let due = decide(.short(.low), standing: standing, window: window, trigger: .due, now: t0 + suppress)
        #expect(due.telling == .tell(.reminder) && !due.pending)
        standing.pending = false
        let farOff = decide(
            .short(.low), standing: standing, window: window, trigger: .reminder, now: t0 + suppress - .hours(1))
        #expect(farOff.telling == .held(.window(until: t0 + suppress)) && !farOff.pending)
    }

    @Test func aWindowFromTheFutureIsMovedToNow() {
        let window = SuppressionWindow(telling: .low, at: t0, for: suppress)
        let back = t0 - .days(365)
        let decision = decide(.short(.low), window: window, now: back)
        #expect(decision.telling == .held(.window(until: back + suppress)))
        #expect(decision.window == SuppressionWindow(telling: .low, at: back, for: suppress))
    }

    /// Drives one level through years of random stock, sweeps, reminders, acknowledgements and clock jumps, and checks
    /// after every step what the product promises.
    @Test(arguments: 0..<400)
    func noHistoryBreaksThePromises(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var life = Life(suppress: suppress, now: t0)
        for _ in 0..<300 { life.step(using: &random) }
    }
}

/// One product at one location, as the store keeps it, with what was told.
private struct Life {
    let suppress: Duration
    var now: Timestamp
    var severity = Severity.healthy
    var standing: StandingAlert?
    var window: SuppressionWindow?
    var lastTold: (severity: Severity, at: Timestamp)?

    init(suppress: Duration, now: Timestamp) {
        self.suppress = suppress
        self.now = now
    }

    mutating func step(using random: inout SeededGenerator) {
        switch Int.random(in: 0..<20, using: &random) {
        case 0:
            // The window is measured by a clock that now says something else: what was told counts from here.
            now = now - .minutes(Int64.random(in: 1...100_000, using: &random))
            if let told = lastTold { lastTold = (told.severity, min(told.at, now)) }
        case 1...12: now = now + .minutes(Int64.random(in: 1...900, using: &random))
        default: now = now + .milliseconds(Int64.random(in: 0...1, using: &random))
        }
        var trigger = AlertRule.Trigger.change
        switch Int.random(in: 0..<10, using: &random) {
        case 0: trigger = .reminder
        case 1: trigger = .sweep
        case 2: trigger = .due
        case 3: if standing != nil { standing?.acknowledged = true; standing?.pending = false }
        default: severity = Severity(rawValue: Int.random(in: 0...3, using: &random)) ?? .healthy
        }
        let condition: Condition = severity == .healthy ? .well(.restocked, because: nil) : .short(severity)
        let before = standing
        let decision = AlertRule.decide(
            condition, standing: standing, window: window, stale: false, trigger: trigger, now: now, suppress: suppress)
        window = decision.window
        switch decision.transition {
        case .open: standing = StandingAlert(severity: severity, told: false)
        case .change: standing?.severity = severity
        case .resolve: standing = nil
        case .none: break
        }
        if decision.reopens { standing?.acknowledged = false }
        standing?.pending = decision.pending
        #expect((standing != nil) == (severity > .healthy))
        #expect(standing.map { $0.severity == severity } ?? true)
        check(decision, before: before)
    }

    private mutating func check(_ decision: AlertDecision, before: StandingAlert?) {
        switch decision.telling {
        case .tell(.resolved):
            #expect(before?.told == true)
        case .tell(let occasion):
            if let lastTold {
                #expect(severity > lastTold.severity || now - lastTold.at >= suppress, "told again inside the window")
            }
            #expect(occasion != .reminder || before?.acknowledged == false)
            lastTold = (severity, now)
            standing?.told = true
            standing?.announced = true
            #expect(decision.window == SuppressionWindow(telling: severity, at: now, for: suppress))
        case .held(.window(let until)):
            #expect(now < until && until <= now + suppress, "held back for longer than a window lasts")
        case .held, .nothing:
            break
        }
        // An opening that was held back is never forgotten: it is pending until told, milder, taken on or over.
        if decision.transition == .open, case .held(.window) = decision.telling { #expect(decision.pending) }
    }
}
