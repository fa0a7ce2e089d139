import StockDomain
import StockTestSupport
import Testing

@Suite struct DeliveryRuleTests {
    private let now = Timestamp(milliseconds: 1_800_000_000_000)

    @Test func backsOffExponentiallyWithFullJitterUpToAnHour() {
        var random = SeededGenerator(seed: 3)
        for attempts in 1...40 {
            let ceiling = min(Duration.seconds(5) * (1 << min(attempts - 1, 12)), .hours(1))
            var longest = Duration.zero
            for _ in 0..<200 {
                guard case .retry(let at) = RetryPolicy.next(
                    attempts: attempts, firstFailure: now, asked: nil, now: now, using: &random)
                else {
                    Issue.record("gave up")
                    return
                }
                #expect(at >= now && at <= now + ceiling)
                longest = max(longest, at - now)
            }
            #expect(longest > ceiling * 0.8)
        }
    }

    @Test func neverTriesSoonerThanAskedAndGivesUpAfterADay() {
        var random = SeededGenerator(seed: 4)
        func next(_ asked: Duration?, since: Duration) -> RetryPolicy.Decision {
            RetryPolicy.next(attempts: 1, firstFailure: now - since, asked: asked, now: now, using: &random)
        }
        #expect(next(.minutes(10), since: .zero) == .retry(at: now + .minutes(10)))
        #expect(next(.days(9), since: .zero) == .retry(at: now + .hours(1)))
        #expect(next(nil, since: .hours(24)) == .giveUp)
        #expect(next(nil, since: .hours(24) - .milliseconds(1)) != .giveUp)
    }

    @Test func everyPreferenceHasItsReason() {
        func refusal(
            _ occasion: Message.Occasion = .opened, _ severity: Severity = .critical, told: Bool = true,
            _ change: (inout AddressPreferences) -> Void
        ) -> NotTold? {
            var preferences = AddressPreferences(minSeverity: .low)
            change(&preferences)
            return preferences.refusal(of: occasion, severity: severity, location: "store-1", category: "Tea", told: told)
        }
        #expect(refusal { _ in } == nil)
        #expect(refusal { $0.contactEnabled = false } == .contactOff)
        #expect(refusal { $0.enabled = false } == .addressOff(reason: nil))
        #expect(refusal { $0.minSeverity = .out } == .belowSmallestSeverity(.out))
        #expect(refusal { $0.locations = ["store-2"] } == .otherLocations)
        #expect(refusal { $0.locations = ["store-2", "store-1"] } == nil)
        #expect(refusal { $0.categories = ["Coffee"] } == .otherCategories)
        #expect(refusal(.reminder) { $0.reminders = false } == .noReminders)
        #expect(refusal(.resolved) { $0.resolves = false } == .noResolves)
        #expect(refusal(.resolved, told: false) { _ in } == .neverToldOfIt)
        #expect(refusal(.resolved, .low) { $0.minSeverity = .out } == nil)
    }
}
