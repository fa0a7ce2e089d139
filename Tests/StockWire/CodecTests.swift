import FoundationEssentials
import StockTestSupport
@testable import StockWire
import Testing

/// Our decoder and encoder against Foundation's, on input made from seeds.
@Suite struct CodecTests {
    @Test(arguments: 0..<40) func writesWhatFoundationWritesAndReadsWhatItReads(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let value = JSONValue.random(&random, depth: 4)
            let general = try JSON.encodeGenerally(value)
            // It leaves names with escapes to the general one.
            if let written = try? JSONWriter.bytes(value) { #expect(written == general) }
            #expect(try decoded(JSONValue.self, general) == JSONDecoder().decode(JSONValue.self, from: Data(general)))
        }
    }

    @Test(arguments: 0..<20) func writesResultsAsFoundationDoes(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        func text() -> String { String.random(&random) }
        func decimal() -> Decimal { Decimal.random(&random) }
        for _ in 0..<50 {
            let level = Wire.Level(
                tenant: text(), sku: text(), name: text(), category: Bool.random(using: &random) ? text() : nil,
                location: text(), onHand: decimal(), held: decimal(), available: decimal(), incoming: decimal(),
                tracking: .tracked, stale: Bool.random(using: &random), severity: Wire.Severity.allCases.randomElement(using: &random))
            let result = StockGet.Result(levels: Bool.random(using: &random) ? [level] : [level, level])
            try check(result)
            try check(StockList.Result(levels: [level], nextCursor: Bool.random(using: &random) ? text() : nil))
            let time = Wire.Time(milliseconds: Int64.random(in: 0...4_000_000_000_000, using: &random))
            func maybe<T>(_ value: T) -> T? { Bool.random(using: &random) ? value : nil }
            let hold = Wire.Hold(
                id: Int64.random(in: 0...Int64.max, using: &random), tenant: text(), state: Wire.HoldState.allCases.randomElement(using: &random)!,
                orderRef: text(), customer: maybe(text()), sale: maybe(text()), placedAt: time, expiresAt: time,
                confirmedAt: maybe(time), cancelledAt: maybe(time), expiredAt: maybe(time), cancelReason: maybe(text()),
                paymentRef: maybe(text()), late: Bool.random(using: &random), atRisk: Bool.random(using: &random),
                lines: (0..<Int.random(in: 0...3, using: &random)).map { _ in
                    Wire.HoldLine(
                        sku: text(), name: text(), location: text(), quantity: decimal(),
                        price: maybe(Wire.Money(amount: 5, currency: "EUR")), remaining: decimal())
                },
                refusedPayments: maybe([Wire.RefusedPayment(paymentRef: text(), at: time, reason: text(), available: decimal())]) ?? [])
            try check(HoldReply(hold: hold))
            try check(HoldPlace.Result(hold: hold, remaining: maybe(decimal())))
            func count() -> Int { Int.random(in: 0...1_000_000, using: &random) }
            try check(
                SystemStatus.Result(
                    version: text(), protocolVersion: count(), uptimeS: count(), ready: Bool.random(using: &random),
                    database: Wire.Database(engine: text(), bytes: Int64.random(in: 0...Int64.max, using: &random)),
                    counts: Wire.Counts(
                        tenants: count(), locations: count(), products: count(), levels: count(), alertsOpen: count(),
                        deliveriesQueued: count(), deliveriesDead: count(), inboxUnread: maybe(count())),
                    holds: maybe(Wire.HoldCounts(held: count(), levelsAtRisk: count(), refundsDue: count())),
                    sources: (0..<Int.random(in: 0...2, using: &random)).map { _ in
                        Wire.Source(
                            name: text(), kind: text(), tenant: text(), state: .waiting, phase: maybe(text()),
                            lastSuccessAt: maybe(time), nextRunAt: maybe(time), pages: count(), countsApplied: count(),
                            salesApplied: count(), skipped: maybe([Wire.Skipped(object: text(), reason: text())]) ?? [],
                            skippedCount: count(), error: maybe(text()),
                            pause: maybe(Wire.SourcePause(since: time, until: maybe(time), by: text(), comment: maybe(text()))))
                    },
                    channels: maybe([Wire.Channel(kind: .email, state: .failing, error: maybe(text()))]) ?? []))
        }
        let error = ErrorObject.conflict(text(), reason: text(), details: ["available": .number(decimal())])
        #expect(try JSONWriter.bytes(error) == JSON.encodeGenerally(error))
    }

