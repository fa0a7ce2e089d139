import StockDomain
import Testing
@testable import StockStore

@Suite struct ReferenceTests {
    @Test func externalIDsThatAPersonSetsReplaceThoseBefore() throws {
        let f = try StoreFixture()
        let key = try f.stock("A", 4)
        let tenantID = f.tenantID
        let ids = try f.write { tx, now in
            for source in ["till", "web"] { _ = try tx.registerSource(source, kind: "demo", tenant: "default", now: now) }
            try tx.setExternalIDs(["till": "1", "web": "2"], productID: key.productID, tenantID: tenantID)
            try tx.setExternalIDs(["web": "3"], productID: key.productID, tenantID: tenantID)
            return try tx.externalIDs(productID: key.productID)
        }
        #expect(ids == ["web": "3"])
    }
}
