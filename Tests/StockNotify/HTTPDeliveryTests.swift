import Crypto
import Foundation
import StockCurl
import StockDomain
import StockNotify
import StockTestSupport
import Testing

/// Slack and webhooks through libcurl to an HTTP server, whose record says what arrived.
@Suite(.serialized) struct HTTPDeliveryTests {
    private struct Received: Decodable {
        var method: String
        var path: String
        var headers: [String: String]
        var body: String
    }

    private let transport = CurlTransport(userAgent: "stockd/0")

    private func channels(_ url: String) -> [any Channel] {
        [
            SlackChannel(urls: ["ops": url], http: transport),
            WebhookChannel(urls: ["ops": url], signingKey: "s3cret", http: transport),
        ]
    }

    @Test func aSignedBodyArrivesAsItWasSigned() async throws {
        let server = try await ServerProcess.start("http_server.py")
        let channel = WebhookChannel(urls: ["ops": "http://127.0.0.1:\(server.port)/hook"], signingKey: "s3cret", http: transport)
        #expect(await channel.send(Sample.evil, to: "ops", now: Sample.noon) == .sent(reference: nil))
        let received: Received = try await server.next("request").decoded()
        #expect(received.method == "POST")
        let timestamp = try #require(received.headers["x-stockd-timestamp"])
        let mac = HMAC<SHA256>.authenticationCode(
            for: Data("\(timestamp).\(received.body)".utf8), using: SymmetricKey(data: Data("s3cret".utf8)))
        #expect(received.headers["x-stockd-signature"] == "v1=" + mac.map { String(format: "%02x", $0) }.joined())
        #expect(received.headers["user-agent"] == "stockd/0")
    }

    @Test func slackGetsOneJSONObjectWithTextAndBlocks() async throws {
        let server = try await ServerProcess.start("http_server.py")
        let channel = SlackChannel(urls: ["ops": "http://127.0.0.1:\(server.port)/services/T/B/x?body=ok"], http: transport)
        #expect(await channel.send(Sample.evil, to: "ops", now: Sample.noon) == .sent(reference: nil))
        let received: Received = try await server.next("request").decoded()
        let body = try #require(try JSONSerialization.jsonObject(with: Data(received.body.utf8)) as? [String: Any])
        #expect(Set(body.keys) == ["text", "blocks"])
        #expect(received.headers["content-type"] == "application/json; charset=utf-8")
        #expect(!received.body.contains("<!channel>"))
    }

    @Test func askedForPatienceWaitsAsLong() async throws {
        let server = try await ServerProcess.start("http_server.py")
        for channel in channels("http://127.0.0.1:\(server.port)/?status=429&retry-after=17") {
            guard case .retry(after: .seconds(17), _) = await channel.send(Sample.single, to: "ops", now: Sample.noon) else {
                Issue.record("\(channel.kind) does not wait")
                return
            }
        }
    }

    @Test(arguments: ["status=302&location=/elsewhere", "status=500", "status=404", "drop=1", "cut=1"])
    func noVerdictTellsTheSecretPath(query: String) async throws {
        let server = try await ServerProcess.start("http_server.py")
        for channel in channels("http://127.0.0.1:\(server.port)/services/s3cretpath?\(query)") {
            let verdict = await channel.send(Sample.single, to: "ops", now: Sample.noon)
            #expect(!"\(verdict)".contains("s3cret"))
            if case .sent = verdict { Issue.record("\(channel.kind) took it for sent") }
        }
    }
}
