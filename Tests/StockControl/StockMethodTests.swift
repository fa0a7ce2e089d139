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
}
