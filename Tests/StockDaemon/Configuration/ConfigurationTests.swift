import Foundation
@testable import StockDaemon
import StockDomain
import StockTransport
import Testing

@Suite struct ConfigurationTests {
    private let reader = ConfigurationReader(environment: ["TOKEN": "hunter2", "HOOK": "https://hooks.example.com/hunter2"])

    private func parse(_ text: String) throws -> Configuration { try reader.parse(Array(text.utf8), file: "stockd.yaml") }

    @Test(arguments: ["", "\n", "# nothing\n", "{}", "alerts:\ncontrol:\nsources:\nchannels:\n", "\u{FEFF}alerts: {}\n", "---\n..."])
    func anEmptyFileMeansTheDefaults(text: String) throws {
        let configuration = try parse(text)
        #expect(configuration.database == "/var/lib/stockd/stock.db")
        #expect(configuration.control.socket == "/run/stockd/control.sock")
        #expect(configuration.control.access.isEmpty)
        #expect(configuration.alerts == Configuration.Alerts())
        #expect(configuration.alerts.checkInterval == .minutes(15))
        #expect(configuration.alerts.suppress == .hours(24))
        #expect(configuration.alerts.remindAt.description == "09:00")
        #expect(configuration.alerts.thresholds == ThresholdDefaults())
        #expect(configuration.delivery.mode == .send)
        #expect(configuration.delivery.groupWait == .seconds(30))
        #expect(configuration.sources.isEmpty)
    }

    @Test func readsEveryKey() throws {
        let configuration = try parse(
            """
            database: /srv/stock.db
            control:
              socket: /run/x.sock
              access:
                - {group: stockd-admin, role: admin}
                - {user: nagios, role: viewer, tenants: [default, acme]}
            alerts:
              check_interval: 5m
              suppress: 7d
              remind_at: 10:30
              summary_at: "07:05"
              low: 7d
              critical: 2.5
              low_without_par: 8
              critical_without_par: 0
            delivery: {mode: log, group_wait: 0}
            sources:
              - name: square-main
                kind: square
                tenant: acme
                interval: 30s
                environment: sandbox
                url: http://127.0.0.1:8080/
                token: {env: TOKEN}
                locations: [L1, L2]
              - {name: nightly, kind: csv, path: /srv/drop, decimal_comma: true}
              - {name: practice, kind: demo, seed: 7}
            channels:
              email:
                url: smtp://localhost:2525
                security: none
                username: me
                password: {env: TOKEN}
                from: Stock alerts <alerts@example.com>
              twilio:
                account_sid: ACxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
                auth_token: {env: TOKEN}
                sms_from: "+15550100"
                whatsapp_from: "+15550101"
                whatsapp_template: HXxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
              slack: {}
              webhooks: {ops-slack: {env: HOOK}}
              webhook_signing_key: {env: TOKEN}
            """)
        #expect(configuration.file == "stockd.yaml")
        #expect(configuration.control.access.map(\.role) == [.admin, .viewer])
        #expect(configuration.control.access[1].tenants == ["default", "acme"])
        #expect(configuration.alerts.suppress == .days(7))
        #expect(configuration.alerts.remindAt.minutes == 630)
        #expect(configuration.alerts.thresholds.low == .daysOfCover(Quantity(7)))
        #expect(configuration.alerts.thresholds.criticalWithoutPar == .zero)
        #expect(configuration.delivery.groupWait == .zero)
        #expect(configuration.sources.map(\.name) == ["square-main", "nightly", "practice"])
        guard case .square(let square) = configuration.sources[0].kind else {
            Issue.record("not square")
            return
        }
        #expect(square.url == "http://127.0.0.1:8080")
        #expect(square.token.reveal() == "hunter2")
        #expect(square.locations == ["L1", "L2"])
        #expect(configuration.sources[1].kind == .csv(.init(path: "/srv/drop", decimalComma: true)))
        #expect(configuration.sources[2].kind == .demo(.init(seed: 7)))
        #expect(configuration.channels.email?.from == Mailbox(name: "Stock alerts", address: "alerts@example.com"))
        #expect(configuration.channels.email?.security == MailServer.Security.none)
        #expect(configuration.channels.twilio?.smsFrom == "+15550100")
        #expect(configuration.channels.webhooks["ops-slack"]?.reveal() == "https://hooks.example.com/hunter2")
    }

