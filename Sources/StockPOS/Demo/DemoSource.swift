import Foundation
import StockDomain

/// A simulated shop of two stores: some two hundred products, five weeks of sales behind it, and it goes on selling
/// from sync to sync. All its state is its bookmark.
package struct DemoSource: PointOfSale {
    private let seed: UInt64
    private let catalogue: DemoCatalogue

    /// The same seed makes the same shop.
    package init(seed: UInt64 = 1) {
        self.seed = seed
        catalogue = DemoCatalogue(seed: seed)
    }

    package func sync(resume: String?, into sink: any SyncSink, now: Timestamp) async throws {
        var shop: DemoShop
        if let resume {
            shop = try restored(resume)
        } else {
            shop = DemoShop(catalogue: catalogue, seed: seed, openedAt: now)
            var page = SyncPage(phase: "catalogue", resume: try bookmark(shop))
            page.locations = DemoCatalogue.locations
            page.products = catalogue.sourceProducts
            try await sink.apply(page)
        }
        while shop.state.phase == .history {
            let (sales, _) = shop.nextDayOfHistory()
            var page = SyncPage(phase: "orders", resume: try bookmark(shop))
            page.sales = sales
            try await sink.apply(page)
        }
        if shop.state.phase == .counts {
            shop.open()
            var page = SyncPage(phase: "counts", resume: try bookmark(shop))
            page.counts = shop.counts(of: catalogue.shelves.indices)
            try await sink.apply(page)
        }
        let happenings = shop.advance(to: now)
        var page = SyncPage(phase: "counts", resume: try bookmark(shop))
        page.sales = happenings.sales
        page.counts = shop.counts(of: happenings.changed.sorted())
        try await sink.apply(page)
    }

    private func bookmark(_ shop: DemoShop) throws -> String {
        String(decoding: try JSONEncoder().encode(shop.state), as: UTF8.self)
    }

    private func restored(_ bookmark: String) throws -> DemoShop {
        guard let state = try? JSONDecoder().decode(DemoShop.State.self, from: Data(bookmark.utf8)), state.version == 1,
            state.onHand.count == catalogue.shelves.count, state.arrivals.count == catalogue.shelves.count
        else { throw SyncFailure(.protocolBroken, "the bookmark is not of this simulated shop") }
        return DemoShop(catalogue: catalogue, state: state)
    }
}
