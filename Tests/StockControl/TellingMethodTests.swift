import Foundation
import StockDomain
import StockStore
import StockWire
import Testing

@testable import StockControl

/// Silences, escalations and what addresses want, as clients see them: over the socket.
@Suite(.timeLimit(.minutes(1))) struct TellingMethodTests {
    private func run(_ body: (ControlFixture, SocketClient) async throws -> Void) async throws {
        try await ControlFixture.run(more: {
            $0.addSilenceMethods()
            $0.addEscalationMethods()
            $0.addContactMethods(configured: { [.email, .inbox] }) { kind, value in
                kind == .sms && !value.hasPrefix("+") ? "must be a number" : nil
            }
        }) { fixture in
            try await fixture.stock()
            let client = try fixture.client()
            for name in ["ann", "owner"] {
                let params = #"{"name":"\#(name)","addresses":[{"kind":"email","value":"\#(name)@example.com"}]}"#
                try #require(try await client.call("contact.create", params).error == nil)
            }
            try await body(fixture, client)
        }
    }

    private func count(_ quantity: Int, _ client: SocketClient) async throws -> JSONValue? {
        try await client.call("stock.set", #"{"sku":"A","location":"store-1","quantity":\#(quantity)}"#).result?["alert"]
    }

    /// The alert that stands, as lists show it.
    private func alert(_ fixture: ControlFixture) async throws -> Wire.Alert {
        let now = fixture.time.now
        let found = try await fixture.store.read { reader in
            try reader.heldBack(reader.alerts(AlertFilter(tenantID: nil), after: nil, limit: 10), now: now)
        }
        return try #require(found.first).wire
    }

    private static let four = #""ends_at":"2026-05-04T12:00:00Z","comment":"stocktaking""#

    @Test func anAddressWhoseChannelIsNotConfiguredIsKeptAndWarnedOf() async throws {
        try await run { _, client in
            let addresses = #"[{"kind":"sms","value":"+15550100"},{"kind":"email","value":"c@example.com"}]"#
            for method in ["create", "get"] {
                let more = method == "create" ? #","addresses":\#(addresses)"# : ""
                let reply = try await client.call("contact.\(method)", #"{"name":"carla"\#(more)}"#)
                guard case .array(let warnings)? = reply.result?["warnings"] else { throw Missing() }
                #expect(warnings.count == 1)
                #expect(warnings.first?.text?.contains("channels.twilio with sms_from") == true)
            }
            let ann = try await client.call("contact.get", #"{"name":"ann"}"#)
            #expect(ann.result?["warnings"] == [])
        }
    }

    private struct Missing: Error {}

    // MARK: Silences

    @Test func aSilenceIsAnsweredWithAllThatIsKnownOfIt() async throws {
        try await run { _, client in
            _ = try await count(2, client)
            let reply = try await client.call("silence.create", #"{"sku":"A*",\#(Self.four)}"#)
            let silence = try #require(reply.result?["silence"])
            let author = try #require(silence["author"]?.text)
            #expect(!author.isEmpty)
            #expect(
                silence == [
                    "id": try #require(silence["id"]), "tenant": "default", "state": "active", "sku": "A*", "category": .null,
                    "location": .null, "severity": .null, "starts_at": "2026-05-04T08:00:00.000Z",
                    "ends_at": "2026-05-04T12:00:00.000Z", "author": .string(author), "comment": "stocktaking",
                    "created_at": "2026-05-04T08:00:00.000Z", "expired_at": .null, "expired_by": .null, "alerts": 1,
                ])
            let listed = try await client.call("silence.list", #"{"state":"active"}"#)
            #expect(listed.result == ["silences": [silence], "next_cursor": .null])
            #expect(try await client.call("silence.list", #"{"state":"planned"}"#).result?["silences"] == [])
        }
    }

    @Test func anAlertBeneathASilenceSaysSo() async throws {
        try await run { fixture, client in
            let silence = try #require(
                try await client.call("silence.create", #"{"location":"store-?",\#(Self.four)}"#).result?["silence"])
            let alert = try #require(try await count(2, client))
            #expect(
                alert["silence"] == [
                    "id": try #require(silence["id"]), "ends_at": "2026-05-04T12:00:00.000Z",
                    "author": try #require(silence["author"]), "comment": "stocktaking",
                ])
            fixture.time.pass(.hours(4))
            #expect(try await self.alert(fixture).silence == nil)
        }
    }

    @Test func aContactSaysWhyItsChannelSwitchedAnAddressOff() async throws {
        try await run { fixture, client in
            let now = fixture.time.now
            try await fixture.store.write { tx in
                let tenantID = try tx.tenant("default").id
                _ = try tx.enqueueTest(contact: "ann", kind: nil, tenantID: tenantID, now: now)
                let mail = try #require(try tx.claim(.email, limit: 1, lease: .minutes(1), now: now).first)
                var random = SystemRandomNumberGenerator()
                try tx.complete(mail, .dead(reason: "550 no such user", disablesAddress: true), now: now, using: &random)
            }
            let addresses = try await client.call("contact.get", #"{"name":"ann"}"#).result?["contact"]?["addresses"]
            #expect(addresses?[0]?["enabled"] == false && addresses?[0]?["disabled_reason"] == "550 no such user")
        }
    }

    @Test func aSilenceEndedByHandKeepsWhoEndedIt() async throws {
        try await run { fixture, client in
            let made = try await client.call("silence.create", #"{"severity":"low",\#(Self.four)}"#)
            let id = try #require(made.result?["silence"]?["id"])
            guard case .number(let number) = id else { return }
            fixture.time.pass(.minutes(5))
            let ended = try #require(try await client.call("silence.expire", #"{"id":\#(number)}"#).result?["silence"])
            #expect(ended["state"] == "expired" && ended["expired_at"] == "2026-05-04T08:05:00.000Z")
            #expect(ended["expired_by"] == ended["author"] && ended["alerts"] == .null)
            #expect(try await client.call("silence.get", #"{"id":\#(number)}"#).result?["silence"] == ended)
            #expect(try await client.call("silence.expire", #"{"id":\#(number)}"#).error?.reason == "expired")
            #expect(try await client.call("silence.get", #"{"id":12345}"#).error?.code == .notFound)
        }
    }

    @Test(arguments: [
        (#"{\#(four)}"#, "sku"), (#"{"sku":"A","ends_at":"2026-05-04T12:00:00Z"}"#, "comment"),
        (#"{"sku":"A","comment":"x"}"#, "ends_at"), (#"{"sku":"",\#(four)}"#, "sku"),
        (#"{"sku":"A","comment":"x","ends_at":"2026-05-04T08:00:00Z"}"#, "ends_at"),
        (#"{"sku":"A","comment":"x","starts_at":"2026-05-05T00:00:00Z","ends_at":"2026-05-04T12:00:00Z"}"#, "ends_at"),
        (#"{"sku":"A","severity":"healthy",\#(four)}"#, "severity"), (#"{"sku":"A\u001b",\#(four)}"#, "sku"),
        (#"{"sku":"A","severity":"awful",\#(four)}"#, "severity"), (#"{"sku":"A","ends":"x",\#(four)}"#, "ends"),
    ])
    func aSilenceThatMakesNoSenseIsRefusedWithItsPlace(params: String, field: String) async throws {
        try await run { _, client in
            let error = try #require(try await client.call("silence.create", params).error)
            #expect(error.code == .invalidParams && error.field == field)
        }
    }

    @Test func eventsSayWhatASilenceWasThen() async throws {
        try await run { fixture, client in
            let made = try await client.call("silence.create", #"{"sku":"*",\#(Self.four)}"#)
            guard case .number(let number)? = made.result?["silence"]?["id"] else { return }
            fixture.time.pass(.minutes(5))
            _ = try await client.call("silence.expire", #"{"id":\#(number)}"#)
            let events = try await fixture.store.read { reader in
                try reader.events(after: 0, kinds: ["silence.created", "silence.expired"], tenantID: nil, limit: 10).events
                    .map { try reader.wireEvent($0) }
            }
            #expect(events.map(\.kind) == ["silence.created", "silence.expired"])
            #expect(events.map { $0.silence?.state } == [.active, .expired])
            #expect(events[0].silence?.expiredAt == nil && events[1].silence?.expiredBy == events[0].silence?.author)
        }
    }

    // MARK: Escalations

    private static let steps = #""steps":[{"after":"30m","contact":"ann"},{"after":"2h","contact":"owner"}]"#

    @Test func anEscalationIsSetListedAndUnset() async throws {
        try await run { fixture, client in
            let set = try await client.call("escalation.set", #"{"name":"default","severity":"critical",\#(Self.steps),"repeat":"24h"}"#)
            let escalation = try #require(set.result?["escalation"])
            #expect(
                escalation == [
                    "name": "default", "tenant": "default", "severity": "critical", "category": .null, "location": .null,
                    "steps": [["after": "30m", "contact": "ann"], ["after": "2h", "contact": "owner"]], "repeat": "24h",
                    "set_at": "2026-05-04T08:00:00.000Z", "set_by": try #require(escalation["set_by"]),
                ])
            let listed = try await client.call("escalation.list")
            #expect(listed.result == ["escalations": [escalation], "next_cursor": .null])
            let alert = try #require(try await count(1, client))
            #expect(
                alert["escalation"] == [
                    "name": "default", "next_step_at": "2026-05-04T08:30:00.000Z", "next_contact": "ann",
                ])
            fixture.time.pass(.minutes(30))
            let now = fixture.time.now
            _ = try await fixture.store.write { tx in try tx.escalate(try tx.alertsToEscalate(limit: 10, now: now), now: now) }
            #expect(try await self.alert(fixture).escalation?.nextContact == "owner")
            let event = try #require(
                try await fixture.store.read { reader in
                    try reader.events(after: 0, kinds: ["alert.escalated"], tenantID: nil, limit: 10).events.first
                        .map { try reader.wireEvent($0) }
                })
            #expect(event.alert?.escalatedTo == "ann" && event.alert?.severity == .critical && event.alert?.threshold == 1)
            #expect(try await client.call("escalation.unset", #"{"name":"default"}"#).result?["escalation"] == escalation)
            #expect(try await self.alert(fixture).escalation == nil)
            #expect(try await client.call("escalation.unset", #"{"name":"default"}"#).error?.code == .notFound)
        }
    }

    @Test(arguments: [
        (#"{"name":"x"}"#, "steps"), (#"{"name":"x","steps":[]}"#, "steps"),
        (#"{"name":"x","steps":[{"after":"soon","contact":"ann"}]}"#, "steps[0].after"),
        (#"{"name":"x","steps":[{"after":"31d","contact":"ann"}]}"#, "steps[0].after"),
        (#"{"name":"x","steps":[{"after":"1h","contact":"ann"},{"after":"60m","contact":"owner"}]}"#, "steps[1].after"),
        (#"{"name":"x","steps":[{"after":"0","contact":"nobody"}]}"#, "steps[0].contact"),
        (#"{"name":"x",\#(steps),"repeat":"59m"}"#, "repeat"), (#"{"name":"x",\#(steps),"repeat":60}"#, "repeat"),
        (#"{"name":"x",\#(steps),"severity":"healthy"}"#, "severity"), (#"{"name":"",\#(steps)}"#, "name"),
    ])
    func anEscalationThatMakesNoSenseIsRefusedWithItsPlace(params: String, field: String) async throws {
        try await run { _, client in
            let error = try #require(try await client.call("escalation.set", params).error)
            #expect(error.code == .invalidParams && error.field == field)
        }
    }

    // MARK: Contacts

    private func address(_ more: String) -> String { #"{"name":"ann","addresses":[{"kind":"email","value":"a@example.com",\#(more)}]}"# }

    @Test func quietHoursAndPausesAreKeptPerAddress() async throws {
        try await run { _, client in
            let params = address(#""quiet_hours":{"from":"22:00","to":"07:00"},"paused_until":"2026-06-01T00:00:00Z""#)
            let contact = try #require(
                try await client.call("contact.update", params.dropLast() + #","time_zone":"Europe/London"}"#).result?["contact"])
            #expect(contact["time_zone"] == "Europe/London")
            #expect(contact["addresses"]?[0]?["quiet_hours"] == ["from": "22:00", "to": "07:00", "let_out_through": false])
            #expect(contact["addresses"]?[0]?["paused_until"] == "2026-06-01T00:00:00.000Z")
            #expect(try await client.call("contact.get", #"{"name":"ann"}"#).result?["contact"] == contact)
            let plain = try await client.call("contact.update", address(#""quiet_hours":null"#).dropLast() + #","time_zone":null}"#)
            #expect(plain.result?["contact"]?["time_zone"] == .null)
            #expect(plain.result?["contact"]?["addresses"]?[0]?["quiet_hours"] == .null)
            #expect(plain.result?["contact"]?["addresses"]?[0]?["paused_until"] == .null)
        }
    }

    @Test(arguments: [
        (#""quiet_hours":{"from":"24:00","to":"07:00"}"#, "addresses[0].quiet_hours.from"),
        (#""quiet_hours":{"from":"7:00","to":"08:00"}"#, "addresses[0].quiet_hours.from"),
        (#""quiet_hours":{"from":"22:00","to":"7 am"}"#, "addresses[0].quiet_hours.to"),
        (#""quiet_hours":{"from":"22:00","to":"22:00"}"#, "addresses[0].quiet_hours.to"),
        (#""quiet_hours":{"from":"22:00"}"#, "addresses[0].quiet_hours.to"),
        (#""paused_until":"tomorrow""#, "addresses[0].paused_until"),
    ])
    func whatAnAddressCannotWantIsRefusedWithItsPlace(member: String, field: String) async throws {
        try await run { _, client in
            let error = try #require(try await client.call("contact.update", address(member)).error)
            #expect(error.code == .invalidParams && error.field == field)
            #expect(
                try await client.call("contact.update", #"{"name":"ann","time_zone":"Mars/Olympus"}"#).error?.field == "time_zone")
        }
    }

    @Test func aPauseTouchesNothingElseOfAContact() async throws {
        try await run { _, client in
            _ = try await client.call(
                "contact.update",
                #"{"name":"ann","addresses":[{"kind":"email","value":"a@example.com","min_severity":"out"},{"kind":"sms","value":"+15550123"}]}"#)
            let before = try #require(try await client.call("contact.get", #"{"name":"ann"}"#).result?["contact"])
            let one = try await client.call("contact.pause", #"{"name":"ann","address":"+15550123","until":"2026-05-05T08:00:00Z"}"#)
            #expect(one.result?["contact"]?["addresses"]?[0] == before["addresses"]?[0])
            #expect(one.result?["contact"]?["addresses"]?[1]?["paused_until"] == "2026-05-05T08:00:00.000Z")
            let all = try await client.call("contact.pause", #"{"name":"ann","until":"2026-05-06T08:00:00Z"}"#)
            #expect(all.result?["contact"]?["addresses"]?[0]?["paused_until"] == "2026-05-06T08:00:00.000Z")
            #expect(try await client.call("contact.resume", #"{"name":"ann"}"#).result?["contact"] == before)
        }
    }

    @Test(arguments: [
        (#"{"name":"ann","until":"2026-05-04T08:00:00Z"}"#, "until"), (#"{"name":"ann"}"#, "until"),
        (#"{"name":"ann","address":"x","until":"2026-05-05T08:00:00Z"}"#, "address"),
    ])
    func aPauseThatMakesNoSenseIsRefusedWithItsPlace(params: String, field: String) async throws {
        try await run { _, client in
            let error = try #require(try await client.call("contact.pause", params).error)
            #expect(error.code == .invalidParams && error.field == field)
        }
    }
}
