import Foundation
import StockDomain
import StockWire
import Testing

@testable import StockControl
@testable import StockStore

/// Whatever keeps somebody from being told must be seen in what `alert.explain` answers.
@Suite struct ExplainTests {
    @Test(arguments: Wire.Reason.allCases) func everyReasonIsShown(reason: Wire.Reason) throws {
        let scene = try Scene()
        try scene.bringAbout(reason)
        let shown = try scene.explain()
        #expect(shown.reasons.contains(reason), "\(shown.reasons)")
    }

    @Test func thePastIsExplainedByWhatHeldThen() throws {
        let scene = try Scene()
        try scene.contact()
        try scene.threshold(low: "20")
        try scene.count(15)
        let then = scene.now
        scene.wait(.hours(30))
        try scene.threshold(low: "5")
        try scene.count(40)
        let now = try scene.explain()
        #expect(now.onHand == 40 && now.lowThreshold == 5 && now.severity == .healthy)
        #expect(now.alert?.state == .resolved)
        let past = try scene.explain(at: then)
        #expect(past.onHand == 15 && past.lowThreshold == 20 && past.severity == .low)
        #expect(past.alert?.state == .open && past.alert?.resolvedAt == nil)
        #expect(past.addresses.map(\.outcome) == [.underWay])
        #expect(past.settings.first?.low == "20" && past.settings.first?.lowOutcome == .decides)
    }

    @Test func beforeASettingWasMadeItHeldNothing() throws {
        let scene = try Scene()
        try scene.count(15)
        let then = scene.now
        scene.wait(.hours(1))
        try scene.threshold(low: "20")
        #expect(try scene.explain().lowThreshold == 20)
        #expect(try scene.explain(at: then).lowThreshold == 5)
        #expect(try scene.explain(at: then).alert == nil)
    }

    /// To get better does not take it out of the hands of who has taken it on; to get worse does.
    @Test func whoHadTakenItOnIsShownUntilItGotWorse() throws {
        let scene = try Scene()
        try scene.count(0)
        try scene.acknowledge(by: "bob")
        var shown: [Timestamp: Wire.Explanation] = [:]
        for quantity in [1, 4, 0] {
            scene.wait(.hours(1))
            try scene.count(quantity)
            scene.wait(.minutes(30))
            shown[scene.now] = try scene.explain()
        }
        #expect(shown.count == 3 && Set(shown.values.map(\.alert?.state)) == [.acknowledged, .open])
        scene.wait(.days(1))
        for (at, then) in shown {
            let past = try scene.explain(at: at)
            #expect(past.alert?.state == then.alert?.state && past.alert?.acknowledgedBy == then.alert?.acknowledgedBy, "\(at)")
            #expect(past.alert?.severity == then.alert?.severity)
        }
    }

    @Test func onlyWhatWasSentIsTold() throws {
        let scene = try Scene()
        try scene.contact()
        try scene.count(2)
        let queued = scene.now
        #expect(try scene.explain().addresses.map(\.outcome) == [.underWay])
        scene.wait(.minutes(1))
        try scene.attempt(.retry(after: nil, reason: "421 busy"))
        scene.wait(.hours(2))
        let between = scene.now
        scene.wait(.hours(1))
        try scene.attempt(.dead(reason: "550 no such mailbox", disablesAddress: false))
        let address = try #require(try scene.explain().addresses.first)
        #expect(address.outcome == .notTold && address.detail == "550 no such mailbox" && address.delivery != nil)
        for at in [queued, between] {
            let past = try scene.explain(at: at)
            #expect(past.addresses.map(\.outcome) == [.underWay])
            #expect(past.deliveries.map(\.state) == [.queued] && past.deliveries.allSatisfy { $0.reason == nil })
        }
        #expect(try scene.explain(at: between).deliveries.flatMap(\.attempts).map(\.reason) == ["421 busy"])
    }

    /// What somebody wants now says nothing of what they would have been told.
    @Test func thePastKnowsOnlyWhoWasThereAndWhatTheyWantedThen() throws {
        let scene = try Scene()
        try scene.contact { preferences, _ in preferences.locations = ["store-2"] }
        try scene.count(40)
        let before = scene.now
        scene.wait(.days(1))
        try scene.wantEverything("Ann")
        try scene.contact("Bob")
        let now = try scene.explain().addresses
        #expect(now.map(\.contact) == ["Ann", "Bob"] && now.map(\.reason) == [nil, nil])
        let past = try scene.explain(at: before).addresses
        #expect(past.map(\.contact) == ["Ann"] && past.map(\.reason) == [.otherLocations])
    }

