import StockDaemon
import Testing

/// Bad input and every problem that it must name, as `LINE: KEY: PROBLEM`.
struct BadConfiguration: CustomTestStringConvertible, Sendable {
    var about: String
    var text: String
    var problems: [String]
    var testDescription: String { about }

    init(_ about: String, _ text: String, _ problems: String...) {
        self.about = about
        self.text = text
        self.problems = problems
    }
}

private let secretForm =
    "must name a secret as {credential: NAME}, {file: PATH} or {env: NAME}; a secret itself never stands in this file"
private let square = "sources:\n  - name: a\n    kind: square\n    token: {env: TOKEN}\n"
private let email = "channels:\n  email:\n    from: a@b.example\n"

private let structure = [
    BadConfiguration("a key that is nearly right", "alerts:\n  supress: 1h\n", "2: alerts.supress: unknown key (did you mean suppress?)"),
    BadConfiguration("a key of the top level", "databse: /a\n", "1: databse: unknown key (did you mean database?)"),
    BadConfiguration(
        "all problems at once, in order", "delivery:\n  mode: mail\nalerts:\n  suppress: never\n  x: 1\ndatabase: stock.db\n",
        "2: delivery.mode: must be one of send, log, not \"mail\"",
        "4: alerts.suppress: must be a duration such as 30s, 15m, 24h, 7d or 0, not \"never\"",
        "5: alerts.x: unknown key (did you mean low?)", "6: database: must be an absolute path, not \"stock.db\""),
    BadConfiguration("a list where a mapping belongs", "alerts: [1]\n", "1: alerts: must be a mapping of keys to values"),
    BadConfiguration("a text where the whole belongs", "hello\n", "1: yaml: must be a mapping of keys to values"),
    BadConfiguration("a mapping where a list belongs", "sources: {a: b}\n", "1: sources: must be a list"),
    BadConfiguration("a list where a value belongs", "database: [/a]\n", "1: database: must be a single value, not a list"),
    BadConfiguration("a mapping where a value belongs", "database: {a: b}\n", "1: database: must be a single value, not a mapping"),
    BadConfiguration("a value that is missing", "database:\n", "1: database: is empty"),
    BadConfiguration("a key that stands twice", "alerts:\n  low: 5\n  low: 6\n", "2: yaml: a key stands here twice: low"),
    BadConfiguration("an anchor", "alerts: &a {low: 5}\n", "1: alerts: anchors and aliases are not supported"),
    BadConfiguration(
        "aliases that would expand", "alerts:\n  low: &a 5\n  critical: *a\n",
        "2: alerts.critical: anchors and aliases are not supported", "2: alerts.low: anchors and aliases are not supported"),
    BadConfiguration("a tab", "alerts:\n\tlow: 5\n", "2: yaml: a tab cannot indent (use spaces)"),
    BadConfiguration("a bracket that is left open", "alerts: {low: 5\n", "2: yaml: did not find expected ',' or '}'"),
    BadConfiguration("two documents", "database: /a\n---\ndatabase: /b\n", "2: yaml: but found another document"),
]

private let values = [
    BadConfiguration("a duration without a unit", "alerts:\n  suppress: 24\n", "2: alerts.suppress: must be a duration such as 30s, 15m, 24h, 7d or 0, not \"24\""),
    BadConfiguration("a negative duration", "alerts:\n  suppress: -1h\n", "2: alerts.suppress: must be a duration such as 30s, 15m, 24h, 7d or 0, not \"-1h\""),
    BadConfiguration("a duration past all sense", "alerts:\n  suppress: 99999999999999999999d\n", "2: alerts.suppress: must be at most 3650d"),
    BadConfiguration("an interval of nothing", "alerts:\n  check_interval: 0\n", "2: alerts.check_interval: must be at least 1s"),
    BadConfiguration("an hour that no clock shows", "alerts:\n  remind_at: \"24:00\"\n", "2: alerts.remind_at: must be a time of day such as \"09:00\", not \"24:00\""),
    BadConfiguration("a time in words", "alerts:\n  summary_at: 8am\n", "2: alerts.summary_at: must be a time of day such as \"09:00\", not \"8am\""),
    BadConfiguration("a threshold in words", "alerts:\n  low: few\n", "2: alerts.low: must be a threshold such as 5, 20% (of the par level) or 7d (days of cover), not \"few\""),
    BadConfiguration("a share where only a quantity can be", "alerts:\n  low_without_par: 20%\n", "2: alerts.low_without_par: must be a quantity such as 5 or 2.5, not \"20%\""),
    BadConfiguration("thresholds in the wrong order", "alerts:\n  low: 5%\n  critical: 20%\n", "2: alerts: critical (20%) must not be above low (5%)"),
    BadConfiguration("quantities in the wrong order", "alerts:\n  critical_without_par: 9\n", "2: alerts: critical_without_par (9) must not be above low_without_par (5)"),
    BadConfiguration("what would garble a terminal", "delivery:\n  mode: \"a\\e[2J\"\n", "2: delivery.mode: must be one of send, log, not \"a\\u{1b}[2J\""),
    BadConfiguration("a socket path that no socket can have", "control:\n  socket: /\(String(repeating: "x", count: 107))\n", "2: control.socket: must not be longer than 107 bytes"),
    BadConfiguration("a role that does not exist", "control:\n  access:\n    - {user: a, role: boss}\n", "3: control.access[0].role: must be one of viewer, operator, admin, not \"boss\""),
    BadConfiguration("a rule for nobody", "control:\n  access:\n    - role: admin\n", "3: control.access[0]: must name either a user or a group"),
    BadConfiguration("a CA file that is not there", "tls: {ca_file: /nonexistent/ca.pem}\n", "1: tls.ca_file: \"/nonexistent/ca.pem\" cannot be read: No such file or directory"),
]

