import StockDomain

/// A message as Twilio shows it. Only what we look at, and every member may be missing.
struct TwilioMessage: Decodable, Hashable {
    var sid: String?
    var status: String?
    var to: String?
    var from: String?
    var body: String?
    var direction: String?
    var date_created: String?
    var error_code: Int?
    var error_message: String?

    /// Safe to stand in a URL.
    var reference: String? { sid.flatMap { TwilioAccount.isSID($0) ? $0 : nil } }

    var fate: Fate {
        switch status {
        case "delivered", "read", "partially_delivered": return .delivered
        case "failed", "undelivered", "canceled":
            let text = error_message.flatMap { Text.mended($0) } ?? "it is \(status ?? "")"
            return .failed(TwilioCodes.verdict(code: error_code, status: nil, text: text))
        default: return .underWay
        }
    }

    /// When Twilio took it; nil where it does not say so in RFC 2822, as it does: `Sat, 21 Nov 2026 10:15:00 +0000`.
    var createdAt: Timestamp? {
        guard let words = date_created?.split(separator: " "), words.count == 6,
            let month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"].firstIndex(of: words[2])
        else { return nil }
        func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
        guard let day = Int(words[1]), words[5] == "+0000" || words[5] == "GMT" else { return nil }
        return Timestamp(rfc3339: "\(words[3])-\(two(month + 1))-\(two(day))T\(words[4])Z")
    }
}

struct TwilioPage: Decodable {
    var messages: [TwilioMessage]
    var next_page_uri: String?
}

/// A refusal.
struct TwilioProblem: Decodable {
    var code: Int?
    var message: String?
}
