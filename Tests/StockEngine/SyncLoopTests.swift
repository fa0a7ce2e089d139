import StockDomain
import StockPOS
import StockStore
import Synchronization
import Testing
@testable import StockEngine

@Suite(.timeLimit(.minutes(1))) struct SyncLoopTests {
    @Test func pageThatTheStoreRefusesFailsTheRunAndNotTheLoop() async throws {
        let fixture = try LoopFixture()
        let shop = ScriptedShop { run, sink in
            var page = SyncPage(phase: "catalogue", resume: "\(run)")
            // No constraint allows a location without a name.
            page.locations = [SourceLocation(externalID: "a", name: run == 1 ? "" : "A", timeZone: "UTC")]
            try await sink.apply(page)
        }
        let loop = fixture.loop(shop)
        try await fixture.running(loop) {
            await fixture.clock.nextSleep()
            let failed = try #require(try await fixture.store.read { try $0.sources(name: "shop").first })
            #expect(failed.state == .failed)
            #expect(failed.error?.hasPrefix("a page cannot be stored: ") == true)
            #expect(failed.pages == 0)

            await loop.askAndWait()
            let mended = try #require(try await fixture.store.read { try $0.sources(name: "shop").first })
            #expect(mended.state == .idle)
            #expect(mended.error == nil)
            #expect(mended.pages == 1)
        }
    }

    /// A file that failed, say: whoever reads the journal finds its name and why.
    @Test func whatASourceCouldNotUseIsLogged() async throws {
        let fixture = try LoopFixture()
        let (lines, sink) = AsyncStream.makeStream(of: String.self)
        let shop = ScriptedShop { _, into in
            var page = SyncPage(phase: "a.csv", resume: "")
            page.skipped = (0..<12).map { SkippedObject(object: "a-\($0).csv", reason: "it is empty") }
            try await into.apply(page)
        }
        try await fixture.running(fixture.loop(shop, fixture.context(LineHandler(sink: sink)))) {
            await fixture.clock.nextSleep()
        }
        sink.finish()
        var logged: [String] = []
        for await line in lines where line.hasPrefix("sync.skipped ") { logged.append(line) }
        #expect(logged.count == 10)
        #expect(logged.first == "sync.skipped error=it is empty object=a-0.csv source=shop")
    }

    @Test func sourceThatAsksToBeLeftAloneForLongIsLeftAlone() async throws {
        let fixture = try LoopFixture()
        let shop = ScriptedShop { _, _ in throw SyncFailure(.transient(retryAfter: .hours(2)), "too many requests") }
        let loop = fixture.loop(shop)
        try await fixture.running(loop) {
            await fixture.clock.nextSleep()
            #expect(shop.runs == 1)
            #expect(loop.nextRunAt == fixture.clock.now + .hours(2))
        }
    }

    @Test func aPausedSourceIsReadAgainWhenItIsResumedAndAskedFor() async throws {
        let fixture = try LoopFixture()
        let shop = ScriptedShop { _, _ in }
        let loop = fixture.loop(shop)
        let now = fixture.clock.now
        try await fixture.store.write { tx in
            let tenantID = try tx.tenant("default").id
            _ = try tx.registerSource("shop", kind: "demo", tenant: "default", now: now)
            _ = try tx.pauseSource(
                "shop", until: now + .hours(2), by: "ann", comment: nil, tenantID: tenantID, now: now)
        }
        try await fixture.running(loop) {
            await fixture.clock.nextSleep()
            #expect(shop.runs == 0 && loop.nextRunAt == now + .hours(2))
            await loop.askAndWait()
            #expect(shop.runs == 0)
            try await fixture.store.write { tx in
                _ = try tx.resumeSource("shop", tenantID: try tx.tenant("default").id, now: now)
            }
            await loop.askAndWait()
            #expect(shop.runs == 1)
        }
    }
}

/// A source that does what the test says; runs count from 1.
private final class ScriptedShop: PointOfSale {
    private let count = Mutex(0)
    private let body: @Sendable (_ run: Int, any SyncSink) async throws -> Void

    init(_ body: @escaping @Sendable (_ run: Int, any SyncSink) async throws -> Void) { self.body = body }

    var runs: Int { count.withLock { $0 } }

    func sync(resume: String?, into sink: any SyncSink, now: Timestamp) async throws {
        let run = count.withLock { count in
            count += 1
            return count
        }
        try await body(run, sink)
    }
}

extension LoopFixture {
    fileprivate func loop(_ shop: ScriptedShop, _ context: LoopContext? = nil) -> SyncLoop {
        SyncLoop(
            context ?? self.context,
            source: ConfiguredSource(name: "shop", kind: "demo", tenant: "default", interval: .minutes(15), system: shop),
            onFresh: {})
    }
}

extension StandingClock {
    fileprivate func nextSleep() async {
        for await _ in slept { return }
    }
}
