import Foundation
import StockDomain

/// What the simulated shop sells, and how: the same for every run of one seed.
struct DemoCatalogue: Sendable {
    struct Product: Sendable {
        var sku: String
        var name: String
        var category: String
        /// Cents.
        var price: Int64
        var tracked: Bool
        /// In units: the shop's own threshold; where nil, the configuration's apply.
        var alertThreshold: Int?
        /// What one sale takes: 1, or a quarter of a kilogram.
        var portion: Quantity
    }

    /// A product at a location: how fast it sells and how it is kept.
    struct Shelf: Sendable {
        enum Keeping: Sendable {
            /// Reordered in time: never runs low.
            case well
            /// Reordered too late: runs low, then out, then a delivery comes.
            case late
            /// The same, and sold by phone whether it is there or not.
            case oversold
            /// Nobody has ever counted it.
            case uncounted
            case untracked
        }

        var product: Int
        var location: Int
        /// Portions a day, the average over a week.
        var rate: Double
        var keeping: Keeping
        /// In portions.
        var reorderAt: Int
        var fillTo: Int
        var initial: Int
        /// From the order to when it may arrive.
        var leadTime: Duration
    }

    static let locations = [
        SourceLocation(externalID: "demo-loc-1", name: "store-1", timeZone: "America/New_York"),
        SourceLocation(externalID: "demo-loc-2", name: "store-2", timeZone: "America/Los_Angeles"),
    ]

    let products: [Product]
    /// Products × locations, product by product.
    let shelves: [Shelf]

    init(seed: UInt64) {
        var random = DemoRandom(state: seed)
        var products = Self.samples
        for (category, prefix, lines) in Self.goods {
            for (index, line) in lines.split(separator: "\n").enumerated() {
                let parts = line.split(separator: "=")
                let byWeight = parts[0].hasSuffix(", kg")
                products.append(
                    Product(
                        sku: prefix + "-" + String(1000 + index + 1).dropFirst(), name: String(parts[0]), category: category,
                        price: Int64(parts[1])!, tracked: category != "Services",
                        alertThreshold: random.next() % 10 < 6 ? 0 : nil,
                        portion: byWeight ? Quantity(scaled: Quantity.scale / 4) : Quantity(1)))
            }
        }
        var shelves: [Shelf] = []
        for index in products.indices {
            // Cheap things sell fast: about 10 a day at $1, 1 a day at $50.
            let typical = 10 * pow(Double(products[index].price) / 100, -0.6) * Double.random(in: 0.4..<1.6, using: &random)
            let rate = min(max(typical, 0.3), 16)
            if products[index].alertThreshold == 0 {
                let units = rate * 1.5 * products[index].portion.approximate
                products[index].alertThreshold = max(2, Int(units))
            }
            for location in Self.locations.indices {
                shelves.append(Self.shelf(index, location, products[index], rate * (location == 0 ? 1 : 0.7), &random))
            }
        }
        self.products = products
        self.shelves = shelves
        precondition(Set(products.map(\.sku)).count == products.count)
    }

    private static func shelf(
        _ index: Int, _ location: Int, _ product: Product, _ rate: Double, _ random: inout DemoRandom
    ) -> Shelf {
        let low = portions(product.alertThreshold ?? 5, of: product)
        var shelf = Shelf(
            product: index, location: location, rate: rate, keeping: .well, reorderAt: low + 4 + Int(rate * 4),
            fillTo: 0, initial: 0, leadTime: .hours(Int64.random(in: 12...36, using: &random)))
        shelf.fillTo = shelf.reorderAt + 6 + Int(rate * 9)
        shelf.initial = Int.random(in: shelf.reorderAt...shelf.fillTo, using: &random)
        if !product.tracked {
            shelf.keeping = .untracked
        } else if let (_, _, keeping, initial) = showcase.first(where: { $0.0 == product.sku && $0.1 == location }) {
            shelf.keeping = keeping
            if keeping != .well {
                // Sells steadily enough to watch, and is filled for about five days.
                shelf.rate = min(max(rate, 1.5), 8)
                shelf.reorderAt = max(1, low / 2)
                shelf.fillTo = low + 3 + Int(shelf.rate * 5)
            }
            shelf.initial = initial
        }
        return shelf
    }

    private static func portions(_ units: Int, of product: Product) -> Int {
        Int(Int64(units) * Quantity.scale / product.portion.scaled)
    }

    func key(of shelf: Shelf) -> SourceLevelKey {
        SourceLevelKey(productID: id(of: shelf.product), locationID: Self.locations[shelf.location].externalID)
    }

    func id(of product: Int) -> String { "demo-" + products[product].sku }

    var sourceProducts: [SourceProduct] {
        products.indices.map { index in
            let product = products[index]
            return SourceProduct(
                externalID: id(of: index), sku: product.sku, name: product.name, category: product.category,
                price: Money(amount: product.price, currency: "USD"), tracked: product.tracked,
                alertThreshold: product.alertThreshold.map { Quantity($0) })
        }
    }
}
