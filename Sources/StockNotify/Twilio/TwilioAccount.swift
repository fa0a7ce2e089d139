import FoundationEssentials
import StockDomain
import StockTransport

/// Twilio's Messages API for one account (twilio.com/docs/messaging/api/message-resource): its requests and its answers.
package struct TwilioAccount: Sendable {
    private static let responseLimit = 4 << 20

    private let url: String
    private let messages: String
    private let path: String
    private let authorization: String
    private let tls: TLSTrust

    /// - Parameter url: base URL without a final slash.
    package init(url: String, accountSID: String, authToken: String, tls: TLSTrust = .system) {
        path = "/2010-04-01/Accounts/\(accountSID)/Messages"
        self.url = url
        messages = url + path
        authorization = "Basic " + Data("\(accountSID):\(authToken)".utf8).base64EncodedString()
        self.tls = tls
    }

    /// Of one of Twilio's ids: two letters of the kind and 32 letters and digits.
    package static func isSID(_ text: String) -> Bool {
        text.utf8.count == 34 && text.unicodeScalars.allSatisfy { $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil) }
    }

    /// What is sent: a text, or the template that it fills.
    enum Content: Hashable { case body(String), template(sid: String, variables: String) }

    func post(_ content: Content, from: String, to: String) -> HTTPRequest {
        let form: [(String, String)] =
            switch content {
            case .body(let text): [("To", to), ("From", from), ("Body", text)]
            case .template(let sid, let variables): [("To", to), ("From", from), ("ContentSid", sid), ("ContentVariables", variables)]
            }
        return HTTPRequest(
            .post, "\(messages).json",
            headers: [("Authorization", authorization), ("Content-Type", "application/x-www-form-urlencoded")],
            body: Array(TwilioAccount.encoded(form).utf8), responseLimit: TwilioAccount.responseLimit, tls: tls, once: true)
    }

    /// Messages to a number, newest first, 200 at a time.
    func list(from: String, to: String) -> HTTPRequest {
        get("\(messages).json?\(TwilioAccount.encoded([("To", to), ("From", from), ("PageSize", "200")]))")
    }

    /// The next page of a list, by its `next_page_uri`; nil where that leads elsewhere.
    func page(_ uri: String) -> HTTPRequest? { uri.hasPrefix("\(path).json?") ? get(url + uri) : nil }

    func get(sid: String) -> HTTPRequest { get("\(messages)/\(sid).json") }

    private func get(_ url: String) -> HTTPRequest {
        HTTPRequest(
            .get, url, headers: [("Authorization", authorization)], responseLimit: TwilioAccount.responseLimit, tls: tls)
    }

    /// `application/x-www-form-urlencoded` (WHATWG URL, 5.2), spaces as `%20`, which every reader takes.
    static func encoded(_ form: [(String, String)]) -> String {
        form.map { "\(encoded($0))=\(encoded($1))" }.joined(separator: "&")
    }

    private static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return result
    }
}
