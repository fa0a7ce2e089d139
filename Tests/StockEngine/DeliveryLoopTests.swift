import Logging
import StockDomain
import StockNotify
import StockStore
import Synchronization
import Testing
@testable import StockEngine

@Suite(.timeLimit(.minutes(1))) struct DeliveryLoopTests {
    @Test func aChannelThatHangsDelaysNoOther() async throws {
        let fixture = try LoopFixture()
        try fixture.stock(0, telling: [.email, .slack])
        let (sent, sink) = AsyncStream<ChannelKind>.makeStream()
        var order = sent.makeAsyncIterator()
        let gate = Gate()
        let loop = DeliveryLoop(fixture.context) {
            [
                .email: ScriptedChannel(kind: .email) { await gate.wait(); sink.yield(.email); return .sent(reference: nil) },
                .slack: ScriptedChannel(kind: .slack) { sink.yield(.slack); return .sent(reference: nil) },
            ]
        }
        try await fixture.running(loop) {
            #expect(await order.next() == .slack)
            gate.open()
            #expect(await order.next() == .email)
        }
    }

    /// One that hangs has more waiting for it than a channel sends at once.
    @Test func aWebhookThatHangsDelaysNoOther() async throws {
        let fixture = try LoopFixture()
        fixture.store.policy = StorePolicy(groupWait: .zero)
        let now = fixture.clock.now
        try await fixture.store.write { tx in
            let tenantID = try tx.tenant("default").id
            func contact(_ name: String, _ webhook: String) throws {
                _ = try tx.createContact(
                    name, enabled: true,
                    addresses: [AddressRecord(kind: .webhook, value: webhook, preferences: AddressPreferences(minSeverity: .low))],
                    tenantID: tenantID, now: now)
            }
            for index in 0..<40 { try contact("stuck-\(index)", "hangs") }
            try contact("well", "answers")
            for index in 0..<40 { _ = try tx.enqueueTest(contact: "stuck-\(index)", kind: nil, tenantID: tenantID, now: now) }
            for _ in 0..<3 { _ = try tx.enqueueTest(contact: "well", kind: nil, tenantID: tenantID, now: now + .seconds(1)) }
        }
        let (sent, sink) = AsyncStream<String>.makeStream()
        var order = sent.makeAsyncIterator()
        let gate = Gate()
        let later = LoopContext(
            store: fixture.store, clock: StandingClock(now: now + .minutes(1)), logger: fixture.context.logger)
        let loop = DeliveryLoop(later) {
            [.webhook: ScriptedChannel.byAddress(.webhook) { address in
                if address == "hangs" { await gate.wait() }
                sink.yield(address)
                return .sent(reference: nil)
            }]
        }
        try await fixture.running(loop) {
            for _ in 0..<3 { #expect(await order.next() == "answers") }
            gate.open()
            #expect(await order.next() == "hangs")
        }
    }

    @Test func whoDoesNotAnswerIsCalledFailingUntilItDoes() async throws {
        let fixture = try LoopFixture()
        try fixture.stock(0, telling: [.email])
        let (lines, sink) = AsyncStream<String>.makeStream()
        var log = lines.makeAsyncIterator()
        let clock = HandClock(now: fixture.clock.now)
        let attempts = Mutex(0)
        let loop = DeliveryLoop(
            LoopContext(store: fixture.store, clock: clock, logger: Logger(label: "test") { _ in LineHandler(sink: sink) })
        ) {
            [.email: ScriptedChannel(kind: .email) {
                let attempt = attempts.withLock { $0 += 1; return $0 }
                return attempt < 5 ? .unreachable(after: nil, reason: "no answer") : .sent(reference: nil)
            }]
        }
        try await fixture.running(loop) {
            let walker = Task { [store = fixture.store] in
                for await _ in clock.slept {
                    if Task.isCancelled { return }
                    // On a slow machine a day would pass while it is being sent, and it would be given up.
                    let isUnderWay = try await store.read { reader in
                        try reader.deliveries(DeliveryFilter(tenantID: nil), before: nil, limit: 9).contains { $0.state == .sending }
                    }
                    if !isUnderWay { clock.move(.minutes(1)) }
                }
            }
            while let line = await log.next(), !line.hasPrefix("channel.unreachable ") {}
            #expect(loop.failing == [.email: "no answer"])
            while let line = await log.next(), !line.hasPrefix("channel.recovered ") {}
            #expect(loop.failing.isEmpty)
            walker.cancel()
        }
        #expect(attempts.withLock { $0 } == 5)
    }

    @Test func aStopLetsWhatIsUnderWayArriveAndRecordsIt() async throws {
        let fixture = try LoopFixture()
        try fixture.stock(0, telling: [.email])
        let (began, sink) = AsyncStream<Void>.makeStream()
        var begin = began.makeAsyncIterator()
        let gate = Gate()
        let loop = DeliveryLoop(fixture.context) {
            [.email: ScriptedChannel(kind: .email) { sink.yield(); await gate.wait(); return .sent(reference: "kept") }]
        }
        try await fixture.running(loop) {
            await begin.next()
            gate.open()
        }
        let states = try await fixture.store.read { try $0.deliveries(DeliveryFilter(tenantID: nil), before: nil, limit: 9).map(\.state) }
        #expect(states == [.sent])
    }

    @Test func anAddressOfAKindWithoutAChannelWaitsAndSaysWhy() async throws {
        let fixture = try LoopFixture()
        try fixture.stock(0, telling: [.sms, .email])
        let (told, sink) = AsyncStream<Message.Kind>.makeStream()
        var kinds = told.makeAsyncIterator()
        let loop = DeliveryLoop(fixture.context) {
            [.email: ScriptedChannel(kind: .email) { message in sink.yield(message.kind); return .sent(reference: nil) }]
        }
        try await fixture.running(loop) {
            var seen: Set<Message.Kind> = []
            while !seen.contains(.operational) { seen.insert(try #require(await kinds.next())) }
        }
        let sms = try await fixture.store.read { reader in
            try reader.deliveries(DeliveryFilter(tenantID: nil), before: nil, limit: 9).first { $0.channel == .sms && $0.kind == .alert }
        }
        #expect(sms?.state == .queued && sms?.attempts == 0)
        #expect(sms?.lastError == "sms is not configured: it needs channels.twilio with sms_from")
    }
}

private struct ScriptedChannel: Channel {
    let kind: ChannelKind
    var answer: @Sendable (Message, String) async -> Verdict

    init(kind: ChannelKind, _ answer: @escaping @Sendable () async -> Verdict) { self.init(kind: kind) { _ in await answer() } }

    init(kind: ChannelKind, _ answer: @escaping @Sendable (Message) async -> Verdict) {
        self.kind = kind
        self.answer = { message, _ in await answer(message) }
    }

    static func byAddress(_ kind: ChannelKind, _ answer: @escaping @Sendable (String) async -> Verdict) -> ScriptedChannel {
        var channel = ScriptedChannel(kind: kind) { .sent(reference: nil) }
        channel.answer = { _, address in await answer(address) }
        return channel
    }

    func send(_ message: Message, to value: String, now: Timestamp) async -> Verdict { await answer(message, value) }
}

/// Holds whoever waits until it is opened; then it stays open.
private final class Gate: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }

    func open() { continuation.finish() }
    func wait() async { for await _ in stream {} }
}