private let sources = [
    BadConfiguration("a source without anything", "sources:\n  - {}\n", "2: sources[0].kind: is missing", "2: sources[0].name: is missing"),
    BadConfiguration("a kind that does not exist", "sources:\n  - {name: a, kind: lightspeed}\n", "2: sources[0].kind: must be one of square, csv, demo, not \"lightspeed\""),
    BadConfiguration("two sources of one name", "sources:\n  - {name: a, kind: demo}\n  - {name: a, kind: demo}\n", "3: sources[1].name: another source is named a already"),
    BadConfiguration("a key of another kind", "sources:\n  - {name: a, kind: demo, path: /x}\n", "2: sources[0].path: unknown key (did you mean name?)"),
    BadConfiguration("a source of files without a folder", "sources:\n  - {name: a, kind: csv}\n", "2: sources[0].path: is missing"),
    BadConfiguration("square without a token", "sources:\n  - {name: a, kind: square}\n", "2: sources[0].token: is missing"),
    BadConfiguration("plain http to elsewhere", square + "    url: http://connect.squareup.com\n", "5: sources[0].url: must be https:// (http:// is for loopback addresses only)"),
    BadConfiguration("a host that looks like loopback", square + "    url: http://127.0.0.1.example.com\n", "5: sources[0].url: must be https:// (http:// is for loopback addresses only)"),
    BadConfiguration("a password in a URL", square + "    url: https://user:hunter2@example.com\n", "5: sources[0].url: must not hold a user name or password"),
    BadConfiguration("no location", square + "    locations: []\n", "5: sources[0].locations: lists no location (leave it out for all)"),
    BadConfiguration("locations in one text", square + "    locations: L1 L2\n", "5: sources[0].locations: must be all or a list of location ids"),
    BadConfiguration("a name with a slash", "sources:\n  - {name: a/b, kind: demo}\n", "2: sources[0].name: must be a name of 1 to 64 letters, digits, '-', '_' or '.'"),
]

private let channels = [
    BadConfiguration("mail without TLS to elsewhere", email + "    url: smtp://mail.example.com\n    security: none\n", "5: channels.email.security: none is for loopback addresses only"),
    BadConfiguration("smtps with starttls", email + "    url: smtps://mail.example.com\n    security: starttls\n", "5: channels.email.security: smtps:// has TLS from the start: must be tls or left out"),
    BadConfiguration("tls over smtp", email + "    url: smtp://mail.example.com\n    security: tls\n", "5: channels.email.security: tls needs an smtps:// url"),
    BadConfiguration("a user without a password", email + "    url: smtp://mail.example.com\n    username: me\n", "3: channels.email: must give both a username and a password, or neither"),
    BadConfiguration("a sender that would add a header", "channels:\n  email:\n    url: smtp://mail.example.com\n    from: \"a@b.example\\r\\nBcc: x@y.example\"\n", "4: channels.email.from: must be an address such as alerts@example.com or Stock alerts <alerts@example.com>"),
    BadConfiguration("an empty channel", "channels:\n  email:\n", "2: channels.email.from: is missing", "2: channels.email.url: is missing"),
    BadConfiguration(
        "Twilio with nothing right", "channels:\n  twilio:\n    account_sid: AC1\n    auth_token: {env: TOKEN}\n",
        "3: channels.twilio: must give sms_from, whatsapp_from or both", "3: channels.twilio.account_sid: must be AC followed by 32 letters and digits"),
    BadConfiguration(
        "a template without its number",
        "channels:\n  twilio:\n    account_sid: ACxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n    auth_token: {env: TOKEN}\n    sms_from: \"+15550100\"\n"
            + "    whatsapp_template: HXxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n",
        "6: channels.twilio.whatsapp_template: needs whatsapp_from, the number it is sent from"),
    BadConfiguration(
        "a number without its country", "channels:\n  twilio:\n    account_sid: ACxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n    auth_token: {env: TOKEN}\n    sms_from: 5550100\n",
        "5: channels.twilio.sms_from: must be a phone number such as \"+15550100\", not \"5550100\""),
    BadConfiguration("a webhook over plain http", "channels:\n  webhooks:\n    erp: {env: PLAIN_URL}\n", "3: channels.webhooks.erp: the address it names must be https:// (http:// is for loopback addresses only)"),
    BadConfiguration("an address as a webhook's name", "channels:\n  webhooks:\n    \"https://hunter2.example.com\": {env: TOKEN}\n", "3: channels.webhooks: each key must be a name of 1 to 64 letters, digits, '-', '_' or '.'"),
]

