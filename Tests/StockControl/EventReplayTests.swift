import StockDomain
import StockWire
import Testing

@testable import StockControl
@testable import StockStore

/// What an event says is what was so when it happened, however much has happened since.
@Suite struct EventReplayTests {
    @Test func eventsSayTheSameWhenTheyAreReadAgainMuchLater() async throws {
        try await ControlFixture.run { fixture in
            let history = try await History(fixture)
            try await history.live()
            let replayed = try await history.events(after: 0)
            #expect(replayed.map(\.kind) == history.seen.map(\.kind))
            for (then, now) in zip(history.seen, replayed) { #expect(then == now) }
            // Each kind that says something of a thing that changes was there.
            let kinds: Set = [
                "stock.changed", "alert.opened", "alert.changed", "alert.acknowledged", "alert.resolved", "hold.placed",
                "hold.extended", "hold.confirmed", "hold.cancelled", "hold.expired", "hold.at_risk", "hold.refund_due",
                "sale.created", "sale.ended", "sync.started", "sync.finished", "sync.failed", "delivery.failed", "delivery.sent",
            ]
            #expect(kinds.subtracting(replayed.map(\.kind)) == [])
        }
    }

    @Test func aReplayedEventCarriesTheFactsOfThen() async throws {
        try await ControlFixture.run { fixture in
            let history = try await History(fixture)
            try await history.live()
            let events = try await history.events(after: 0)
            func all(_ kind: String) -> [Wire.Event] { events.filter { $0.kind == kind } }
            let counted = try #require(all("stock.changed").compactMap(\.level).first { $0.held == 3 })
            #expect(counted.onHand == 20 && counted.available == 17 && counted.severity == .healthy)
            let placed = try #require(all("hold.placed").first?.hold), extended = try #require(all("hold.extended").first?.hold)
            #expect(placed.id == extended.id)
            #expect(placed.expiresAt.timestamp == history.begun + .minutes(10))
            #expect(extended.expiresAt.timestamp == history.begun + .minutes(60))
            // Expired by the time it is read.
            #expect(all("hold.refund_due").first?.hold?.state == .held)
            let risk = try #require(all("hold.at_risk").first?.level)
            #expect(risk.onHand == 4 && risk.held == 5 && risk.available == -1 && risk.severity == .low)
            let alert = try #require(all("alert.opened").first?.alert)
            #expect(alert.state == .open && alert.severity == .low && alert.threshold == 5 && alert.acknowledgedBy == nil)
            #expect(all("alert.acknowledged").first?.alert?.acknowledgedBy == "anna")
            #expect(all("alert.resolved").first?.alert?.resolvedCause == .restocked)
            let (created, ended) = (try #require(all("sale.created").first?.sale), try #require(all("sale.ended").first?.sale))
            #expect(created.state == .running && created.endedAt == nil && created.lines.first?.left == 8)
            #expect(ended.state == .ended && ended.lines.first?.held == 2 && ended.lines.first?.sold == 0)
            #expect(all("sync.failed").first?.source?.error == "no answer")
            #expect(all("sync.started").first?.source?.state == .running)
            #expect(all("delivery.failed").first?.delivery?.reason == "no such user")
        }
    }
}

/// A day in a shop. `seen` is what each event said as soon as it had happened.
private final class History {
    let fixture: ControlFixture
    let begun: Timestamp
    var seen: [Wire.Event] = []
    private var cursor: Int64 = 0

    init(_ fixture: ControlFixture) async throws {
        self.fixture = fixture
        begun = fixture.time.now
        fixture.store.policy = StorePolicy(groupWait: .zero)
        try await fixture.stock()
        let now = fixture.time.now
        _ = try await fixture.store.write { tx in
            try tx.createContact(
                "ops", enabled: true,
                addresses: [AddressRecord(kind: .email, value: "ops@example.com", preferences: AddressPreferences(minSeverity: .low))],
                tenantID: 1, now: now)
        }
        try await note()
    }

    func events(after cursor: Int64) async throws -> [Wire.Event] {
        try await fixture.store.read { reader in
            try reader.events(after: cursor, kinds: nil, tenantID: nil, limit: 10_000).events.map(reader.wireEvent)
        }
    }

    private func note() async throws {
        seen += try await events(after: cursor)
        cursor = try await fixture.store.read { try $0.eventRange().last }
    }

    @discardableResult
    private func step<T: Sendable>(_ body: @escaping @Sendable (StoreTransaction, Timestamp) throws -> T) async throws -> T {
        let now = fixture.time.now
        let value = try await fixture.store.write { try body($0, now) }
        try await note()
        return value
    }

    private func set(_ quantity: Int) async throws {
        try await step { tx, now in
            _ = try tx.change(.count(Quantity(quantity)), productID: 1, locationID: 1, origin: MovementOrigin(at: now), now: now)
        }
    }

    private func place(_ quantity: Int, sale: String? = nil) async throws -> Int64 {
        try await step { tx, now in
            let draft = HoldDraft(
                lines: [.init(sku: "A", location: "store-1", quantity: Quantity(quantity))], sale: sale, orderRef: "o")
            return try tx.placeHold(draft, tenant: "default", now: now).id
        }
    }

    private func confirm(_ hold: Int64, _ payment: String) async throws {
        try await step { tx, now in _ = try tx.confirmHold(hold, paymentRef: payment, by: nil, tenantID: 1, now: now) }
    }

    func live() async throws {
        let first = try await place(3)
        try await step { tx, now in _ = try tx.extendHold(first, lifetime: .minutes(60), tenantID: 1, now: now) }
        try await set(20)
        fixture.time.pass(.minutes(1))
        try await step { tx, now in
            let line = SaleDraft.Line(sku: "A", location: "store-1", quantity: Quantity(8))
            _ = try tx.createSale(
                SaleDraft(name: "friday", startsAt: now, endsAt: now + .hours(2), lines: [line]), tenantID: 1, now: now)
        }
        let second = try await place(2, sale: "friday")
        // Less than is held: a payment for all of it gets nothing while another could still be paid.
        try await set(4)
        try await step { tx, now in _ = try tx.endSale("friday", tenantID: 1, now: now) }
        try await step { tx, now in _ = try tx.acknowledge(1, by: "anna", note: nil, tenantID: 1, now: now) }
        try await set(1)
        try await confirm(first, "pay-1")
        try await set(0)
        try await set(50)
        try await confirm(second, "pay-2")
        let third = try await place(1), fourth = try await place(1)
        try await step { tx, now in _ = try tx.cancelHold(third, reason: "too slow", tenantID: 1, now: now) }
        _ = fourth
        fixture.time.pass(.hours(2))
        try await step { tx, now in _ = try tx.expireHolds(limit: 100, now: now) }
        try await sync()
        try await deliver()
        try await set(3)
        try await set(70)
    }

    private func sync() async throws {
        let source = try await step { tx, now in
            let id = try tx.registerSource("till", kind: "square", tenant: "default", now: now)
            try tx.beginRun(sourceID: id, tenantID: 1, now: now)
            return id
        }
        for fails in [true, false] {
            let record = try await fixture.store.read { try $0.sources(name: "till") }[0]
            try await step { tx, now in
                if fails {
                    try tx.failRun(record, error: "no answer", misconfigured: false, willRetry: true, now: now)
                } else {
                    try tx.beginRun(sourceID: source, tenantID: 1, now: now)
                    _ = try tx.finishRun(record, now: now)
                }
            }
        }
    }

    private func deliver() async throws {
        let claimed = try await step { tx, now in try tx.claim(.email, limit: 10, lease: .minutes(2), now: now) }
        for (index, delivery) in claimed.enumerated() {
            try await step { tx, now in
                var random = SystemRandomNumberGenerator()
                let verdict: Verdict =
                    index == 0 ? .dead(reason: "no such user", disablesAddress: false) : .sent(reference: nil)
                _ = try tx.complete(delivery, verdict, now: now, using: &random)
            }
        }
        if let dead = claimed.first {
            try await step { tx, now in _ = try tx.retryDelivery(dead.id, tenantID: 1, now: now) }
        }
    }
}
