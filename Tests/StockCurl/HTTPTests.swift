import Foundation
import StockCurl
import StockTestSupport
import StockTransport
import Testing

/// What the test server recorded of a request.
struct ReceivedRequest: Decodable {
    var method: String
    var path: String
    var headers: [String: String]
    var body: String
    /// The client's port: the same for exchanges on one connection.
    var port: Int
}

// One after another: each test starts a server.
@Suite(.serialized) struct HTTPTests {
    private let transport = CurlTransport(userAgent: "stockd/9.9.9")

    private static func failure(_ send: () async throws(TransportError) -> HTTPResponse) async -> TransportError? {
        do {
            _ = try await send()
            return nil
        } catch {
            return error
        }
    }

    @Test func sendsARequestAndReadsTheAnswer() async throws {
        let server = try await ServerProcess.start("http_server.py")
        let request = HTTPRequest(
            .post, "http://127.0.0.1:\(server.port)/hook?status=202&body=taken&retry-after=7",
            headers: [("Content-Type", "application/json"), ("X-Empty", "")], body: Array(#"{"a":"ü"}"#.utf8))
        let response = try await transport.send(request)
        #expect(response.status == 202)
        #expect(String(decoding: response.body, as: UTF8.self) == "taken")
        #expect(response.header("retry-after") == "7")
        let received: ReceivedRequest = try await server.next("request").decoded()
        #expect(received.method == "POST")
        #expect(received.body == #"{"a":"ü"}"#)
        #expect(received.headers["content-type"] == "application/json")
        #expect(received.headers["user-agent"] == "stockd/9.9.9")
        #expect(received.headers["x-empty"] == "")
        #expect(received.headers["expect"] == nil)
    }

    @Test func sendsAnEmptyBodyWithoutInventingItsType() async throws {
        let server = try await ServerProcess.start("http_server.py")
        _ = try await transport.send(HTTPRequest(.post, "http://127.0.0.1:\(server.port)/"))
        let received: ReceivedRequest = try await server.next("request").decoded()
        #expect(received.headers["content-length"] == "0")
        #expect(received.headers["content-type"] == nil)
    }

    @Test func sendsALargeBodyWhole() async throws {
        let server = try await ServerProcess.start("http_server.py")
        let body = [UInt8](repeating: UInt8(ascii: "b"), count: 3 << 20)
        _ = try await transport.send(HTTPRequest(.post, "http://127.0.0.1:\(server.port)/", body: body))
        let received: ReceivedRequest = try await server.next("request").decoded()
        #expect(received.body.utf8.count == body.count)
    }

    @Test func reusesTheConnectionUnlessItMustBeSentOnce() async throws {
        let server = try await ServerProcess.start("http_server.py")
        var ports: [Int] = []
        for once in [false, false, true] {
            _ = try await transport.send(HTTPRequest(.get, "http://127.0.0.1:\(server.port)/", once: once))
            ports.append(try await server.next("request").decoded(as: ReceivedRequest.self).port)
        }
        #expect(ports[0] == ports[1])
        #expect(ports[1] != ports[2])
    }

    @Test func runsManyExchangesAtOnce() async throws {
        let server = try await ServerProcess.start("http_server.py")
        let transport = transport
        let bodies = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<50 {
                group.addTask {
                    let url = "http://127.0.0.1:\(server.port)/?body=\(number)"
                    return String(decoding: try await transport.send(HTTPRequest(.get, url)).body, as: UTF8.self)
                }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(bodies.count == 50)
    }

    @Test func doesNotFollowRedirects() async throws {
        let server = try await ServerProcess.start("http_server.py")
        let url = "http://127.0.0.1:\(server.port)/"
        let response = try await transport.send(HTTPRequest(.get, url + "?status=302&location=/elsewhere"))
        #expect(response.status == 302)
        #expect(response.header("location") == "/elsewhere")
    }

    @Test func ignoresProxiesOfTheEnvironment() async throws {
        let server = try await ServerProcess.start("http_server.py")
        setenv("http_proxy", "http://127.0.0.1:1", 1)
        defer { unsetenv("http_proxy") }
        let response = try await transport.send(HTTPRequest(.get, "http://127.0.0.1:\(server.port)/"))
        #expect(response.status == 200)
    }

    @Test(arguments: ["flood=200000", "body=" + String(repeating: "b", count: 2000), "headers=90000000"])
    func refusesAnswersThatAreTooLarge(query: String) async throws {
        let server = try await ServerProcess.start("http_server.py")
        let request = HTTPRequest(.get, "http://127.0.0.1:\(server.port)/?\(query)", responseLimit: 1000)
        let error = await Self.failure { () throws(TransportError) in try await transport.send(request) }
        #expect(error?.code == .tooLarge)
        #expect(error?.mayHaveBeenProcessed == true)
    }

    @Test func givesUpOnAServerThatNeverAnswers() async throws {
        let server = try await ServerProcess.start("http_server.py")
        let request = HTTPRequest(.post, "http://127.0.0.1:\(server.port)/secret?silent=1", timeout: .seconds(3))
        let error = await Self.failure { () throws(TransportError) in try await transport.send(request) }
        #expect(error?.code == .timedOut)
        #expect(error?.mayHaveBeenProcessed == true)
        #expect(error?.description.contains("secret") == false)
    }

    @Test(arguments: ["drop=1", "cut=1"])
    func reportsAConnectionThatBreaks(query: String) async throws {
        let server = try await ServerProcess.start("http_server.py")
        let request = HTTPRequest(.post, "http://127.0.0.1:\(server.port)/secret?\(query)")
        let error = await Self.failure { () throws(TransportError) in try await transport.send(request) }
        #expect(error?.code == .broken)
        #expect(error?.mayHaveBeenProcessed == true)
        #expect(error?.description.hasPrefix("http://127.0.0.1:\(server.port): ") == true)
    }

    @Test func cancellingAbortsTheExchange() async throws {
        let server = try await ServerProcess.start("http_server.py")
        let transport = transport
        let task = Task {
            await Self.failure { () throws(TransportError) in
                try await transport.send(HTTPRequest(.get, "http://127.0.0.1:\(server.port)/?silent=1"))
            }
        }
        _ = try await server.next("request")
        task.cancel()
        let error = await task.value
        #expect(error?.code == .cancelled)
        #expect(error?.mayHaveBeenProcessed == true)
    }

    @Test func aTaskThatIsCancelledAlreadySendsNothing() async throws {
        let server = try await ServerProcess.start("http_server.py")
        let transport = transport
        let error = await withTaskGroup(of: TransportError?.self) { group in
            group.cancelAll()
            group.addTask {
                await Self.failure { () throws(TransportError) in
                    try await transport.send(HTTPRequest(.get, "http://127.0.0.1:\(server.port)/cancelled"))
                }
            }
            return await group.next() ?? nil
        }
        #expect(error?.code == .cancelled)
        #expect(error?.mayHaveBeenProcessed == false)
        _ = try await transport.send(HTTPRequest(.get, "http://127.0.0.1:\(server.port)/next"))
        #expect(try await server.next("request").decoded(as: ReceivedRequest.self).path == "/next")
    }

    @Test func cancellingAndCompletingAtOnceSettleEachExchangeExactlyOnce() async throws {
        let server = try await ServerProcess.start("http_server.py")
        let transport = transport
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<100 {
                group.addTask {
                    let task = Task {
                        await Self.failure { () throws(TransportError) in
                            try await transport.send(HTTPRequest(.get, "http://127.0.0.1:\(server.port)/\(number)"))
                        }
                    }
                    for _ in 0..<(number * 7 % 40) { await Task.yield() }
                    task.cancel()
                    let error = await task.value
                    #expect(error == nil || error?.code == .cancelled)
                }
            }
        }
    }

    @Test func releasingTheTransportEndsWhatIsUnderWay() async throws {
        let server = try await ServerProcess.start("http_server.py")
        var transport: CurlTransport? = CurlTransport(userAgent: "stockd/0")
        weak let released = transport
        let response = try await transport?.send(HTTPRequest(.get, "http://127.0.0.1:\(server.port)/"))
        #expect(response?.status == 200)
        transport = nil
        #expect(released == nil)
    }

    @Test func saysThatNobodyListens() async throws {
        let server = try await ServerProcess.start("http_server.py")
        let port = server.port
        server.stop()
        let error = await Self.failure { () throws(TransportError) in
            try await transport.send(HTTPRequest(.get, "http://127.0.0.1:\(port)/"))
        }
        #expect(error?.code == .unreachable)
        #expect(error?.description == "http://127.0.0.1:\(port): cannot connect (Connection refused)")
        #expect(error?.mayHaveBeenProcessed == false)
    }

    @Test func saysThatANameCannotBeResolved() async throws {
        let error = await Self.failure { () throws(TransportError) in
            try await transport.send(HTTPRequest(.get, "https://nowhere.invalid/secret"))
        }
        #expect(error?.code == .unreachable)
        #expect(error?.description == "https://nowhere.invalid: the host's name cannot be resolved")
    }

    @Test(arguments: [
        "ftp://127.0.0.1/", "file:///etc/passwd", "127.0.0.1", "http://", "http://user:word@127.0.0.1/",
        "http://127.0.0.1/a b", "http://127.0.0.1/\r\nX: y", "http://127.0.0.1/\0", "http://ex\u{e4}mple/",
        "http://127.0.0.1:99999999/", "smtp://127.0.0.1/",
    ])
    func refusesURLsThatAreNotPlainHTTP(url: String) async throws {
        let error = await Self.failure { () throws(TransportError) in try await transport.send(HTTPRequest(.get, url)) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.mayHaveBeenProcessed == false)
    }

    @Test(arguments: [
        ("X-A", "a\r\nX-B: b"), ("X-A", "a\n"), ("X-A", "a\0b"), ("X-A", "\u{7F}"), ("X A", "a"), ("X-A:", "a"), ("", "a"),
        ("X\r\nA", "a"),
    ])
    func refusesHeadersThatCouldForgeOthers(name: String, value: String) async throws {
        let error = await Self.failure { () throws(TransportError) in
            try await transport.send(HTTPRequest(.get, "http://127.0.0.1:1/", headers: [(name, value)]))
        }
        #expect(error?.code == .invalidRequest)
    }
}
