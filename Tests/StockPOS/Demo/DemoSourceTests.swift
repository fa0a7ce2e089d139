import StockDomain
import StockPOS
import Synchronization
import Testing

@Suite struct DemoSourceTests {
    /// Keeps what it is handed; refuses the page of that number.
    private final class Sink: SyncSink {
        struct Refused: Error {}

        private let kept = Mutex<[SyncPage]>([])
        private let refusing: Int?

        init(refusing: Int? = nil) { self.refusing = refusing }

        var pages: [SyncPage] { kept.withLock { $0 } }

        func apply(_ page: ImportPage) async throws -> ImportOutcome { ImportOutcome() }
        func appliedFile(digest: String) async throws -> (file: AppliedFile, isLast: Bool)? { nil }

        func apply(_ page: SyncPage) throws {
            try kept.withLock { pages in
                if pages.count == refusing { throw Refused() }
                pages.append(page)
            }
        }

        func uncounted(_ keys: [SourceLevelKey]) -> Set<SourceLevelKey> { [] }
        func conversions(from productIDs: [String]) -> [String: StockConversion] { [:] }
    }

    private let opening = Timestamp(rfc3339: "2026-05-06T12:00:00Z")!

    @Test func tellsItsCatalogueThenItsPastThenItsStock() async throws {
        let sink = Sink()
        try await DemoSource().sync(resume: nil, into: sink, now: opening)
        let pages = sink.pages
        let first = try #require(pages.first)
        #expect(first.locations.map(\.name) == ["store-1", "store-2"])
        #expect((200...230).contains(first.products.count))
        #expect(first.products.prefix(5).map(\.sku) == ["WID-001", "WID-002", "GAD-001", "GIZ-001", "DOO-001"])
        #expect(first.products[0].price == Money(amount: 4999, currency: "USD"))
        #expect(Set(first.products.map(\.sku)).count == first.products.count)
        for product in first.products {
            try Text.check(product.sku)
            try Text.check(product.name)
        }
        let counts = pages.flatMap(\.counts)
        #expect(counts.count == first.products.count * 2)
        #expect(counts.contains { $0.value == .untracked })
        #expect(counts.contains { $0.value == .unknown })
        #expect(counts.contains { $0.value == .counted(.zero) })
        let sales = pages.flatMap(\.sales)
        #expect(sales.count > 5000)
        #expect(Set(sales.map(\.externalID)).count == sales.count)
        #expect(sales.allSatisfy { $0.soldAt <= opening && $0.soldAt >= opening - .days(36) })
        #expect(pages.allSatisfy { $0.sales.count < 1000 && $0.skipped.isEmpty })
    }

    /// Wherever among the pages it stops, going on from the bookmark before it tells the same in the end.
    @Test func aCrashAfterAnyPageLosesAndRepeatsNothing() async throws {
        let source = DemoSource(seed: 4)
        let whole = Sink()
        try await source.sync(resume: nil, into: whole, now: opening)
        for crash in [0, 1, 20, whole.pages.count - 2, whole.pages.count - 1] {
            let before = Sink(refusing: crash)
            await #expect(throws: Sink.Refused.self) { try await source.sync(resume: nil, into: before, now: opening) }
            let after = Sink()
            try await source.sync(resume: before.pages.last?.resume, into: after, now: opening)
            let pages = before.pages + after.pages
            #expect(pages.flatMap(\.sales) == whole.pages.flatMap(\.sales))
            #expect(pages.flatMap(\.counts) == whole.pages.flatMap(\.counts))
        }
    }

    @Test func goesOnSellingWhereItLeftOff() async throws {
        let source = DemoSource()
        let first = Sink()
        try await source.sync(resume: nil, into: first, now: opening)
        let second = Sink()
        try await source.sync(resume: first.pages.last?.resume, into: second, now: opening + .hours(6))
        #expect(second.pages.count == 1)
        let page = try #require(second.pages.first)
        #expect(page.sales.count > 50)
        #expect(!page.counts.isEmpty)
        #expect(page.counts.allSatisfy { $0.countedAt == opening + .hours(6) })
        #expect(Set(page.sales.map(\.externalID)).isDisjoint(with: first.pages.flatMap(\.sales).map(\.externalID)))
    }

    @Test(arguments: ["", "{}", "null", #"{"version":1}"#, "\u{0}"])
    func refusesABookmarkThatIsNotItsOwn(bookmark: String) async {
        await #expect(throws: SyncFailure.self) {
            try await DemoSource().sync(resume: bookmark, into: Sink(), now: opening)
        }
    }
}
