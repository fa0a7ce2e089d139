import Foundation
import StockWire
import Testing

@testable import StockControl
@testable import StockStore

@Suite struct OverloadTests {
    /// The writer is kept busy while more is asked than may wait.
    @Test func tellsWhenToComeBackAndDoesWhatItHasTaken() async throws {
        try await ControlFixture.run(queueLimit: 5) { fixture in
            try await fixture.stock()
            let busy = Gate(), free = DispatchSemaphore(value: 0)
            fixture.store.write({ _ in
                busy.open()
                free.wait()
            }, completion: { _ in })
            await busy.wait()
            let client = try fixture.client()
            for id in 0..<20 {
                try await client.send(
                    line: #"{"jsonrpc":"2.0","id":\#(id),"method":"stock.sell","params":{"sku":"A","location":"store-1","quantity":1}}"#)
            }
            var refused = 0
            for _ in 0..<15 {
                let error = try #require(try await client.line()?.error)
                #expect(error.code == .unavailable && error.reason == "overloaded")
                guard case .number(let wait) = error.details["retry_after_ms"] else {
                    Issue.record("no retry_after_ms")
                    continue
                }
                #expect(wait >= 20 && wait <= 10_000)
                refused += 1
            }
            // Reads go on meanwhile.
            #expect(try await fixture.call("stock.get", #"{"sku":"A"}"#).error == nil)
            free.signal()
            for _ in 0..<5 { #expect(try await client.line()?.error == nil) }
            #expect(refused == 15)
            guard case .object(let result) = try await client.call("stock.get", #"{"sku":"A"}"#).result,
                case .object(let level) = result["level"]
            else { Issue.record("no level"); return }
            #expect(level["on_hand"] == 95)
        }
    }

    @Test func aFullDiskIsToldWithATimeToComeBack() async throws {
        try await ControlFixture.run { fixture in
            try await fixture.stock()
            try await fixture.store.write { tx in
                let pages = try tx.sql.int(SQL("PRAGMA page_count"))
                _ = try tx.sql.int(SQL("PRAGMA max_page_count = \(pages)"))
            }
            let client = try fixture.client()
            var refusal: ErrorObject?
            for quantity in 0..<2000 where refusal == nil {
                refusal = try await client.call("stock.set", #"{"sku":"A","location":"store-1","quantity":\#(quantity)}"#).error
            }
            #expect(refusal?.code == .unavailable)
            #expect(refusal?.details["retry_after_ms"] == 5000)
        }
    }
}
