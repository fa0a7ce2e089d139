import Foundation
import StockDomain
import Testing
@testable import StockStore

/// What a process that was killed has left in the write-ahead log.
@Suite struct LeftLogTests {
    @Test(arguments: [1, 200, 8000]) func aLogOfAnySizeIsTakenOver(products: Int) throws {
        let f = try StoreFixture()
        let tenantID = f.tenantID
        try f.write { tx, now in
            for number in 0..<products {
                _ = try tx.createProduct(
                    ProductDraft(sku: "SKU-\(number)", name: String(repeating: "name ", count: 40)), tenantID: tenantID, now: now)
            }
        }
        let copy = f.directory.appending(path: "left.db").path(percentEncoded: false)
        for suffix in ["", "-wal"] { try FileManager.default.copyItem(atPath: f.path + suffix, toPath: copy + suffix) }
        let size = try FileManager.default.attributesOfItem(atPath: copy + "-wal")[.size] as? Int ?? 0
        #expect(products < 8000 || size > 1 << 20)
        let left = try Store.open(path: copy, now: f.now)
        defer { try? left.close() }
        let count = try left.readHere { try $0.sql.int(SQL("SELECT COUNT(*) FROM product")) }
        #expect(count == products)
    }
}
