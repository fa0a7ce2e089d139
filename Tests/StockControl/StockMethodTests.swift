import StockWire
import Testing

@testable import StockControl

@Suite(.timeLimit(.minutes(1))) struct StockMethodTests {
    @Test func theSummaryOfALocationIsOfAllTenantsThatHaveOneOfThatName() async throws {
        try await ControlFixture.run { fixture in
            try await fixture.stock()
            let client = try fixture.client()
            _ = try await client.call("tenant.create", #"{"name":"acme"}"#)
            for (name, quantity) in [("store-1", 0), ("annex", 100)] {
                _ = try await client.call("location.create", #"{"name":"\#(name)","time_zone":"UTC","tenant":"acme"}"#)
                _ = try await client.call(
                    "product.create",
                    #"{"sku":"\#(name)","name":"B","location":"\#(name)","initial_quantity":\#(quantity),"tenant":"acme"}"#)
            }
            _ = try await client.call("location.create", #"{"name":"empty","time_zone":"UTC","tenant":"acme"}"#)
            func summary(_ location: String, _ more: String = #","all_tenants":true"#) async throws -> SocketClient.Line {
                try await client.call("stock.summary", #"{"location":"\#(location)"\#(more)}"#)
            }
            let both = try await summary("store-1").result
            #expect(both?["healthy"] == 1 && both?["out"] == 1)
            #expect(both?["locations"]?[0]?["tenant"] == "acme" && both?["locations"]?[1]?["tenant"] == "default")
            // Only another tenant than the default one has it.
            #expect(try await summary("annex").result?["healthy"] == 1)
            #expect(try await summary("empty").result?["locations"] == [])
            #expect(try await summary("annexe").error?.code == .notFound)
            #expect(try await summary("annex", "").error?.code == .notFound)
        }
    }

    @Test func aLevelIsFoundByItsNamesAmongThoseOfItsTenant() async throws {
        try await ControlFixture.run { fixture in
            try await fixture.stock()
            let client = try fixture.client()
            _ = try await client.call("tenant.create", #"{"name":"acme"}"#)
            _ = try await client.call("location.create", #"{"name":"store-1","time_zone":"UTC","tenant":"acme"}"#)
            _ = try await client.call("location.create", #"{"name":"store-2","time_zone":"UTC"}"#)
            _ = try await client.call(
                "product.create",
                #"{"sku":"A","name":"Theirs","location":"store-1","initial_quantity":7,"tenant":"acme"}"#)
            func get(_ sku: String, _ location: String, _ more: String = "") async throws -> SocketClient.Line {
                try await client.call("stock.get", #"{"sku":"\#(sku)","location":"\#(location)"\#(more)}"#)
            }
            let ours = try await get("A", "store-1").result, theirs = try await get("A", "store-1", #","tenant":"acme""#).result
            #expect(ours?["level"]?["on_hand"] == 100 && ours?["levels"]?[0]?["name"] == "Widget")
            #expect(theirs?["level"]?["on_hand"] == 7 && theirs?["levels"]?[0]?["name"] == "Theirs")
            let missing = [try await get("B", "store-1"), try await get("A", "store-9"), try await get("A", "store-2")]
            #expect(
                missing.map(\.error?.message) == [
                    "no product has the SKU \"B\"", "no location is named \"store-9\"", "A has never been stocked at store-2",
                ])
            #expect(try await get("A", "store-2", #","tenant":"acme""#).error?.message == "no location is named \"store-2\"")
        }
    }
}