    @Test func showsDefaultsButNoSecret() throws {
        let configuration = try parse(
            """
            alerts: {low: 10}
            sources:
              - {name: a, kind: square, token: {env: TOKEN}}
            channels:
              webhooks: {ops: {env: HOOK}}
              webhook_signing_key: {env: TOKEN}
            """)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let shown = String(decoding: try encoder.encode(configuration.shown), as: UTF8.self)
        #expect(shown.contains(#""token":{"env":"TOKEN"}"#))
        #expect(shown.contains(#""suppress":"24h""#))
        #expect(shown.contains(#""low_without_par":5"#))
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in [shown, dumped, "\(configuration)", String(reflecting: configuration)] {
            #expect(!text.contains("hunter2"))
        }
    }

    @Test(arguments: [("30s", 30), ("15m", 900), ("24h", 86_400), ("36h", 129_600), ("7d", 604_800), ("0", 0)] as [(String, Int64)])
    func writesDurationsAsItReadsThem(text: String, seconds: Int64) throws {
        let configuration = try parse("alerts: {suppress: \(text)}")
        #expect(configuration.alerts.suppress == .seconds(seconds))
        #expect(Configuration.written(configuration.alerts.suppress) == text)
    }

    @Test func namesWhatAReloadChanges() throws {
        let old = try parse("alerts: {low: 10}\nchannels: {webhooks: {ops: {env: HOOK}}}\n")
        let same = try parse("channels: {webhooks: {ops: {env: HOOK}}}\nalerts: {low: \"10\", suppress: 24h}\n")
        #expect(same.changes(from: old) == .init(applied: [], restartRequired: []))

        let new = try parse("alerts: {low: 20%}\ndatabase: /srv/other.db\ncontrol: {access: [{user: a, role: viewer}]}\n")
        let changes = new.changes(from: old)
        #expect(changes.restartRequired == ["database"])
        #expect(changes.applied.contains("alerts.low"))
        #expect(changes.applied.contains("control.access[0].role"))
        #expect(changes.applied.contains("channels.webhooks.ops.env"))
        #expect(new.applicable(to: old).database == old.database)
    }

    @Test func noticesASecretThatWasRotated() throws {
        let text = Array("channels: {webhook_signing_key: {env: TOKEN}}".utf8)
        let old = try ConfigurationReader(environment: ["TOKEN": "one"]).parse(text, file: "f")
        let new = try ConfigurationReader(environment: ["TOKEN": "two"]).parse(text, file: "f")
        #expect(new.changes(from: old).applied == ["channels.webhook_signing_key"])
    }

    @Test func implicitTLSNeedsNoMention() throws {
        let configuration = try parse("channels: {email: {url: \"smtps://mail.example.com\", from: a@b.example}}")
        #expect(configuration.channels.email?.security == .tls)
    }

    /// The file that is installed must be right as it is.
    @Test func acceptsTheExampleThatIsInstalled() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let path = root.appending(path: "etc/stockd.yaml").path(percentEncoded: false)
        let configuration = try reader.read(path)
        #expect(configuration.control.access.count == 2)

        // And with its examples put in force, it lacks nothing but the credentials.
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let enabled = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            guard let hash = line.firstIndex(of: "#"), line[..<hash].allSatisfy({ $0 == " " }) else { return String(line) }
            let rest = line[hash...].dropFirst(2)
            // Prose has several words before a colon, and is indented behind its sign at the margin.
            let prose = hash == line.startIndex && (rest.hasPrefix(" ") || rest.hasPrefix("tls"))
            let key = rest.drop { " -{".contains($0) }.prefix { $0 != ":" }
            return !prose && rest.contains(":") && key.allSatisfy { $0.isLetter || "_-".contains($0) }
                ? String(line[..<hash]) + rest : ""
        }
        do {
            _ = try parse(enabled.joined(separator: "\n"))
            Issue.record("credentials were found where there are none")
        } catch let error as ConfigurationError {
            #expect(error.problems.count == 6)
            for problem in error.problems {
                #expect(problem.problem.contains("$CREDENTIALS_DIRECTORY"), "\(problem)")
            }
        }
    }
}
