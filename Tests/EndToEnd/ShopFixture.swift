import Crypto
import Foundation
import struct StockDomain.Timestamp
import StockTestSupport
import Testing

/// stockd between a Square account, a mail server and a receiver of webhooks, all of them real servers on loopback ports.
final class ShopFixture {
    struct Mail: Decodable {
        struct Part: Decodable {
            var type: String
            var text: String
        }

        struct Content: Decodable {
            var headers: [String: String]
            var parts: [Part]
            var defects: [String]
            var raw: String
        }

        var recipients: [String]
        var mail: Content

        var subject: String { mail.headers["subject"] ?? "" }
        func text(_ type: String = "text/plain") -> String { mail.parts.first { $0.type == type }?.text ?? "" }
    }

    struct Hook: Decodable {
        var path: String
        var headers: [String: String]
        var body: String

        func object() throws -> [String: Any] {
            try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
        }

        /// As the receiver of a signed webhook checks it.
        func isSigned(with key: String) -> Bool {
            let timestamp = headers["x-stockd-timestamp"] ?? ""
            let code = HMAC<SHA256>.authenticationCode(
                for: Data("\(timestamp).\(body)".utf8), using: SymmetricKey(data: Data(key.utf8)))
            return headers["x-stockd-signature"] == "v1=" + code.map { String(format: "%02x", $0) }.joined()
        }
    }

    static let token = "EAAA-very-secret-token", password = "mail-very-secret", signingKey = "sign-very-secret"

    let square: FakeSquare
    let mail: ServerProcess
    let hooks: ServerProcess
    let daemon: RunningDaemon
    /// What the webhooks' URLs end with; secrets, as far as stockd is concerned.
    var slackPath = "/services/T000/slack-very-secret", erpPath = "/erp-very-secret"
    /// Where Square is to be found; nil: where it is.
    var squareURL: String?

    /// stockd runs, knows its channels, and nothing of Square until `openShop`.
    init(_ change: (inout FakeSquareShop) -> Void) async throws {
        var shop = FakeSquareShop(now: Timestamp(Date()))
        shop.token = Self.token
        shop.addLocation("L1", name: "Downtown")
        change(&shop)
        square = try await FakeSquare.start(shop)
        mail = try await ServerProcess.start("smtp_server.py", ["--auth", "stockd:" + Self.password])
        hooks = try await ServerProcess.start("http_server.py")
        daemon = try RunningDaemon()
        _ = try daemon.secret("token", Self.token)
        _ = try daemon.secret("password", Self.password)
        _ = try daemon.secret("signing", Self.signingKey)
        try configure(isOpen: false)
        try await daemon.start()
    }

    /// Writes the configuration.
    func configure(isOpen: Bool = true, interval: String = "1h") throws {
        func file(_ name: String) -> String { "{file: \(daemon.directory)/\(name)}" }
        _ = try daemon.secret("slack", "http://127.0.0.1:\(hooks.port)\(slackPath)")
        _ = try daemon.secret("erp", "http://127.0.0.1:\(hooks.port)\(erpPath)")
        let source = """
            sources:
              - {name: square-main, kind: square, interval: \(interval), url: "\(squareURL ?? square.url)", token: \(file("token"))}

            """
        try daemon.configure(
            """
            alerts: {low_without_par: 5, critical_without_par: 1}
            delivery: {group_wait: 0}
            \(isOpen ? source : "")
            channels:
              email:
                url: smtp://127.0.0.1:\(mail.port)
                security: none
                username: stockd
                password: \(file("password"))
                from: Stock alerts <alerts@example.com>
              webhooks:
                ops-slack: \(file("slack"))
                erp: \(file("erp"))
              webhook_signing_key: \(file("signing"))

            """)
    }

    /// Puts what `configure` writes in force, Square included.
    func openShop(interval: String = "1h") async throws {
        try configure(interval: interval)
        try await daemon.done("config", "reload")
    }

    /// What happened at the shop, now.
    func trade(_ change: (inout FakeSquareShop) -> Void) {
        square.shop { shop in
            shop.now = Timestamp(Date())
            change(&shop)
        }
    }

    func nextMail() async throws -> Mail { try await mail.next("mail").decoded() }
    func nextHook() async throws -> Hook { try await hooks.next("request").decoded() }

    func source() async throws -> [String: Any] { try #require(try await daemon.list("sync", "status").first) }

    /// Exit status and the checks that fail.
    func health() async throws -> (status: Int32, failing: [String: String]) {
        let answer = try await daemon.stockctl(["health", "--json"])
        let checks = try #require(try answer.object()["checks"] as? [[String: Any]])
        let failing = checks.filter { $0["healthy"] as? Bool == false }
        return (
            answer.status,
            Dictionary(uniqueKeysWithValues: failing.map { ($0["name"] as? String ?? "", $0["detail"] as? String ?? "") })
        )
    }

    func deliveries() async throws -> [[String: Any]] { try await daemon.list("delivery", "list") }

    /// No file of the state directory but the secrets' own, and nothing that was ever logged or shown, holds a secret.
    func expectNoSecrets(_ shown: [String] = [], at place: SourceLocation = #_sourceLocation) async throws {
        let secrets = [Self.token, Self.password, Self.signingKey, "slack-very-secret", "erp-very-secret"]
        var texts = shown + [daemon.log]
        for command in [["config", "show"], ["status"], ["sync", "status"], ["health"], ["delivery", "list"]] {
            for answer in [try await daemon.stockctl(command + ["--json"]), try await daemon.stockctl(command)] {
                texts += [answer.output, answer.errors]
            }
        }
        for text in texts {
            for secret in secrets { #expect(!text.contains(secret), "\(text)", sourceLocation: place) }
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: daemon.directory).filter { $0.hasPrefix("stock.db") }
        #expect(files.contains("stock.db"), sourceLocation: place)
        for file in files {
            let data = try Data(contentsOf: URL(filePath: daemon.directory + "/" + file))
            for secret in secrets {
                #expect(data.range(of: Data(secret.utf8)) == nil, "\(file)", sourceLocation: place)
            }
        }
    }

    /// Waits until nothing is queued or under way any more; everything must have been sent.
    func hasSentAll(_ events: EventStream) async throws -> Bool {
        while true {
            let states = Set(try await deliveries().compactMap { $0["state"] as? String })
            if states.isDisjoint(with: ["queued", "sending"]) { return states == ["sent"] }
            try await events.next("delivery.sent")
        }
    }
}
