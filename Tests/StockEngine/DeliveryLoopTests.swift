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
        try fixture.stock(0, telling: [.sms, .slack])
        let (told, sink) = AsyncStream<Message.Kind>.makeStream()
        var kinds = told.makeAsyncIterator()
        let loop = DeliveryLoop(fixture.context) {
            [.slack: ScriptedChannel(kind: .slack) { message in sink.yield(message.kind); return .sent(reference: nil) }]
        }
        try await fixture.running(loop) {
            var seen: Set<Message.Kind> = []
            while !seen.contains(.operational) { seen.insert(try #require(await kinds.next())) }
        }
        let sms = try await fixture.store.read { reader in
            try reader.deliveries(DeliveryFilter(tenantID: nil), before: nil, limit: 9).first { $0.channel == .sms && $0.kind == .alert }
        }
        #expect(sms?.state == .queued && sms?.attempts == 0)
        #expect(sms?.lastError == "sms is not configured under channels:, or this version cannot send by it")
    }
}

private struct ScriptedChannel: Channel {
    let kind: ChannelKind
    let answer: @Sendable (Message) async -> Verdict

    init(kind: ChannelKind, _ answer: @escaping @Sendable () async -> Verdict) { self.init(kind: kind) { _ in await answer() } }

    init(kind: ChannelKind, _ answer: @escaping @Sendable (Message) async -> Verdict) {
        self.kind = kind
        self.answer = answer
    }

    func send(_ message: Message, to value: String, now: Timestamp) async -> Verdict { await answer(message) }
}

/// Holds whoever waits until it is opened; then it stays open.
private final class Gate: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }

    func open() { continuation.finish() }
    func wait() async { for await _ in stream {} }
}
