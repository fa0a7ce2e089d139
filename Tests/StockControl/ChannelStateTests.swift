import Foundation
import StockDomain
import StockStore
import StockWire
import Testing

@testable import StockControl

@Suite struct ChannelStateTests {
    /// Twilio's refusals name the number, which may be another tenant's.
    @Test(arguments: [nil, ["acme"]] as [Set<String>?])
    func whyAChannelFailsIsForThoseWhoMaySeeAllTenants(tenants: Set<String>?) throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "stockd-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let now = TestTime().now
        let store = try Store.open(path: directory.appending(path: "stock.db").path(percentEncoded: false), now: now)
        defer { try? store.close() }
        try store.writeAndWait { tx in
            let tenantID = try tx.tenant("default").id
            _ = try tx.createContact(
                "ann", enabled: true,
                addresses: [AddressRecord(kind: .sms, value: "+15550199", preferences: AddressPreferences(minSeverity: .low))],
                tenantID: tenantID, now: now)
            _ = try tx.enqueueTest(contact: "ann", kind: nil, tenantID: tenantID, now: now)
            let text = try #require(try tx.claim(.sms, limit: 1, lease: .minutes(1), now: now).first)
            var random = SystemRandomNumberGenerator()
            try tx.complete(text, .misconfigured(reason: "+15550199 is not verified"), now: now, using: &random)
        }
        let caller = Caller(uid: 1, name: "anna", grant: Grant(role: .viewer, tenants: tenants))
        let call = Call(caller: caller, common: CommonParams(), now: now)
        let channels = try store.readHere {
            try call.channels($0, configured: [.sms, .email, .slack], failing: [.slack: "hooks.slack.com/T1: no answer"])
        }
        let stopped = try store.readHere { try call.stoppedChannels($0) }
        #expect(stopped == [.sms: tenants == nil ? "+15550199 is not verified" : "administrators are told why"])
        #expect(channels.map(\.state) == [.ready, .failing, .misconfigured])
        #expect(channels.map(\.error) == (tenants == nil ? [nil, "hooks.slack.com/T1: no answer", "+15550199 is not verified"] : [nil, nil, nil]))
    }
}