private let secrets = [
    BadConfiguration("a secret in the file", "sources:\n  - name: a\n    kind: square\n    token: hunter2\n", "4: sources[0].token: " + secretForm),
    BadConfiguration("a secret as a key", "sources:\n  - name: a\n    kind: square\n    token: {hunter2}\n", "4: sources[0].token: " + secretForm),
    BadConfiguration("a secret under another key", "sources:\n  - name: a\n    kind: square\n    token: {value: hunter2}\n", "4: sources[0].token: " + secretForm),
    BadConfiguration("a secret in a list", "sources:\n  - name: a\n    kind: square\n    token: [hunter2]\n", "4: sources[0].token: " + secretForm),
    BadConfiguration("a variable that is not set", "channels:\n  webhook_signing_key: {env: NOT_SET}\n", "2: channels.webhook_signing_key: environment variable NOT_SET is not set"),
    BadConfiguration("a variable that is empty", "channels:\n  webhook_signing_key: {env: EMPTY}\n", "2: channels.webhook_signing_key: is empty"),
    BadConfiguration("a secret of two lines", "channels:\n  webhook_signing_key: {env: TWO_LINES}\n", "2: channels.webhook_signing_key: must be a single line without control characters"),
    BadConfiguration("a credential that climbs out", "channels:\n  webhook_signing_key: {credential: ../shadow}\n", "2: channels.webhook_signing_key: must name a credential by letters, digits, '-', '_' and '.'"),
    BadConfiguration(
        "a credential where there are none", "channels:\n  webhook_signing_key: {credential: webhook-key}\n",
        "2: channels.webhook_signing_key: credential webhook-key cannot be looked up: $CREDENTIALS_DIRECTORY is not set (systemd's LoadCredential= sets it)"),
    BadConfiguration("a relative file", "channels:\n  webhook_signing_key: {file: key}\n", "2: channels.webhook_signing_key: must name a file by its absolute path"),
    BadConfiguration("a file that is not there", "channels:\n  webhook_signing_key: {file: /nonexistent/key}\n", "2: channels.webhook_signing_key: file /nonexistent/key cannot be read: No such file or directory"),
]

@Suite struct ConfigurationProblemTests {
    private let reader = ConfigurationReader(environment: [
        "TOKEN": "hunter2", "EMPTY": "", "TWO_LINES": "hunter2\nhunter2", "PLAIN_URL": "http://example.com/hunter2",
    ])

    @Test(arguments: structure + values + sources + channels + secrets)
    func namesEveryProblemWithItsPlace(bad: BadConfiguration) {
        do {
            _ = try reader.parse(Array(bad.text.utf8), file: "stockd.yaml")
            Issue.record("was accepted")
        } catch {
            #expect(error.problems.map { "\($0.line): \($0.key): \($0.problem)" } == bad.problems)
            #expect(error.description.split(separator: "\n").count == bad.problems.count)
            #expect(error.description.hasPrefix("stockd.yaml:"))
            #expect(!error.description.contains("hunter2"))
        }
    }

    @Test func namesTheLineThatIsNotUTF8() {
        let bytes = Array("database: /a\n# caf".utf8) + [0xE9] + Array("\n".utf8)
        #expect(throws: ConfigurationError.self) { try reader.parse(bytes, file: "f") }
        do { _ = try reader.parse(bytes, file: "f") } catch { #expect(error.description == "f:2: file: is not UTF-8") }
    }

    @Test(arguments: [
        ("/nonexistent/stockd.yaml", "cannot be read: No such file or directory"), ("/", "is a directory, not a file"),
        ("/dev/null", "is not a regular file"),
    ])
    func saysWhyAFileCannotBeRead(path: String, problem: String) {
        do {
            _ = try reader.read(path)
            Issue.record("was accepted")
        } catch {
            #expect(error.description == "\(path):1: file: \(problem)")
        }
    }

    /// Whatever is cut off or broken in a file, it is an answer and never a trap.
    @Test func survivesEveryTruncationAndFlip() {
        let text = Array((square + email + "    url: smtp://127.0.0.1:25\n    security: none\nalerts: {low: 20%}\n").utf8)
        for cut in text.indices {
            _ = try? reader.parse(Array(text[..<cut]), file: "f")
            var flipped = text
            flipped[cut] ^= 0x15
            _ = try? reader.parse(flipped, file: "f")
        }
    }
}