    /// However it is written, it is what Foundation writes, and is read as what it was.
    private func check<T: Codable & Equatable>(_ value: T) throws {
        let general = try JSON.encodeGenerally(value)
        #expect(try JSON.encode(value) == general)
        #expect(try JSONWriter.bytes(value) == general)
        #expect(try decoded(T.self, general) == value)
    }

    /// What is read from a line that was damaged at random is what Foundation reads from it, or it is refused.
    @Test(arguments: 0..<40) func readsDamagedRequestsAsFoundationDoesOrRefusesThem(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let whole = [
            #"{"sku":"A\u00e9\n","location":"Läden","quantity":12.50,"reason":null,"idempotency_key":"k1"}"#,
            #"{"sku":"A","location":"s","quantity":-3e2}"#,
            #"{"sku":"\ud83d\ude00","location":"","quantity":0.00001,"tenant":"t"}"#,
        ]
        var accepted = 0
        for _ in 0..<400 {
            var params = Array(whole.randomElement(using: &random)!.utf8)
            for _ in 0..<Int.random(in: 0...2, using: &random) { params.mutate(&random) }
            let line = Array(#"{"jsonrpc":"2.0","id":1,"method":"stock.set","params":"#.utf8) + params + Array("}".utf8)
            guard case .single(let incoming) = IncomingLine(line) else { continue }
            let theirs = try? JSONDecoder().decode(StockSet.Params.self, from: Data(params))
            switch incoming {
            case .request(let request):
                accepted += 1
                #expect(request.params as? StockSet.Params == theirs)
            case .refused(_, let error):
                // What only we refuse is an unknown member, a key twice among them, or an escaped half of a surrogate.
                if theirs != nil { #expect(error.number == -32602 || error.number == -32700) }
            case .refusedNotification: Issue.record("a request became a notification")
            }
        }
        #expect(accepted > 100)
    }

    @Test(arguments: ["0", "-0", "7", "-12.5", "0.00001", "123456789012345678", "1234567890123456789", "1.50", "1e2", "-1.5E-3", "99999999999999999999.5"])
    func readsNumbersAsFoundationDoes(text: String) throws {
        #expect(try decoded([Decimal].self, Array("[\(text)]".utf8)) == [try JSONDecoder().decode(Decimal.self, from: Data(text.utf8))])
        let theirs = try? JSONDecoder().decode(Int64.self, from: Data(text.utf8))
        #expect((try? decoded([Int64].self, Array("[\(text)]".utf8)))?.first == theirs)
    }

    private func decoded<T: Decodable>(_ type: T.Type, _ json: [UInt8]) throws -> T {
        try json.withUnsafeBytes { bytes in
            try StrictDecoder(try JSONTape(bytes), 0, root: 0).decode(type, at: 0)
        }
    }
}

extension JSONValue {
    fileprivate static func random(_ random: inout SeededGenerator, depth: Int) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 6 : 4), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2: return .number(.random(&random))
        case 3: return .string(.random(&random))
        case 4: return .array((0..<Int.random(in: 0...5, using: &random)).map { _ in .random(&random, depth: depth - 1) })
        default:
            let members = (0..<Int.random(in: 0...6, using: &random)).map { _ in
                (String.random(&random), JSONValue.random(&random, depth: depth - 1))
            }
            return .object(Dictionary(members) { first, _ in first })
        }
    }
}

extension String {
    fileprivate static func random(_ random: inout SeededGenerator) -> String {
        let alphabet = Array("abzAZ09_-./ \"\\\n\t\u{0}\u{1f}\u{7f}éß€😀\u{2028}\u{202e}")
        return String((0..<Int.random(in: 0...12, using: &random)).map { _ in alphabet.randomElement(using: &random)! })
    }
}

extension Decimal {
    fileprivate static func random(_ random: inout SeededGenerator) -> Decimal {
        let digits = Int64.random(in: -1_000_000_000...1_000_000_000, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return Decimal(digits % 1000)
        case 1: return Decimal(sign: .minus, exponent: Int.random(in: -12...12, using: &random), significand: Decimal(digits))
        default: return Decimal(digits) / [1, 10, 100_000, 1_000_000_000].randomElement(using: &random)!
        }
    }
}

extension [UInt8] {
    fileprivate mutating func mutate(_ random: inout SeededGenerator) {
        let at = Int.random(in: 0..<count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: self[at] = UInt8.random(in: 0...255, using: &random)
        case 1: remove(at: at)
        case 2: insert(Array(#"{}[]",:\0123456789.eE-+tfn u"#.utf8).randomElement(using: &random)!, at: at)
        default: swapAt(at, Int.random(in: 0..<count, using: &random))
        }
    }
}
