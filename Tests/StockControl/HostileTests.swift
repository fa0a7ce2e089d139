import Foundation
import StockTestSupport
import StockWire
import Testing

@testable import StockControl

/// Whatever comes, in whatever pieces: each line is answered, and the next client is served.
@Suite struct HostileTests {
    private static let seeds = [
        #"{"jsonrpc":"2.0","id":1,"method":"stock.set","params":{"sku":"A","location":"store-1","quantity":3}}"#,
        #"{"jsonrpc":"2.0","id":"x","method":"product.create","params":{"sku":"B","name":"B","price":{"amount":1,"currency":"USD"}}}"#,
        #"[{"jsonrpc":"2.0","id":1,"method":"location.list"},{"jsonrpc":"2.0","id":2,"method":"event.watch"}]"#,
        #"{"jsonrpc":"2.0","id":1e3,"method":"stock.list","params":{"limit":1000,"cursor":"1.2"}}"#,
    ]
    private static let pieces = [
        "{", "}", "[", "]", "\"", "\\", "\\u0000", "\\ud800", ",", ":", "-", "1e999", "1e-999", "0.00001", "null", "true",
        "99999999999999999999", "\u{0}", "\u{202E}", "\u{1F980}", " ", "\r", "'; DROP TABLE product; --",
    ].map { Array($0.utf8) } + [[0xC0], [0xFF], [0xED, 0xA0, 0x80]]

    private func line(_ random: inout SeededGenerator) -> [UInt8] {
        var bytes = Array(Self.seeds.randomElement(using: &random)!.utf8)
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            let at = Int.random(in: 0..<bytes.count, using: &random)
            let end = min(bytes.count, at + Int.random(in: 0...6, using: &random))
            bytes.replaceSubrange(at..<end, with: Self.pieces.randomElement(using: &random)!)
            if bytes.isEmpty { bytes = [0x20] }
        }
        return bytes.filter { $0 != 0x0A }
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func mutatedRequestsHarmNobody(seed: UInt64) async throws {
        try await ControlFixture.run { fixture in
            try await fixture.stock()
            var random = SeededGenerator(seed: seed)
            for _ in 0..<10 {
                let client = try fixture.client()
                var bytes: [UInt8] = []
                for _ in 0..<40 { bytes += line(&random) + [0x0A] }
                while !bytes.isEmpty {
                    let piece = Array(bytes.prefix(Int.random(in: 1...700, using: &random)))
                    bytes.removeFirst(piece.count)
                    try await client.send(piece)
                }
                // Answers come in any order; this one says that all was read.
                try await client.send(line: #"{"jsonrpc":"2.0","id":"last","method":"tenant.list"}"#)
                while let text = try await client.text(), !text.contains(#""id":"last""#) {
                    #expect(text.utf8.first == UInt8(ascii: "{") || text.utf8.first == UInt8(ascii: "["))
                    _ = try JSON.decode(JSONValue.self, from: text.utf8)
                }
            }
            let reply = try await fixture.call("product.get", #"{"sku":"A"}"#)
            #expect(reply.error == nil)
        }
    }
}
