import Foundation
import Logging
import StockDomain
import StockStore
import StockWire
import Synchronization
import Testing

@testable import StockControl

@Suite struct AuditTests {
    private struct Entry: Equatable {
        var name: String
        var role: String?
        var tenant: String?
        var method: String
        var params: String
        var outcome: String
    }

    /// Oldest first.
    private func entries(_ fixture: ControlFixture, _ filter: AuditFilter = AuditFilter(tenantID: nil)) async throws -> [Entry] {
        // In the order in which they were queued: what is recorded apart is there, too.
        try await fixture.store.write { try $0.auditEntries(filter, before: nil, limit: 1000).entries }.reversed().map {
            Entry(name: $0.name, role: $0.role, tenant: $0.tenant, method: $0.method, params: $0.params, outcome: $0.outcome)
        }
    }

    @Test func everyChangeIsRecordedAsItWasSent() async throws {
        try await ControlFixture.run(peer: { PeerCredentials(uid: 0, pid: 1) }, more: { $0.addHoldMethods() }) { fixture in
            try await fixture.stock()
            _ = try await fixture.call("stock.get", #"{"sku":"A"}"#)
            _ = try await fixture.call("tenant.create", #"{"name":"acme"}"#)
            _ = try await fixture.call(
                "hold.place", #"{ "customer":"Jane Doe","sku":"A","location":"store-1","quantity":1,  "order_ref":"O-1" }"#)
            let all = try await entries(fixture)
            #expect(all.map(\.method) == ["location.create", "product.create", "tenant.create", "hold.place"])
            #expect(all.allSatisfy { $0.name == "root" && $0.role == "admin" && $0.outcome == "done" })
            #expect(all[0].params == #"{"name":"store-1","time_zone":"UTC"}"#)
            #expect(all.map(\.tenant) == ["default", "default", nil, "default"])
            // Customers are forgotten before the audit is.
            #expect(all[3].params == #"{"sku":"A","location":"store-1","quantity":1,"order_ref":"O-1"}"#)
            #expect(try await fixture.call("audit.verify").result?["intact"] == true)
        }
    }

    @Test func oneEntryIsShownToWhomItsTenantIs() async throws {
        try await ControlFixture.run(peer: { PeerCredentials(uid: 0, pid: 1) }) { fixture in
            try await fixture.stock()
            _ = try await fixture.call("tenant.create", #"{"name":"acme"}"#)
            let own = try await fixture.call("audit.get", #"{"id":2}"#)
            #expect(own.result?["entry"]?["params"]?["initial_quantity"] == 100)
            #expect(try await fixture.call("audit.get", #"{"id":2,"tenant":"acme"}"#).error?.code == .notFound)
            #expect(try await fixture.call("audit.get", #"{"id":3}"#).error?.code == .notFound)
            let ofNone = try await fixture.call("audit.get", #"{"id":3,"all_tenants":true}"#)
            #expect(ofNone.result?["entry"]?["method"] == "tenant.create")
            #expect(try await fixture.call("audit.get", #"{"id":4,"all_tenants":true}"#).error?.code == .notFound)
        }
    }

    @Test func whatIsNotDoneIsRecordedWithItsErrorAndARepetitionNotAtAll() async throws {
        try await ControlFixture.run(peer: { PeerCredentials(uid: 0, pid: 1) }) { fixture in
            try await fixture.stock()
            let before = try await entries(fixture).count
            _ = try await fixture.call("stock.set", #"{"sku":"B","location":"store-1","quantity":1}"#)
            let once = #"{"sku":"A","location":"store-1","delta":1,"idempotency_key":"k"}"#
            for _ in 1...3 { _ = try await fixture.call("stock.adjust", once) }
            _ = try await fixture.call("stock.adjust", #"{"sku":"A","location":"store-1","delta":2,"idempotency_key":"k"}"#)
            let all = try await entries(fixture).dropFirst(before)
            #expect(all.map(\.method) == ["stock.set", "stock.adjust", "stock.adjust"])
            #expect(all.map(\.outcome) == ["not_found", "done", "conflict"])
        }
    }

    @Test func aTaskIsRecordedOnceItIsDone() async throws {
        try await ControlFixture.run(
            peer: { PeerCredentials(uid: 0, pid: 1) },
            more: { table in
                table.add(ConfigReload.self, .task { _, _ in .init(reloaded: true, changed: [], restartRequired: [], problems: []) })
                table.add(SyncRun.self, .task { _, _ in throw ErrorObject.notFound("no such source") })
            }
        ) { fixture in
            for _ in 1...2 { _ = try await fixture.call("config.reload", #"{"idempotency_key":"k"}"#) }
            _ = try await fixture.call("config.reload")
            _ = try await fixture.call("sync.run")
            let all = try await entries(fixture)
            #expect(all.map(\.method) == ["config.reload", "config.reload", "sync.run"])
            #expect(all.map(\.outcome) == ["done", "done", "not_found"])
        }
    }

    /// An import takes several transactions, between any two of which stockd may be killed.
    @Test func anImportIsRecordedWithTheFirstOfItsRows() async throws {
        try await ControlFixture.run(peer: { PeerCredentials(uid: 0, pid: 1) }) { fixture in
            try await fixture.stock()
            _ = try await fixture.call("product.create", #"{"sku":"B","name":"Uncounted"}"#)
            let began = fixture.time.now - .days(1)
            let rows = (0..<2500).map { "B,store-1,\($0 + 7),\(began + .seconds($0))" }
            let file = Data(("sku,location,quantity,counted_at\n" + rows.joined(separator: "\n")).utf8).base64EncodedString()
            let seen = Mutex<[Int]>([])
            let end = fixture.store.observe { [store = fixture.store] _ in
                let found = try? store.readHere {
                    try $0.auditEntries(AuditFilter(tenantID: nil, method: "data"), before: nil, limit: 9).entries
                }
                seen.withLock { $0.append(found?.count ?? -1) }
            }
            let reply = try await fixture.call("data.import", #"{"data":"\#(file)","last":true}"#)
            end()
            #expect(reply.result?["rows"] == 2500)
            // Commits that follow each other closely are announced together.
            #expect(seen.withLock { !$0.isEmpty && $0.allSatisfy { $0 == 1 } })
            #expect(try await entries(fixture).last?.method == "data.import")
        }
    }

    /// Somebody may paste the address of a hook where its name belongs.
    @Test func theSecretsOfAURLAreNotKept() async throws {
        try await ControlFixture.run(peer: { PeerCredentials(uid: 0, pid: 1) }) { fixture in
            for url in [#"https://hooks.example.com/T0/B0/secret"#, #"https:\/\/me:secret@hooks.example.com\/secret"#] {
                _ = try await fixture.call("location.create", #"{"name":"\#(url)"}"#)
            }
            let params = try await entries(fixture).map(\.params)
            #expect(params == [#"{"name":"https://hooks.example.com/…"}"#, #"{"name":"https://hooks.example.com/…"}"#])
        }
    }

    /// A hook is named, and whatever else stands there may be its address.
    @Test(arguments: [
        ("ops-slack", "slack", "ops-slack"), ("hooks.example.com/T0/B0/secret", "slack", "…"), ("hooks.example.com?secret", "webhook", "…"),
        ("https://hooks.example.com/secret", "webhook", "…"), ("secret ://", "slack", "…"), ("a@example.com", "email", "a@example.com"),
    ])
    func aHookIsKeptByItsNameOnly(value: String, kind: String, kept: String) async throws {
        try await ControlFixture.run(
            peer: { PeerCredentials(uid: 0, pid: 1) }, more: { $0.addContactMethods(configured: { [] }) { _, _ in "must be something else" } }
        ) { fixture in
            for method in ["contact.create", "contact.update"] {
                let params = #"{"name":"ann","addresses":[{"kind":"\#(kind)","value":"\#(value)"}]}"#
                #expect(try await fixture.call(method, params).error?.code == .invalidParams)
            }
            let params = try await entries(fixture).map(\.params)
            #expect(params.count == 2 && params.allSatisfy { $0.contains(#""value":"\#(kept)""#) }, "\(params)")
        }
    }

    @Test func paramsTooLongToKeepAreKnownByTheirDigest() async throws {
        try await ControlFixture.run(peer: { PeerCredentials(uid: 0, pid: 1) }) { fixture in
            let ids = String(repeating: "x", count: 20_000)
            _ = try await fixture.call("location.create", #"{"name":"a","external_ids":{"a":"\#(ids)"}}"#)
            let params = try #require(try await entries(fixture).first?.params)
            #expect(params.hasPrefix(#"{"bytes":20036,"sha256":""#))
        }
    }

    @Test func operatorsSeeWhatConcernsTheirTenantsAndAdminsAll() async throws {
        let peer = TestPeer()
        let rules = [AccessRule(peer: .user("anna"), role: .operator, tenants: ["acme"])]
        try await ControlFixture.run(peer: { peer.credentials }, rules: rules) { fixture in
            _ = try await fixture.call("tenant.create", #"{"name":"acme"}"#)
            _ = try await fixture.call("location.create", #"{"name":"ours","tenant":"acme"}"#)
            _ = try await fixture.call("location.create", #"{"name":"theirs"}"#)
            func methods(_ params: String) async throws -> [JSONValue?] {
                guard case .array(let entries) = try await fixture.call("audit.list", params).result?["entries"] else { return [] }
                return entries.map { $0["params"]?["name"] }
            }
            #expect(try await methods(#"{"all_tenants":true}"#) == ["theirs", "ours", "acme"])
            #expect(try await methods("{}") == ["theirs"])
            #expect(try await methods(#"{"all_tenants":true,"method":"tenant"}"#) == ["acme"])
            #expect(try await methods(#"{"all_tenants":true,"method":"location.create","limit":1}"#) == ["theirs"])
            #expect(try await methods(#"{"all_tenants":true,"outcome":"denied"}"#) == [])
            #expect(try await methods(#"{"all_tenants":true,"since":"2027-01-01T00:00:00Z"}"#) == [])
            peer.become(1001)
            #expect(try await methods(#"{"tenant":"acme"}"#) == ["ours"])
            #expect(try await fixture.call("audit.list").error?.code == .denied)
            #expect(try await fixture.call("audit.verify").error?.code == .denied)
        }
    }

    @Test func whoIsDeniedInALoopLeavesOneEntryAtOnceAndTheirNumberLater() async throws {
        let peer = TestPeer()
        try await ControlFixture.run(peer: { peer.credentials }, rules: [AccessRule(peer: .user("anna"), role: .viewer)]) { fixture in
            peer.become(54321)
            let stranger = try fixture.client()
            for index in 0..<200 { _ = try await stranger.call(index % 2 == 0 ? "stock.list" : "no.such.\(index)") }
            peer.become(1001)
            let anna = try fixture.client()
            for _ in 0..<100 { _ = try await anna.call("stock.set", #"{"sku":"A","location":"b","quantity":1}"#) }
            _ = try await anna.call("config.show")
            var all = try await entries(fixture)
            #expect(all.map(\.name) == ["54321", "anna", "anna"])
            #expect(all.map(\.role) == [nil, "viewer", "viewer"])
            #expect(all.map(\.method) == ["stock.list", "stock.set", "config.show"])
            #expect(all.allSatisfy { $0.outcome == "denied" })
            #expect(all[1].params == #"{"sku":"A","location":"b","quantity":1}"#)
            fixture.dispatcher.refusals.tell(all: true, at: fixture.time.now)
            all = Array(try await entries(fixture).dropFirst(3)).sorted { $0.name < $1.name }
            #expect(all.map(\.params) == [199, 99].map { #"{"repeated":\#($0),"since":"2026-05-04T08:00:00.000Z"}"# })
        }
    }
}

@Suite struct RefusalsTests {
    private final class Book: Sendable {
        let entries = Mutex<[AuditDraft]>([])
        let time = Mutex(ContinuousClock.now)

        var told: [String] { entries.withLock { $0.map { "\($0.uid) \($0.method) \($0.params)" } } }
        func pass(_ duration: Duration) { time.withLock { $0 += duration } }
    }

    private let book = Book()
    private let refusals: Refusals

    init() {
        refusals = Refusals(
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            instant: { [book] in book.time.withLock { $0 } },
            record: { [book] draft, _ in book.entries.withLock { $0.append(draft) } })
    }

    private func refuse(_ uid: UInt32, _ method: String = "stock.set", role: String? = "viewer", outcome: String = "denied") {
        let draft = AuditDraft(
            at: Timestamp(milliseconds: 0), tenant: nil, uid: uid, name: "", role: role, method: method, params: "{}")
        refusals.note(draft, outcome: outcome, pid: 1, why: "")
    }

    /// A day of a client that never stops: the minute grows to an hour.
    @Test func aDayOfRefusalsIsThreeDozenEntries() {
        for _ in 0..<(24 * 60 * 6) {
            for _ in 0..<5 { refuse(7) }
            book.pass(.seconds(10))
            refusals.tell(at: Timestamp(milliseconds: 0))
        }
        #expect((20...36).contains(book.told.count))
        #expect(book.told.first == "7 stock.set {}")
        #expect(book.told[1] == #"7 stock.set {"repeated":29,"since":"1970-01-01T00:00:00.000Z"}"#)
    }

    @Test func afterAPauseTheFirstIsToldAgain() {
        refuse(7)
        for _ in 0..<2 {
            book.pass(.minutes(1))
            refusals.tell(at: Timestamp(milliseconds: 0))
        }
        refuse(7)
        #expect(book.told == ["7 stock.set {}", "7 stock.set {}"])
    }

    @Test func nobodyFillsItByInventingNames() {
        for index in 0..<100_000 as Range<UInt32> { refuse(7, "m\(index)") }
        #expect(book.told.count <= Refusals.mostOfOne + 1)
        for index in 0..<100_000 as Range<UInt32> { refuse(1000 + index, role: nil) }
        #expect(book.told.count <= Refusals.mostKinds + 1)
        refusals.tell(all: true, at: Timestamp(milliseconds: 0))
        #expect(book.told.contains { $0.hasPrefix("\(UInt32.max) * ") })
        #expect(book.told.count <= 2 * Refusals.mostKinds + 2)
    }
}
