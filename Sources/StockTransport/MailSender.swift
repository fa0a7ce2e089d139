/// How to reach a mail server.
package struct MailServer: Hashable, Sendable {
    package enum Security: String, CaseIterable, Sendable {
        /// Upgrade by STARTTLS, or fail.
        case starttls
        /// TLS from the first byte (`smtps://`).
        case tls
        /// Loopback only; configuration sees to that.
        case none
    }

    /// `smtp://host:port` or `smtps://host:port`.
    package var url: String
    package var security: Security
    package var username: String?
    package var password: String?
    package var tls: TLSTrust

    package init(url: String, security: Security, username: String? = nil, password: String? = nil, tls: TLSTrust = .system) {
        self.url = url
        self.security = security
        self.username = username
        self.password = password
        self.tls = tls
    }
}

/// One mail to one recipient: one SMTP transaction.
package struct Mail: Sendable {
    /// Bare addresses (`a@b.example`); CR, LF, NUL, `<`, `>` and spaces are refused.
    package var from: String
    package var to: String
    /// RFC 5322, CRLF line ends.
    package var data: [UInt8]
    package var timeout: Duration

    package init(from: String, to: String, data: [UInt8], timeout: Duration = .seconds(60)) {
        self.from = from
        self.to = to
        self.data = data
        self.timeout = timeout
    }
}

/// The server's final word on a mail.
package struct MailReply: Hashable, Sendable {
    package enum Stage: String, Sendable { case greeting, authentication, sender, recipient, data }

    /// SMTP reply code: 250, 451, 550, 535 …
    package var code: Int
    /// The server's text, on one line, as it came: whoever shows it mends it.
    package var text: String
    /// The command that this answers: what was the last to be tried.
    package var stage: Stage

    package init(code: Int, text: String, stage: Stage) {
        self.code = code
        self.text = text
        self.stage = stage
    }
}

package protocol MailSender: Sendable {
    /// Any SMTP reply is an answer; throws only when there is none (or TLS fails).
    func send(_ mail: Mail, through server: MailServer) async throws(TransportError) -> MailReply
}
