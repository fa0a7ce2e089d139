import StockDomain

/// A message as a mail (RFC 5322). The same on every attempt, also its Message-ID and date, so that a mail that arrives twice
/// is seen to be one.
struct EmailMessage {
    struct Mailbox: Hashable, Sendable {
        var name: String?
        var address: String
    }

    /// Alerts shown one by one: larger mails are clipped by the large providers.
    static let itemLimit = 25
    private static let subjectLimit = 200

    let subject: String
    let plain: String
    let html: String
    let data: [UInt8]

    init(_ message: Message, from: Mailbox, to: String) {
        subject = EmailMessage.subject(message)
        plain = EmailMessage.plain(message)
        html = EmailHTML(message).text
        let key = EmailMessage.identifier(message.idempotencyKey)
        let domain = from.address.split(separator: "@").last.map { EmailMessage.identifier(String($0)) } ?? "stockd.invalid"
        var fields = [
            "Date: \(MailHeader.date(message.createdAt))",
            "Message-ID: <\(key)@\(domain)>",
            MailHeader.field("From", mailbox: from),
            MailHeader.field("To", mailbox: Mailbox(name: nil, address: to)),
            MailHeader.field("Subject", text: subject),
            // No out-of-office answers, please (RFC 3834).
            "Auto-Submitted: auto-generated",
        ]
        if let thread = message.threadKey.map(EmailMessage.identifier), thread != key {
            fields += ["In-Reply-To: <\(thread)@\(domain)>", "References: <\(thread)@\(domain)>"]
        }
        // `=_` can stand in no quoted-printable text, so the boundary can stand in no part.
        let boundary = "=_stockd_\(key.prefix(50))"
        fields += [
            "MIME-Version: 1.0",
            "Content-Type: multipart/alternative;\r\n boundary=\"\(boundary)\"",
        ]
        var data = Array((fields.joined(separator: "\r\n") + "\r\n").utf8)
        for (type, text) in [("plain", plain), ("html", html)] {
            let head = "\r\n--\(boundary)\r\nContent-Type: text/\(type); charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
            data += Array(head.utf8) + QuotedPrintable.encoded(text)
        }
        data += Array("\r\n--\(boundary)--\r\n".utf8)
        self.data = data
    }

    private static func subject(_ message: Message) -> String {
        let whole = MailHeader.cleaned(Wording.subject(message))
        guard whole.count > subjectLimit else { return whole.isEmpty ? "stockd" : whole }
        return whole.prefix(subjectLimit - 1) + "…"
    }

    private static func plain(_ message: Message) -> String {
        let tenant = message.tenant == "default" ? "" : " for \(message.tenant)"
        return "\(Wording.plainText(message, limit: itemLimit))\n-- \nSent by stockd\(Wording.oneLine(tenant))\n"
    }

    /// Fit for both sides of a Message-ID and for a boundary.
    private static func identifier(_ text: String) -> String {
        let kept = text.unicodeScalars.prefix(120).map { scalar -> Character in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", ".", "-", "_": Character(scalar)
            default: "-"
            }
        }
        return kept.isEmpty ? "none" : String(kept)
    }
}