    @Test func whoseTurnComesIsSaidToGoUntoldWhereTheyWereToldAlready() throws {
        let scene = try Scene()
        try scene.contact()
        try scene.contact("Bob") { preferences, _ in preferences.locations = ["store-2"] }
        try scene.escalate([(.hours(1), "Bob"), (.hours(2), "Ann")])
        try scene.count(2)
        let opened = scene.now
        try scene.attempt(.sent(reference: nil))
        let first = try #require(try scene.explain().nextStep)
        #expect(first.contact == "Bob" && first.outcome == .told && first.dueAt == (opened + .hours(1)).wire)
        scene.wait(.hours(1))
        try scene.escalate()
        let second = try #require(try scene.explain().nextStep)
        #expect(second.contact == "Ann" && second.outcome == .notTold && second.reason == .toldLately)
        // A silence makes it wait.
        try scene.silence()
        #expect(try scene.explain().nextStep?.dueAt == (scene.now + .hours(2)).wire)
        try scene.acknowledge(by: "bob")
        #expect(try scene.explain().nextStep == nil)
    }

    @Test func whoIsNotToldAgainSoSoonWasTold() throws {
        let scene = try Scene()
        try scene.contact { preferences, _ in preferences.minSeverity = .out }
        try scene.escalate([(.hours(1), "Ann"), (.hours(2), "Ann")])
        try scene.count(2)
        scene.wait(.hours(1))
        try scene.escalate()
        try scene.attempt(.sent(reference: nil))
        let told = scene.now
        scene.wait(.hours(1))
        try scene.escalate()
        let ann = try #require(try scene.explain().addresses.first)
        #expect(ann.outcome == .told && ann.at == told.wire && ann.reason == .toldLately)
        scene.wait(.days(2))
        try scene.escalate([(.hours(49), "Ann")])
        scene.wait(.days(3))
        try scene.escalate()
        let again = try #require(try scene.explain().addresses.first)
        #expect(again.outcome == .underWay && again.reason == nil)
    }

    /// A message that failed told nobody: the next step does, and that it failed hides neither this nor why nothing more goes out.
    @Test func whatFailedDoesNotHideWhatWasToldAfterIt() throws {
        let scene = try Scene()
        try scene.contact { preferences, _ in preferences.minSeverity = .out }
        try scene.escalate([(.hours(1), "Ann"), (.hours(2), "Ann"), (.hours(3), "Ann")])
        try scene.count(2)
        scene.wait(.hours(1))
        try scene.escalate()
        try scene.attempt(.dead(reason: "550 no such mailbox", disablesAddress: false))
        #expect(try scene.explain().nextStep?.outcome == .told)
        scene.wait(.hours(1))
        try scene.escalate()
        #expect(try scene.explain().addresses.first?.outcome == .underWay)
        try scene.attempt(.sent(reference: nil))
        scene.wait(.hours(1))
        try scene.escalate()
        let ann = try #require(try scene.explain().addresses.first)
        #expect(ann.outcome == .told && ann.reason == .toldLately)
    }

    /// The window of what was told, and then died, was in force until then.
    @Test func whatDiedOpensNoWindowOnceItHas() throws {
        let scene = try Scene()
        try scene.contact()
        try scene.count(2)
        scene.wait(.minutes(1))
        let queued = scene.now
        scene.wait(.minutes(1))
        try scene.attempt(.dead(reason: "550 no such mailbox", disablesAddress: false))
        let died = scene.now
        scene.wait(.hours(1))
        #expect(try scene.explain().window == nil)
        #expect(try scene.explain(at: died).window == nil)
        #expect(try scene.explain(at: queued).window != nil)
    }

