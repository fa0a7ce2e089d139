import StockDomain
import StockPOS
import StockTestSupport
import StockTransport
import Synchronization
import Testing

/// What happens on the way to Square and back.
@Suite struct SquareTroubleTests {
    static let passing: [FakeSquare.Fault] = [
        .status(429, code: "RATE_LIMITED"), .status(408, code: "REQUEST_TIMEOUT"), .status(500, code: "INTERNAL_SERVER_ERROR"),
        .status(502, code: "BAD_GATEWAY"), .status(503, code: "SERVICE_UNAVAILABLE"), .status(504, code: "GATEWAY_TIMEOUT"),
        .status(400, code: "RATE_LIMITED"), .dropped, .garbage,
    ]

    @Test(arguments: passing)
    func whatPassesIsTriedAgain(fault: FakeSquare.Fault) async throws {
        try await SquareFixture.run { square in
            for path in ["/locations", "/catalog/search", "counts/batch-retrieve", "/orders/search"] {
                square.fake.fail(path, times: 2, with: fault)
            }
            try await square.sync()
            #expect(square.sink.now.products.count == 4)
            #expect(square.pauses.count == 8)
        }
    }

    /// Only the first request is short of patience: the others must not depend on how busy this machine is.
    private final class Hasty: HTTPClient {
        private let isFirst = Mutex(true)

