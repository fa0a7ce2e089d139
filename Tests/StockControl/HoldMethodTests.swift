import Foundation
import StockDomain
import StockStore
import StockWire
import Testing

@testable import StockControl

/// Holds and flash sales as a shop sees them: over the socket.
@Suite(.timeLimit(.minutes(1))) struct HoldMethodTests {
    private func run(_ body: (ControlFixture, SocketClient) async throws -> Void) async throws {
        try await ControlFixture.run(more: {
            $0.addHoldMethods()
            $0.addSaleMethods()
        }) { fixture in
            try await fixture.stock()
            try await body(fixture, try fixture.client())
        }
    }

    private func place(_ quantity: Int = 1, _ more: String = "") -> String {
        #"{"sku":"A","location":"store-1","quantity":\#(quantity),"order_ref":"order-7"\#(more)}"#
    }

    private func id(_ line: SocketClient.Line) throws -> Int64 {
        guard case .number(let id) = try #require(line.result?["hold"]?["id"]) else { return 0 }
        return NSDecimalNumber(decimal: id).int64Value
    }

    private func sale(_ client: SocketClient, quantity: Int = 50, limit: Int? = nil) async throws {
        let limit = limit.map { #","limit_per_customer":\#($0)"# } ?? ""
        let reply = try await client.call(
            "sale.create",
            """
            {"name":"friday","starts_at":"2026-05-04T08:00:00Z","ends_at":"2026-05-04T09:00:00Z","lines":\
            [{"sku":"A","location":"store-1","quantity":\(quantity),"price":{"amount":999,"currency":"EUR"}\(limit)}]}
            """)
        try #require(reply.error == nil)
    }

    @Test func aHoldIsAnsweredWithAllThatIsKnownOfIt() async throws {
        try await run { _, client in
            let reply = try await client.call("hold.place", place(4, #","ttl_s":90,"customer":"ann""#))
            let hold = try #require(reply.result?["hold"])
            #expect(reply.result?["remaining"] == 96)
            #expect(
                hold == [
                    "id": try #require(hold["id"]), "tenant": "default", "state": "held", "order_ref": "order-7",
                    "customer": "ann", "sale": .null, "placed_at": "2026-05-04T08:00:00.000Z",
                    "expires_at": "2026-05-04T08:01:30.000Z", "confirmed_at": .null, "cancelled_at": .null,
                    "expired_at": .null, "cancel_reason": .null, "payment_ref": .null, "late": false, "at_risk": false,
                    "lines": [
                        [
                            "sku": "A", "name": "Widget", "location": "store-1", "quantity": 4, "price": .null,
                            "remaining": 96,
                        ]
                    ], "refused_payments": [], "refused_payments_total": 0,
                ])
            let number = try id(reply)
            #expect(try await client.call("hold.get", #"{"id":\#(number)}"#).result?["hold"] == hold)
            let listed = try await client.call("hold.list", #"{"state":"held","order_ref":"order-7"}"#)
            #expect(listed.result == ["holds": [hold], "next_cursor": .null])
            let level = try await client.call("stock.get", #"{"sku":"A","location":"store-1"}"#).result?["level"]
            #expect(level?["on_hand"] == 100 && level?["held"] == 4 && level?["available"] == 96)
        }
    }

    @Test func severalLinesSayForThemselvesWhatRemains() async throws {
        try await run { _, client in
            _ = try await client.call("product.create", #"{"sku":"B","name":"B","location":"store-1","initial_quantity":2.5}"#)
            let reply = try await client.call(
                "hold.place",
                #"{"order_ref":"o","lines":[{"sku":"B","location":"store-1","quantity":0.25},{"sku":"A","location":"store-1","quantity":1}]}"#)
            #expect(reply.result?["remaining"] == .null)
            #expect(reply.result?["hold"]?["lines"]?[0]?["remaining"] == .number(Decimal(string: "2.25")!))
            let short = try await client.call(
                "hold.place",
                #"{"order_ref":"o","lines":[{"sku":"A","location":"store-1","quantity":1},{"sku":"B","location":"store-1","quantity":3}]}"#)
            #expect(short.error?.reason == "insufficient_stock")
            #expect(short.error?.details == ["available": .number(Decimal(string: "2.25")!), "sku": "B", "location": "store-1"])
            let level = try await client.call("stock.get", #"{"sku":"A","location":"store-1"}"#).result?["level"]
            #expect(level?["held"] == 1)
        }
    }

    @Test(arguments: [
        (#"{"order_ref":"o"}"#, "sku"), (#"{"sku":"A","location":"store-1","order_ref":"o"}"#, "quantity"),
        (#"{"sku":"A","quantity":1,"order_ref":"o"}"#, "location"),
        (#"{"sku":"A","location":"store-1","quantity":1}"#, "order_ref"),
        (#"{"sku":"A","location":"store-1","quantity":0,"order_ref":"o"}"#, "quantity"),
        (#"{"sku":"A","location":"store-1","quantity":-1,"order_ref":"o"}"#, "quantity"),
        (#"{"sku":"A","location":"store-1","quantity":0.000001,"order_ref":"o"}"#, "quantity"),
        (#"{"sku":"A","location":"store-1","quantity":1e30,"order_ref":"o"}"#, "quantity"),
        (#"{"sku":"A","location":"store-1","quantity":1,"order_ref":""}"#, "order_ref"),
        (#"{"sku":"A","location":"store-1","quantity":1,"order_ref":"a\u001bb"}"#, "order_ref"),
        (#"{"sku":"A","location":"store-1","quantity":1,"order_ref":"o","ttl_s":0}"#, "ttl_s"),
        (#"{"sku":"A","location":"store-1","quantity":1,"order_ref":"o","ttl_s":604801}"#, "ttl_s"),
        (#"{"sku":"A","location":"store-1","quantity":1,"order_ref":"o","ttl_s":9223372036854775807}"#, "ttl_s"),
        (#"{"sku":"A","location":"store-1","quantity":1,"order_ref":"o","lines":[]}"#, "lines"),
        (#"{"order_ref":"o","lines":[]}"#, "lines"),
        (#"{"order_ref":"o","lines":[{"sku":"A","location":"store-1","quantity":0}]}"#, "lines[0].quantity"),
        (
            #"{"order_ref":"o","lines":[{"sku":"A","location":"store-1","quantity":1},{"sku":"A","location":"store-1","quantity":1}]}"#,
            "lines[1].sku"
        ),
    ])
    func whatMakesNoSenseIsRefusedWithItsPlace(params: String, field: String) async throws {
        try await run { _, client in
            let reply = try await client.call("hold.place", params)
            #expect(reply.error?.code == .invalidParams)
            #expect(reply.error?.field == field)
        }
    }

    @Test(arguments: [
        (#"{"sku":"X","location":"store-1","quantity":1,"order_ref":"o"}"#, "sku"),
        (#"{"sku":"A","location":"x","quantity":1,"order_ref":"o"}"#, "location"),
        (#"{"order_ref":"o","lines":[{"sku":"X","location":"store-1","quantity":1}]}"#, "lines[0].sku"),
        (#"{"sku":"A","location":"store-1","quantity":1,"order_ref":"o","sale":"x"}"#, "sale"),
    ])
    func whatDoesNotExistIsNamed(params: String, field: String) async throws {
        try await run { _, client in
            let reply = try await client.call("hold.place", params)
            #expect(reply.error?.code == .notFound)
            #expect(reply.error?.field == field)
            #expect(try await client.call("hold.place", #"{"tenant":"nobody","sku":"A","location":"s","quantity":1,"order_ref":"o"}"#)
                .error?.code == .notFound)
        }
    }

    @Test func aRefusedPaymentIsAnErrorThatStays() async throws {
        try await run { fixture, client in
            let number = try id(try await client.call("hold.place", place(4)))
            _ = try await client.call("stock.set", #"{"sku":"A","location":"store-1","quantity":3}"#)
            let confirm = #"{"id":\#(number),"payment_ref":"pay-1","idempotency_key":"k"}"#
            for quantity in [3, 500] {
                let reply = try await client.call("hold.confirm", confirm)
                #expect(reply.error?.code == .conflict && reply.error?.reason == "insufficient_stock")
                #expect(reply.error?.details == ["refund": true, "available": 3, "sku": "A", "location": "store-1"])
                _ = try await client.call("stock.set", #"{"sku":"A","location":"store-1","quantity":\#(quantity * 2)}"#)
            }
            let kept = try await client.call("hold.get", #"{"id":\#(number)}"#).result?["hold"]
            #expect(kept?["state"] == "held")
            #expect(
                kept?["refused_payments"] == [
                    ["payment_ref": "pay-1", "at": "2026-05-04T08:00:00.000Z", "reason": "insufficient_stock", "available": 3]
                ])
            let paid = try await client.call("hold.confirm", #"{"id":\#(number),"payment_ref":"pay-2"}"#)
            #expect(paid.result?["hold"]?["state"] == "confirmed" && paid.result?["hold"]?["payment_ref"] == "pay-2")
            #expect(try await client.call("hold.confirm", #"{"id":\#(number),"payment_ref":"pay-2"}"#).result == paid.result)
            #expect(
                try await client.call("hold.confirm", #"{"id":\#(number),"payment_ref":"pay-3"}"#).error?.reason == "already_confirmed")
            let cancel = try await client.call("hold.cancel", #"{"id":\#(number)}"#)
            #expect(cancel.error?.reason == "hold_not_held" && cancel.error?.details == ["state": "confirmed"])
            fixture.time.pass(.days(1))
            #expect(try await client.call("hold.confirm", confirm).error?.reason == "insufficient_stock")
        }
    }

    /// A gateway out of its mind: every payment is kept and can be listed, and no reply carries all of them.
    @Test func ofManyRefusedPaymentsTheNewestAreShownAndAllAreListed() async throws {
        try await run { fixture, client in
            let number = try id(try await client.call("hold.place", place()))
            #expect(try await client.call("hold.refunds", #"{"id":\#(number)}"#).result == ["refused_payments": [], "next_cursor": .null])
            _ = try await client.call("hold.cancel", #"{"id":\#(number)}"#)
            for index in 0..<130 {
                // Several at once, too.
                if index % 7 == 0 { fixture.time.pass(.seconds(1)) }
                let reply = try await client.call("hold.confirm", #"{"id":\#(number),"payment_ref":"pay.\#(index)"}"#)
                #expect(reply.error?.details["refund"] == true)
            }
            let hold = try #require(try await client.call("hold.get", #"{"id":\#(number)}"#).result?["hold"])
            guard case .array(let shown)? = hold["refused_payments"] else { Issue.record("nothing shown"); return }
            #expect(shown.count == 100 && hold["refused_payments_total"] == 130)
            var listed: [JSONValue] = [], cursor = ""
            while true {
                let page = try await client.call("hold.refunds", #"{"id":\#(number),"limit":11\#(cursor)}"#)
                guard case .array(let payments)? = page.result?["refused_payments"] else { Issue.record("no page"); return }
                listed += payments
                guard let next = page.result?["next_cursor"]?.text else { break }
                cursor = #","cursor":"\#(next)""#
            }
            #expect(Array(listed.prefix(100)) == shown)
            #expect(Set(listed.compactMap { $0["payment_ref"]?.text }) == Set((0..<130).map { "pay.\($0)" }) && listed.count == 130)
            // The first one is known as well as the last.
            let again = try await client.call("hold.confirm", #"{"id":\#(number),"payment_ref":"pay.0"}"#)
            #expect(again.error?.reason == "hold_cancelled")
            #expect(try await client.call("hold.get", #"{"id":\#(number)}"#).result?["hold"]?["refused_payments_total"] == 130)
            #expect(try await client.call("hold.refunds", #"{"id":1}"#).error?.code == .notFound)
        }
    }

    @Test func aRepeatedRequestHoldsOnce() async throws {
        try await run { _, client in
            let first = try await client.call("hold.place", place(60, #","idempotency_key":"k""#))
            #expect(try await client.call("hold.place", place(60, #","idempotency_key":"k""#)).result == first.result)
            #expect(try await client.call("hold.place", place(61, #","idempotency_key":"k""#)).error?.reason == "idempotency_key_reused")
            #expect(try await client.call("hold.place", place(60)).error?.details["available"] == 40)
        }
    }

    /// The key was used for another payment: this one sells nothing, and the money is to be given back.
    @Test func aPaymentWithAnotherPaymentsKeyIsToldToBeGivenBackAndKept() async throws {
        try await run { fixture, client in
            let one = try id(try await client.call("hold.place", place()))
            let two = try id(try await client.call("hold.place", place()))
            func confirm(_ hold: Int64, _ payment: String, key: String? = "k") async throws -> SocketClient.Line {
                let key = key.map { #","idempotency_key":"\#($0)""# } ?? ""
                return try await client.call("hold.confirm", #"{"id":\#(hold),"payment_ref":"\#(payment)"\#(key)}"#)
            }
            func refused() async throws -> [[JSONValue?]] { [try await refused(one), try await refused(two)] }
            func refused(_ hold: Int64) async throws -> [JSONValue?] {
                guard case .array(let payments)? = try await client.call("hold.get", #"{"id":\#(hold)}"#).result?["hold"]?["refused_payments"]
                else { return [] }
                return payments.map { $0["payment_ref"] }
            }
            #expect(try await confirm(one, "pay-1").error == nil)
            // Another payment of the same hold, and one of another, whose goods are there, as often as they come.
            for _ in 0..<2 {
                let same = try await confirm(one, "pay-2")
                #expect(same.error?.code == .conflict && same.error?.reason == "already_confirmed")
                #expect(same.error?.field == "idempotency_key" && same.error?.details["refund"] == true)
                let other = try await confirm(two, "pay-3")
                #expect(other.error?.code == .conflict && other.error?.reason == "idempotency_key_reused")
                #expect(other.error?.field == "idempotency_key" && other.error?.details["refund"] == true)
            }
            #expect(try await refused() == [["pay-2"], ["pay-3"]])
            let due = try await fixture.store.read {
                try $0.events(after: 0, kinds: ["hold.refund_due"], tenantID: nil, limit: 10).events.map(\.refund?.paymentRef)
            }
            #expect(due == ["pay-2", "pay-3"])
            // By then the money is on its way back.
            #expect(try await confirm(two, "pay-3", key: "new").error?.details["refund"] == true)

            // A payment that has its goods is not given back.
            let again = try await confirm(two, "pay-1")
            #expect(again.error?.reason == "idempotency_key_reused" && again.error?.details["refund"] == nil)
            #expect(try await confirm(two, "pay-4", key: "k4").error == nil)
            let known = try await confirm(two, "pay-4")
            #expect(known.error?.reason == "idempotency_key_reused" && known.error?.details["refund"] == nil)
            #expect(try await confirm(4711, "pay-5").error?.details["refund"] == nil)
            #expect(try await refused() == [["pay-2"], ["pay-3"]])
            #expect(try await confirm(one, "pay-1").result != nil)
            let level = try await client.call("stock.get", #"{"sku":"A","location":"store-1"}"#).result?["level"]
            #expect(level?["on_hand"] == 98 && level?["held"] == 0)
        }
    }

    @Test func oneBuyerHasOneLimitHoweverTheNameIsTyped() async throws {
        try await run { _, client in
            try await sale(client, quantity: 12, limit: 2)
            let composed = "Andr\u{E9}", decomposed = "Andre\u{301}"
            let first = try await client.call("hold.place", place(2, #","sale":"friday","customer":"\#(decomposed)""#))
            guard case .string(let name)? = first.result?["hold"]?["customer"] else { Issue.record("not placed"); return }
            #expect(Array(name.utf8) == Array(composed.utf8))
            for variant in [composed, decomposed, " \(composed)", "\(decomposed)  ", "\u{A0}\(composed)\\t"] {
                let more = try await client.call("hold.place", place(1, #","sale":"friday","customer":"\#(variant)""#))
                #expect(more.error?.reason == "customer_limit", "\(variant.debugDescription)")
                let listed = try await client.call("hold.list", #"{"customer":"\#(variant)"}"#)
                #expect(listed.result?["holds"]?[0]?["id"] == first.result?["hold"]?["id"])
            }
            #expect(try await client.call("hold.place", place(1, #","customer":"  ""#)).error?.field == "customer")
            #expect(try await client.call("hold.place", place(1, #","sale":"friday","customer":"andr\#u{E9}""#)).error == nil)
        }
    }

    @Test func aReferenceWithSpaceAroundItIsRefused() async throws {
        try await run { _, client in
            for order in [" o", "o ", "\u{2003}o"] {
                let reply = try await client.call("hold.place", #"{"sku":"A","location":"store-1","quantity":1,"order_ref":"\#(order)"}"#)
                #expect(reply.error?.code == .invalidParams && reply.error?.field == "order_ref")
            }
            let number = try id(try await client.call("hold.place", place()))
            for payment in [" P1", "P1 "] {
                let reply = try await client.call("hold.confirm", #"{"id":\#(number),"payment_ref":"\#(payment)"}"#)
                #expect(reply.error?.code == .invalidParams && reply.error?.field == "payment_ref")
                #expect(reply.error?.message == "payment_ref must not begin or end with a space: send it without")
            }
            #expect(try await client.call("hold.confirm", #"{"id":\#(number),"payment_ref":"P 1"}"#).error == nil)
        }
    }

    @Test func aSaleShowsWhatIsLeftAndSaysWhyNothingIsHeld() async throws {
        try await run { fixture, client in
            try await sale(client, quantity: 12, limit: 3)
            #expect(try await client.call("hold.place", place(1, #","sale":"friday""#)).error?.field == "customer")
            let hold = try await client.call("hold.place", place(3, #","sale":"friday","customer":"ann""#))
            #expect(hold.result?["remaining"] == 9)
            #expect(hold.result?["hold"]?["lines"]?[0]?["price"] == ["amount": 999, "currency": "EUR"])
            let again = try await client.call("hold.place", place(1, #","sale":"friday","customer":"ann""#))
            #expect(again.error?.reason == "customer_limit" && again.error?.details["available"] == 0)
            let shown = try await client.call("sale.get", #"{"name":"friday"}"#).result?["sale"]
            #expect(
                shown == [
                    "name": "friday", "tenant": "default", "state": "running", "starts_at": "2026-05-04T08:00:00.000Z",
                    "ends_at": "2026-05-04T09:00:00.000Z", "created_at": "2026-05-04T08:00:00.000Z", "ended_at": .null,
                    "lines": [
                        [
                            "sku": "A", "product_name": "Widget", "location": "store-1", "quantity": 12,
                            "price": ["amount": 999, "currency": "EUR"], "limit_per_customer": 3, "held": 3, "sold": 0,
                            "left": 9, "only_left": 9, "sold_out": false,
                        ]
                    ],
                ])
            fixture.time.pass(.hours(1))
            let over = try await client.call("sale.get", #"{"name":"friday"}"#).result?["sale"]
            #expect(over?["state"] == "ended" && over?["lines"]?[0]?["left"] == 0 && over?["lines"]?[0]?["only_left"] == .null)
            #expect(over?["lines"]?[0]?["sold_out"] == false)
            let late = try await client.call("hold.place", place(1, #","sale":"friday","customer":"bob""#))
            #expect(late.error?.reason == "sale_ended" && late.error?.details["ended_at"] == "2026-05-04T09:00:00.000Z")
            #expect(try await client.call("sale.list", #"{"state":"running"}"#).result?["sales"] == [])
            #expect(try await client.call("sale.end", #"{"name":"friday"}"#).result?["sale"]?["ended_at"] == .null)
            #expect(try await client.call("sale.end", #"{"name":"x"}"#).error?.code == .notFound)
        }
    }

    @Test func aSaleIsFollowedWithoutGapByWhoComesAndGoes() async throws {
        try await run { fixture, client in
            try await sale(client, quantity: 60)
            let kinds = #"["hold.placed","hold.confirmed","hold.cancelled","hold.refund_due","sale.ended"]"#
            let first = try await fixture.call("event.watch", #"{"kinds":\#(kinds)}"#)
            var cursor = try #require(first.result?["cursor"]?.text)
            async let bought: Void = {
                for index in 0..<60 {
                    let number = try id(try await client.call("hold.place", place(1, #","sale":"friday""#)))
                    if index % 3 == 0 { _ = try await client.call("hold.confirm", #"{"id":\#(number),"payment_ref":"p"}"#) }
                    if index % 3 == 0 { _ = try await client.call("hold.confirm", #"{"id":\#(number),"payment_ref":"q"}"#) }
                    if index % 3 == 1 { _ = try await client.call("hold.cancel", #"{"id":\#(number),"reason":"no"}"#) }
                }
                _ = try await client.call("sale.end", #"{"name":"friday"}"#)
            }()
            var events: [JSONValue] = []
            while events.last?["kind"] != "sale.ended" {
                let watcher = try fixture.client()
                _ = try await watcher.call("event.watch", #"{"kinds":\#(kinds),"since":"\#(cursor)"}"#)
                for _ in 0..<7 where events.last?["kind"] != "sale.ended" {
                    let line = try #require(try await watcher.line())
                    events.append(try #require(line.params?["event"]))
                    cursor = try #require(line.params?["cursor"]?.text)
                }
            }
            try await bought
            func all(_ kind: JSONValue) -> [JSONValue] { events.filter { $0["kind"] == kind } }
            let placed = all("hold.placed")
            #expect(placed.count == 60 && Set(placed.map { $0["hold"]?["id"] }).count == 60)
            // Twenty were given back by then, one after every third.
            let remaining: [JSONValue?] = (0..<60).map { index in JSONValue.number(Decimal(59 - index + (index + 1) / 3)) }
            #expect(placed.map { $0["hold"]?["lines"]?[0]?["remaining"] } == remaining)
            #expect(all("hold.confirmed").count == 20 && all("hold.cancelled").count == 20)
            #expect(all("hold.cancelled").allSatisfy { $0["note"] == "no" && $0["hold"]?["state"] == "cancelled" })
            #expect(all("hold.refund_due").map { $0["refund"]?["payment_ref"] } == Array(repeating: "q", count: 20))
            #expect(placed.allSatisfy { $0["hold"]?["sale"] == "friday" && $0["hold"]?["state"] == "held" })
            #expect(events.last?["sale"]?["lines"]?[0]?["sold"] == 20)
        }
    }
}