    /// What was to come, and not what came.
    @Test func whoseTurnWasToComeIsSaidOfThePast() throws {
        let scene = try Scene()
        try scene.contact()
        try scene.contact("Bob") { preferences, _ in preferences.locations = ["store-2"] }
        try scene.escalate([(.hours(1), "Bob"), (.hours(3), "Ann"), (.hours(5), "Bob")])
        try scene.count(2)
        try scene.attempt(.sent(reference: nil))
        var shown: [(at: Timestamp, step: Wire.ExplainedStep?)] = []
        func look() throws {
            scene.wait(.minutes(10))
            shown.append((scene.now, try scene.explain().nextStep))
            scene.wait(.minutes(50))
        }
        try look()
        try scene.escalate()
        try scene.attempt(.sent(reference: nil))
        try look()
        try scene.silence()
        try look()
        try look()
        try scene.escalate()
        try look()
        try scene.escalate([(.hours(40), "Ann")])
        try look()
        try scene.acknowledge(by: "bob")
        try look()
        try scene.count(0)
        try look()
        try scene.count(40)
        #expect(shown.map(\.step?.contact) == ["Bob", "Ann", "Ann", "Ann", "Bob", "Ann", nil, "Ann"])
        scene.wait(.days(2))
        for (at, step) in shown { #expect(try scene.explain(at: at).nextStep == step, "\(at)") }
    }

    @Test func eachMessageHasItsAttempts() throws {
        let scene = try Scene()
        try scene.contact()
        try scene.count(2)
        #expect(try scene.explain().deliveries.map(\.attempts) == [[]])
        let queued = scene.now
        scene.wait(.minutes(1))
        try scene.attempt(.sent(reference: nil))
        let attempts = try #require(try scene.explain().deliveries.first?.attempts)
        #expect(attempts.map(\.outcome) == ["sent"] && attempts.map(\.at) == [scene.now.wire] && attempts.map(\.ms) == [nil])
        #expect(try scene.explain(at: queued).deliveries.map(\.attempts) == [[]])
    }

    @Test func whatWaitsForItsChannelSaysWhy() throws {
        let scene = try Scene()
        try scene.contact()
        try scene.count(2)
        try scene.attempt(.misconfigured(reason: "535 bad credentials"))
        let shown = try scene.explain(stopped: [.email: "535 bad credentials"])
        #expect(shown.addresses.first?.outcome == .underWay && shown.addresses.first?.detail == "535 bad credentials")
        #expect(shown.deliveries.map(\.channelError) == ["535 bad credentials"])
    }

    /// The step's contact was taken for told by a message that died after it.
    @Test func whoWasLeftOutForAMessageThatDiedIsSaidToHaveHeardNothing() throws {
        let scene = try Scene()
        try scene.contact()
        try scene.escalate([(.zero, "Ann")])
        try scene.count(2)
        try scene.escalate()
        #expect(try scene.explain().addresses.first?.outcome == .underWay)
        try scene.attempt(.dead(reason: "550 no such mailbox", disablesAddress: false))
        let ann = try #require(try scene.explain().addresses.first)
        #expect(ann.outcome == .notTold && ann.reason == nil && ann.delivery != nil)
    }

    /// That somebody had it tried again, and with what success, does not change how it stood before.
    @Test func whatDiedHadDiedUntilItWasRetried() throws {
        let scene = try Scene()
        try scene.contact()
        try scene.count(2)
        try scene.attempt(.dead(reason: "550 no such mailbox", disablesAddress: false))
        scene.wait(.hours(1))
        let between = scene.now
        scene.wait(.hours(1))
        try scene.retry()
        try scene.attempt(.sent(reference: nil))
        let then = try scene.explain(at: between)
        #expect(then.window == nil && then.addresses.first?.outcome == .notTold && then.addresses.first?.delivery != nil)
        #expect(then.deliveries.map(\.state) == [.dead] && then.deliveries.map(\.heldUntil) == [nil])
        let now = try scene.explain()
        #expect(now.window != nil && now.addresses.first?.outcome == .told && now.deliveries.map(\.state) == [.sent])
    }

    @Test func whatWasFirstCountedAs0WasCounted() throws {
        let scene = try Scene()
        try scene.importCount(0)
        let then = scene.now
        scene.wait(.hours(1))
        try scene.importCount(0)
        #expect(try scene.explain(at: then).tracking == .tracked && scene.explain(at: then).alert?.state == .open)
    }

    @Test func whoHeardOfTheBeginningAndNotOfTheEndIsSaidToHaveDoneSo() throws {
        let scene = try Scene()
        try scene.contact { preferences, _ in preferences.resolves = false }
        try scene.contact("Bob") { preferences, _ in preferences.minSeverity = .out }
        try scene.count(2)
        try scene.attempt(.sent(reference: nil))
        let standing = scene.now
        #expect(try scene.explain().addresses.map(\.end) == [nil, nil])
        scene.wait(.hours(1))
        try scene.count(100)
        let over = try scene.explain().addresses
        #expect(over.map(\.outcome) == [.told, .notTold] && over.map(\.reason) == [nil, .belowMinSeverity])
        #expect(over.map(\.end?.outcome) == [.notTold, .notTold] && over.map(\.end?.reason) == [.noResolves, .neverTold])
        #expect(try scene.explain(at: standing).addresses.map(\.end) == [nil, nil])
    }

    @Test func whyItsChannelHadSwitchedAnAddressOffIsSaidBesideTheReason() throws {
        let scene = try Scene()
        try scene.contact()
        try scene.count(2)
        try scene.attempt(.dead(reason: "550 no such user", disablesAddress: true))
        try scene.contact("Bob")
        scene.wait(.minutes(1))
        try scene.count(0)
        scene.wait(.minutes(1))
        try scene.wantEverything("Ann")
        let address = try #require(try scene.explain().addresses.first)
        #expect(address.contact == "Ann" && address.outcome == .notTold && address.reason == .addressOff)
        #expect(address.detail == "550 no such user")
    }

    @Test func whatWasSentLaterWasUnderWay() throws {
        let scene = try Scene()
        try scene.contact()
        try scene.count(2)
        let queued = scene.now
        scene.wait(.hours(1))
        try scene.attempt(.sent(reference: nil))
        #expect(try scene.explain().addresses.map(\.outcome) == [.told])
        #expect(try scene.explain(at: queued).addresses.map(\.outcome) == [.underWay])
        #expect(try scene.explain(at: queued).deliveries.map(\.sentAt) == [nil])
    }

    @Test func aProductAtTooManyLocationsIsExplainedAtOneOfThem() throws {
        let scene = try Scene()
        try scene.count(2)
        #expect(try scene.locations(limit: 1) == ["store-1"])
        let error = #expect(throws: StoreError.self) { try scene.locations(limit: 0) }
        #expect(error?.code == .invalid(field: "location"))
    }

    @Test func whatIsNotKnownYetIsNotExplained() throws {
        let scene = try Scene()
        try scene.count(15)
        #expect(throws: StoreError.self) { try scene.explain(at: scene.now - .days(30)) }
        #expect(throws: StoreError.self) { try scene.explain(sku: "NONE") }
    }

    @Test func everySettingSaysWhatCameOfIt() throws {
        let scene = try Scene()
        try scene.threshold(low: "20%", sku: nil)
        try scene.threshold(low: "7d")
        try scene.count(4)
        let settings = try scene.explain().settings
        #expect(settings.map(\.scope) == ["product", "tenant", "configuration"])
        #expect(settings.map(\.lowOutcome) == [.noRate, .noParLevel, .noParLevel])
    }
}

extension Wire.Explanation {
    fileprivate var reasons: Set<Wire.Reason> {
        let notes = alert?.timeline.compactMap { $0.note.flatMap(Wire.Reason.init(rawValue:)) } ?? []
        let dropped = deliveries.compactMap { $0.reason.flatMap(Wire.Reason.init(rawValue:)) }
        return Set([reason].compactMap(\.self) + notes + dropped + addresses.compactMap(\.reason)
            + addresses.compactMap(\.end?.reason) + addresses.compactMap(\.summaryReason) + deliveries.compactMap(\.heldBecause))
    }
}

/// A shop with one product at one location.
private final class Scene {
    private let directory: URL
    private let store: Store
    private let key: LevelKey
    private(set) var now = Timestamp(rfc3339: "2026-05-04T08:00:00Z")!
    private let tenantID: Int64 = 1

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "stockd-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        store = try Store.open(
            path: directory.appending(path: "stock.db").path, policy: StorePolicy(groupWait: .zero), now: now)
        key = try store.writeAndWait { [now] tx in
            let location = try tx.createLocation("store-1", timeZone: "UTC", tenantID: 1, now: now)
            let product = try tx.createProduct(ProductDraft(sku: "TEA", name: "Tea", category: "Drinks"), tenantID: 1, now: now)
            let key = LevelKey(productID: product.id, locationID: location.id)
            try tx.ensureLevel(key, now: now)
            return key
        }
    }

    deinit {
        try? store.close()
        try? FileManager.default.removeItem(at: directory)
    }

    private func write<T: Sendable>(_ body: @escaping @Sendable (StoreTransaction, Timestamp) throws -> T) throws -> T {
        try store.writeAndWait { [now] in try body($0, now) }
    }

    func wait(_ duration: Duration) { now = now + duration }

    func explain(sku: String = "TEA", at: Timestamp? = nil, stopped: [ChannelKind: String] = [:]) throws -> Wire.Explanation {
        try store.readHere { [now] in
            try $0.explanation(sku: sku, location: "store-1", tenantID: 1, at: at, now: now)
                .wire(tenant: "default", stopped: stopped)
        }
    }

    func count(_ quantity: Int) throws {
        let key = key
        _ = try write { tx, now in
            try tx.change(
                .count(Quantity(quantity)), productID: key.productID, locationID: key.locationID,
                origin: MovementOrigin(by: "root", at: now), now: now)
        }
    }

    /// As a file has it.
    func importCount(_ quantity: Int) throws {
        _ = try write { tx, now in
            let source = try tx.registerSource("files", kind: "csv", tenant: "default", now: now)
            let level = ImportedLevel(sku: "TEA", location: "store-1", quantity: Quantity(quantity))
            return try tx.importRows(
                [ImportLine(line: 2, content: .level(level))],
                ImportTerms(tenantID: 1, sourceID: source, countedAt: now), now: now)
        }
    }

    func acknowledge(by name: String) throws {
        let id = try #require(try explain().alert?.id)
        _ = try write { tx, now in try tx.acknowledge(id, by: name, note: nil, tenantID: nil, now: now) }
    }

    /// At what is queued, which comes to that.
    /// The last message.
    func retry() throws {
        _ = try write { tx, now in
            guard let last = try tx.deliveries(DeliveryFilter(tenantID: 1), before: nil, limit: 1).first else { return }
            _ = try tx.retryDelivery(last.id, tenantID: 1, now: now)
        }
    }

    func attempt(_ verdict: Verdict) throws {
        try write { tx, now in
            var random = SystemRandomNumberGenerator()
            let claimed = try tx.claim(.email, limit: 10, lease: .minutes(1), now: now)
            #expect(claimed.count == 1)
            for delivery in claimed { try tx.complete(delivery, verdict, now: now, using: &random) }
        }
    }

    func locations(limit: Int) throws -> [String] {
        try store.readHere { try $0.locationsOf(sku: "TEA", tenantID: 1, limit: limit) }
    }

    func threshold(
        low: String? = nil, enabled: Bool? = nil, salesDays: Int? = nil, sku: String? = "TEA"
    ) throws {
        let scope = ThresholdKey(productID: sku == nil ? nil : key.productID)
        _ = try write { tx, now in
            try tx.setThreshold(
                scope, low: low.flatMap(ThresholdSpec.init), critical: nil, enabled: enabled, requireSalesDays: salesDays,
                tenantID: 1, now: now)
        }
    }

    func contact(
        _ name: String = "Ann", enabled: Bool = true,
        _ change: @escaping @Sendable (inout AddressPreferences, Timestamp) -> Void = { _, _ in }
    ) throws {
        _ = try write { tx, now in
            var preferences = AddressPreferences(minSeverity: .low)
            change(&preferences, now)
            return try tx.createContact(
                name, enabled: enabled,
                addresses: [AddressRecord(kind: .email, value: "\(name)@example.com", preferences: preferences)], tenantID: 1,
                now: now)
        }
    }

    func wantEverything(_ name: String) throws {
        _ = try write { tx, now in
            try tx.updateContact(
                name, enabled: nil,
                addresses: [
                    AddressRecord(kind: .email, value: "\(name)@example.com", preferences: AddressPreferences(minSeverity: .low))
                ], tenantID: 1, now: now)
        }
    }

    private func remind() throws {
        let key = key
        _ = try write { tx, now in try tx.evaluate([key], trigger: .reminder, now: now) }
    }

    func silence() throws {
        _ = try write { tx, now in
            try tx.createSilence(
                Silence(
                    id: 0, scope: AlertScope(sku: Glob("T*")), severity: nil, startsAt: now, endsAt: now + .hours(2), author: "ann",
                    comment: "stocktaking", createdAt: now), tenantID: 1, now: now)
        }
    }

    func escalate(_ steps: [(after: Duration, contact: String)]) throws {
        _ = try write { tx, now in
            try tx.setEscalation(
                "all", scope: AlertScope(), severity: nil,
                steps: steps.map { Escalation.Step(after: $0.after, contact: $0.contact) }, repeatAfter: nil, by: "root",
                tenantID: 1, now: now)
        }
    }

    /// Takes the steps that are due.
    func escalate() throws {
        _ = try write { tx, now in try tx.escalate(try tx.alertsToEscalate(limit: 10, now: now), now: now) }
    }

    /// Makes somebody go untold for that reason.
    func bringAbout(_ reason: Wire.Reason) throws {
        switch reason {
        case .window:
            try contact()
            try count(2)
            try count(100)
            wait(.hours(1))
            try count(2)
        case .silenced:
            try contact()
            try silence()
            try count(2)
        case .acknowledged:
            try contact()
            try count(2)
            let id = try #require(try explain().alert?.id)
            _ = try write { tx, now in try tx.acknowledge(id, by: "bob", note: nil, tenantID: nil, now: now) }
            wait(.days(2))
            try remind()
        case .milder:
            try contact()
            try count(0)
            try count(4)
        case .stale:
            try count(15)
            _ = try write { tx, now in
                try tx.sql.run(SQL("UPDATE location SET stale_since = ?"), .int(now.milliseconds))
            }
            try threshold(low: "20")
        case .alertsOff:
            try count(2)
            try threshold(enabled: false)
        case .noRecentSales:
            try count(2)
            try threshold(salesDays: 7)
        case .notTracked: break
        case .nobodyToTell: try count(2)
        case .paused:
            try contact { preferences, now in preferences.pausedUntil = now + .days(3) }
            try count(2)
        case .quietHours:
            try contact { preferences, _ in preferences.quietHours = QuietHours(from: 0, to: 0, letsOut: false) }
            try count(2)
        case .toldLately:
            try contact()
            try escalate([(.hours(1), "Ann")])
            try count(2)
            wait(.hours(2))
            _ = try write { tx, now in try tx.escalate(try tx.alertsToEscalate(limit: 10, now: now), now: now) }
        case .contactOff:
            try contact(enabled: false)
            try count(2)
        case .addressOff:
            try contact { preferences, _ in preferences.enabled = false }
            try count(2)
        case .addressRemoved:
            try contact()
            try count(2)
            _ = try write { tx, now in try tx.deleteContact("Ann", tenantID: 1, now: now) }
        case .belowMinSeverity:
            try contact { preferences, _ in preferences.minSeverity = .out }
            try count(2)
        case .otherLocations:
            try contact { preferences, _ in preferences.locations = ["store-2"] }
            try count(2)
        case .otherCategories:
            try contact { preferences, _ in preferences.categories = ["Tools"] }
            try count(2)
        case .noReminders:
            try contact { preferences, _ in preferences.reminders = false }
            try count(2)
            wait(.days(2))
            try remind()
        case .noResolves:
            try contact { preferences, _ in preferences.resolves = false }
            try count(2)
            wait(.minutes(1))
            try count(100)
        case .neverTold:
            try contact()
            try contact("Bob") { preferences, _ in preferences.minSeverity = .out }
            try count(2)
            try count(100)
        case .noSummaries: try contact { preferences, _ in preferences.summaries = false }
        case .overBeforeTold:
            try contact { preferences, now in preferences.pausedUntil = now + .hours(3) }
            try count(2)
            wait(.hours(1))
            try count(100)
            wait(.hours(2))
            _ = try write { tx, now in try tx.claim(.email, limit: 10, lease: .minutes(1), now: now) }
        }
    }
}