        func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
            var request = request
            let hurries = isFirst.withLock { first in
                defer { first = false }
                return first
            }
            if hurries { request.timeout = .milliseconds(50) }
            return try await SquareFixture.http.send(request)
        }
    }

    @Test func aServerThatDoesNotAnswerIsGivenUpAndAskedAgain() async throws {
        try await SquareFixture.run { square in
            square.fake.fail("/locations", with: .silence)
            let source = SquareSource(
                name: "hasty", configuration: SquareConfiguration(url: square.fake.url, token: "EAAA-fake"), http: Hasty(),
                pause: { _ in })
            try await source.sync(resume: nil, into: square.sink, now: SquareFixture.start)
            #expect(square.fake.requests.map(\.status).prefix(2) == [0, 200])
        }
    }

    @Test func pausesGrowAndTheRunEndsInTheEnd() async throws {
        try await SquareFixture.run { square in
            square.fake.fail(times: 100, with: .status(500, code: "INTERNAL_SERVER_ERROR"))
            let failure = await square.failure()
            guard case .transient(retryAfter: nil)? = failure?.kind else {
                Issue.record("\(String(describing: failure))")
                return
            }
            #expect(failure?.description == "/v2/locations: Square answered 500: INTERNAL_SERVER_ERROR as ordered by the test")
            #expect(square.pauses == [0.5, 1, 2, 4, 8].map { .seconds($0) })
        }
    }

    @Test func aSquareThatCannotBeReachedIsReportedSoon() async throws {
        try await SquareFixture.run { square in
            await square.fake.stop()
            guard case .transient(retryAfter: nil)? = await square.failure()?.kind else {
                Issue.record("the failure is not taken for one that passes")
                return
            }
            #expect(square.pauses == [.milliseconds(500), .seconds(1)])
        }
    }

    @Test func squaresOwnWaitIsHonouredWithinTheRunOrByTheNext() async throws {
        try await SquareFixture.run { square in
            square.fake.fail("/locations", with: .status(429, code: "RATE_LIMITED", retryAfter: "7"))
            square.fake.fail("/catalog/search", with: .status(429, code: "RATE_LIMITED", retryAfter: "60"))
            square.fake.fail("/orders/search", with: .status(429, code: "RATE_LIMITED", retryAfter: "soon"))
            try await square.sync()
            #expect(square.pauses == [.seconds(7), .seconds(60), .milliseconds(500)])

            square.fake.fail(times: 1, with: .status(429, code: "RATE_LIMITED", retryAfter: "3600"))
            guard case .transient(retryAfter: .seconds(3600))? = await square.failure()?.kind else {
                Issue.record("the wait is not reported")
                return
            }
        }
    }

    @Test(arguments: [
        FakeSquare.Fault.status(401, code: "UNAUTHORIZED"), .status(401, code: "ACCESS_TOKEN_EXPIRED"),
        .status(401, code: "ACCESS_TOKEN_REVOKED"), .status(403, code: "INSUFFICIENT_SCOPES"), .status(403, code: "A_NEW_CODE"),
        .status(400, code: "INSUFFICIENT_SCOPES"),
    ])
    func credentialsThatDoNotDoAreForTheOperator(fault: FakeSquare.Fault) async throws {
        try await SquareFixture.run { square in
            square.fake.fail("counts/batch-retrieve", with: fault)
            let failure = await square.failure()
            guard case .misconfigured? = failure?.kind else {
                Issue.record("\(String(describing: failure))")
                return
            }
            #expect(square.pauses.isEmpty)
        }
    }

    @Test func theTokenIsInNoErrorAndNoDescription() async throws {
        let token = "EAAA-very-secret"
        try await SquareFixture.run(token: token) { square in
            let failure = await square.failure()
            #expect(failure?.description.contains("UNAUTHORIZED") == true)
            square.fake.fail(with: .status(401, code: token))
            let echoed = await square.failure()
            #expect(echoed?.description.contains("[token]") == true)
            var dumped = ""
            dump(SquareConfiguration(token: token), to: &dumped)
            dump(square.source(), to: &dumped)
            for text in [failure, echoed].compactMap(\.?.description) + [dumped, "\(SquareConfiguration(token: token))", "\(square.source())"] {
                #expect(!text.contains(token))
            }
        }
    }

    @Test func missingScopesAreNamed() async throws {
        var shop = FakeSquareShop.small()
        shop.scopes.remove("ORDERS_READ")
        try await SquareFixture.run(shop: shop) { square in
            let failure = await square.failure()
            #expect(failure?.description.contains("ORDERS_READ") == true)
        }
    }

    @Test func answersThatStayUnreadableBreakTheProtocol() async throws {
        try await SquareFixture.run { square in
            square.fake.fail("/catalog/search", times: 6, with: .garbage)
            let failure = await square.failure()
            guard case .protocolBroken? = failure?.kind else {
                Issue.record("\(String(describing: failure))")
                return
            }
            try await square.sync()
        }
    }

    @Test(arguments: ["/catalog/search", "counts/batch-retrieve", "/orders/search"])
    func aCursorThatRepeatsEndsTheRunAndTheNextStartsThePhaseAgain(path: String) async throws {
        try await SquareFixture.run { square in
            square.fake.fail(path, times: 50, with: .repeatedCursor)
            let failure = await square.failure()
            guard case .protocolBroken? = failure?.kind else {
                Issue.record("\(String(describing: failure))")
                return
            }
            #expect(square.fake.requests.count < 12)
            square.fake.clearFaults()
            try await square.sync()
            #expect(square.sink.level("V-SMALL", "L1") == .counted(Quantity(40)))
        }
    }

    @Test func aRunThatIsRateLimitedToDeathGoesOnWhereItStopped() async throws {
        var shop = FakeSquareShop.small()
        shop.pageLimit = 1
        try await SquareFixture.run(shop: shop) { square in
            square.sink.crash(after: 4)
            await #expect(throws: RecordingSink.Crash.self) { try await square.sync() }
            square.sink.crash(after: nil)
            square.fake.fail(times: 6, with: .status(429, code: "RATE_LIMITED"))
            #expect(await square.failure() != nil)
            square.fake.forgetRequests()
            try await square.sync()
            #expect(square.fake.requests.first?.path == "/v2/inventory/counts/batch-retrieve")
            #expect(!square.fake.requests.contains { $0.path == "/v2/locations" })
        }
    }

    @Test func cursorsThatExpiredStartTheirPhaseAgain() async throws {
        var shop = FakeSquareShop.small()
        shop.pageLimit = 1
        try await SquareFixture.run(shop: shop) { square in
            square.sink.crash(after: 6)
            await #expect(throws: RecordingSink.Crash.self) { try await square.sync() }
            square.sink.crash(after: nil)
            square.fake.shop { $0.expireCursors() }
            square.fake.forgetRequests()
            try await square.sync()
            #expect(square.fake.requests.map(\.status).prefix(2) == [400, 200])
            #expect(square.sink.now.levels.count == 6)
        }
    }

    @Test func cursorsThatAreNeverTakenDoNotKeepARunGoing() async throws {
        var shop = FakeSquareShop.small()
        shop.pageLimit = 2
        try await SquareFixture.run(shop: shop) { square in
            square.sink.crash(after: 2)
            await #expect(throws: RecordingSink.Crash.self) { try await square.sync() }
            square.sink.crash(after: nil)
            square.fake.fail("/catalog/search", times: 100, with: .status(400, code: "INVALID_CURSOR"))
            guard case .protocolBroken? = await square.failure()?.kind else {
                Issue.record("the run went on")
                return
            }
        }
    }

    @Test func aRunThatWasInterruptedLongAgoStillReachesThePresent() async throws {
        try await SquareFixture.run { square in
            square.sink.crash(after: 2)
            await #expect(throws: RecordingSink.Crash.self) { try await square.sync() }
            square.sink.crash(after: nil)
            square.advance(by: .days(2))
            square.fake.shop { $0.addItem("I-LATE", name: "Late", variations: [.init("V-LATE")]) }
            try await square.sync()
            #expect(square.sink.now.products["V-LATE"]?.name == "Late")
        }
    }

    @Test(arguments: ["", "{}", "nonsense", #"{"version":99,"step":"counts"}"#])
    func aBookmarkThatCannotBeReadMeansAFullRun(bookmark: String) async throws {
        try await SquareFixture.run { square in
            try await square.source().sync(resume: bookmark, into: square.sink, now: SquareFixture.start)
            #expect(square.sink.now.products.count == 4)
        }
    }
}
