import StockDomain
import StockPOS
import StockTestSupport
import Synchronization
import Testing

@Suite struct SquareLargeTests {
    /// Counts what passes, and keeps none of it.
    private final class CountingSink: SyncSink {
        struct State {
            var products = 0
            var counts = 0
            var unknown = 0
            var largestPage = 0
            var longestBookmark = 0
            var resume: String?
        }
        let state = Mutex(State())

        func apply(_ page: ImportPage) async throws -> ImportOutcome { ImportOutcome() }
        func appliedFile(digest: String) async throws -> (file: AppliedFile, isLast: Bool)? { nil }

        func apply(_ page: SyncPage) async throws {
            state.withLock { state in
                state.products += page.products.count
                state.counts += page.counts.count
                state.unknown += page.counts.count { $0.value == .unknown }
                state.largestPage = max(state.largestPage, page.products.count, page.counts.count)
                state.longestBookmark = max(state.longestBookmark, page.resume.utf8.count)
                state.resume = page.resume
            }
        }

        func uncounted(_ keys: [SourceLevelKey]) async throws -> Set<SourceLevelKey> { Set(keys) }
        func conversions(from productIDs: [String]) async throws -> [String: StockConversion] { [:] }
    }

    @Test func aLargeAccountPassesPageByPage() async throws {
        let items = 800, places = 10
        var shop = FakeSquareShop(now: SquareFixture.start)
        for number in 0..<places { shop.addLocation("L\(number)") }
        let generated = FakeSquareShop.Generated(items: items, at: shop.now - .days(3))
        shop.generated = generated
        let falseZeros = (0..<items).filter { !generated.wasCounted($0) }.reduce(0) { sum, item in
            sum + (0..<places).count { generated.quantity(item, $0) == 0 }
        }
        try await SquareFixture.run(shop: shop) { square in
            let sink = CountingSink()
            try await square.source().sync(resume: nil, into: sink, now: SquareFixture.start)
            let seen = sink.state.withLock { $0 }
            #expect(seen.products == items)
            #expect(seen.counts == items * places)
            #expect(seen.unknown == falseZeros)
            #expect(seen.largestPage <= 1000)
            #expect(seen.longestBookmark < 100_000)
            #expect(square.fake.requests.map(\.objects).max()! <= 1000)

            // The next run asks only about the zeros that are still open.
            square.advance(by: .hours(1))
            square.fake.forgetRequests()
            try await square.source().sync(resume: seen.resume, into: sink, now: SquareFixture.start + .hours(1))
            #expect(sink.state.withLock { $0.products } == items)
        }
    }
}
