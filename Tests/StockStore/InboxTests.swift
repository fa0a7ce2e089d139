import StockDomain
@testable import StockStore
import Testing

@Suite struct InboxTests {
    private func messages(_ count: Int) throws -> StoreFixture {
        let f = try StoreFixture(policy: StorePolicy(groupWait: .zero))
        try f.contact("Owner", kind: .inbox, value: "owner")
        for index in 0..<count {
            try f.stock("P\(index)", 0)
            for delivery in try f.claim(.inbox) {
                let (id, twice) = (delivery.id, 2)
                // As after a crash between the two.
                for _ in 0..<twice {
                    try f.write { tx, now in try tx.putIntoInbox(id, severity: .out, text: "P\(index) is out", now: now) }
                }
                _ = try f.complete(delivery, .sent(reference: nil))
            }
            f.now = f.now + .minutes(1)
        }
        return f
    }

    private func list(_ f: StoreFixture, contact: String? = nil, unread: Bool = false, before: Int64? = nil, limit: Int = 10) throws -> [InboxRecord] {
        let tenantID = f.tenantID
        return try f.write { tx, _ in try tx.inbox(tenantID: tenantID, contact: contact, unread: unread, before: before, limit: limit) }
    }

    @Test func aMessageStandsThereOnceAndIsUnreadUntilItIsRead() throws {
        let f = try messages(3)
        let tenantID = f.tenantID
        let all = try list(f)
        #expect(all.map(\.text) == ["P2 is out", "P1 is out", "P0 is out"])
        #expect(all.allSatisfy { $0.contact == "Owner" && $0.severity == .out && $0.kind == .alert && $0.readAt == nil })
        #expect(try list(f, before: all[0].id, limit: 1).map(\.text) == ["P1 is out"])
        let ids = [all[1].id, all[1].id]
        #expect(try f.write { tx, now in try tx.readInbox(ids, by: "ann", tenantID: tenantID, now: now) } == 1)
        #expect(try list(f, unread: true).map(\.text) == ["P2 is out", "P0 is out"])
        #expect(try list(f)[1].readBy == "ann")
        for unread in [false, true] {
            let ofAll = try f.write { tx, _ in try tx.inbox(tenantID: nil, contact: nil, unread: unread, before: nil, limit: 10) }
            #expect(try ofAll == list(f, unread: unread))
            let ofOther = try f.write { tx, _ in try tx.inbox(tenantID: tenantID + 1, contact: nil, unread: unread, before: nil, limit: 10) }
            #expect(ofOther.isEmpty)
        }
        #expect(try f.tallies().kept.inboxUnread == 2)
        #expect(try list(f, contact: "Nobody").isEmpty)
        #expect(try f.write { tx, now in try tx.readWholeInbox(contact: "Owner", by: "bob", tenantID: tenantID, now: now) } == 2)
        #expect(try list(f)[1].readBy == "ann")
        let (kept, counted) = try f.tallies()
        #expect(kept == counted && kept.inboxUnread == 0)
    }

    @Test func anotherTenantsMessageIsNotFoundAndNothingIsRead() throws {
        let f = try messages(2)
        let tenantID = f.tenantID
        let ids = try list(f).map(\.id)
        #expect(throws: StoreError.self) {
            try f.write { tx, now in try tx.readInbox(ids + [99], by: "ann", tenantID: tenantID, now: now) }
        }
        #expect(throws: StoreError.self) {
            try f.write { tx, now in try tx.readInbox(ids, by: "ann", tenantID: tenantID + 1, now: now) }
        }
        #expect(try list(f, unread: true).count == 2)
        #expect(try f.tallies().kept.inboxUnread == 2)
    }

    @Test func messagesAreForgottenAfterTheirLifetimeReadOrNot() throws {
        let f = try messages(3)
        f.now = f.now + StoreReader.recordLifetime
        try f.forgetExpired(limit: 1)
        #expect(try list(f).isEmpty)
        #expect(try f.tallies().kept.inboxUnread == 0)
    }
}
