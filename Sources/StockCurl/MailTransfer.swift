import CCurl
import Foundation
import StockTransport

final class MailTransfer: Transfer, @unchecked Sendable {
    /// Servers close idle connections after five minutes (RFC 5321, 4.5.3.2.7), some sooner; a kept one is used well before.
    private static let longestIdleSeconds = 30

    private let mail: Mail
    private let server: MailServer
    private let url: String
    private let isImplicitTLS: Bool
    private var conversation = MailConversation()
    private var unread: ArraySlice<UInt8>
    /// The read callback has said that this was all: the end-of-mail line may be on the wire.
    private var isHandedOver = false
    /// Set when there is one.
    private(set) var finalReply = MailReply(code: 0, text: "", stage: .greeting)

    /// Throws `invalidRequest` for what must not go on the wire.
    init(_ mail: Mail, through server: MailServer, greetingName: String) throws(TransportError) {
        let origin = try Origin(server.url, schemes: ["smtp", "smtps"])
        isImplicitTLS = origin.scheme == "smtps" || server.security == .tls
        url = "\(isImplicitTLS ? "smtps" : "smtp")://\(origin.authority)/\(greetingName)"
        for (address, role) in [(mail.from, "sender"), (mail.to, "recipient")] {
            if let problem = MailTransfer.problem(ofAddress: address) {
                throw TransportError(.invalidRequest, "the \(role)'s address \(problem)", mayHaveBeenProcessed: false)
            }
        }
        for secret in [server.username, server.password].compactMap(\.self) where secret.utf8.contains(0) {
            throw TransportError(.invalidRequest, "\(origin.description): the credentials hold a NUL", mayHaveBeenProcessed: false)
        }
        self.mail = mail
        self.server = server
        unread = mail.data[...]
        super.init(origin: "\(isImplicitTLS ? "smtps" : "smtp")://\(origin.authority)", timeout: mail.timeout, tls: server.tls)
    }

    /// Completes "the recipient's address …". libcurl writes addresses as they are: a line end in one would be a command.
    static func problem(ofAddress address: String) -> String? {
        guard address.utf8.count <= 254 else { return "is longer than 254 characters" }
        guard address.utf8.allSatisfy({ $0 < 0x80 }) else { return "holds characters beyond ASCII" }
        guard address.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") }) else {
            return "holds a space, control character or angle bracket"
        }
        guard let at = address.lastIndex(of: "@"), at != address.startIndex, address.index(after: at) != address.endIndex else {
            return "is not of the form name@domain"
        }
        return nil
    }

    override func configure() throws(TransportError) {
        try set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        try set(CURLOPT_URL, url)
        let wantsTLS = isImplicitTLS || server.security != .none
        try set(CURLOPT_USE_SSL, Int((wantsTLS ? CURLUSESSL_ALL : CURLUSESSL_NONE).rawValue))
        if let username = server.username, let password = server.password {
            try set(CURLOPT_USERNAME, username)
            try set(CURLOPT_PASSWORD, password)
        }
        try set(CURLOPT_MAXAGE_CONN, MailTransfer.longestIdleSeconds)
        try set(CURLOPT_MAIL_FROM, "<\(mail.from)>")
        try set(CURLOPT_MAIL_RCPT, ["<\(mail.to)>"])
        try set(CURLOPT_UPLOAD, 1)
        // Lets a server that has a limit refuse before the mail is sent.
        try set(offset: CURLOPT_INFILESIZE_LARGE, mail.data.count)
        try set(pointer: CURLOPT_READDATA, reference)
        try set(CURLOPT_READFUNCTION) { bytes, size, count, reference in
            guard let bytes, let reference else { return 0 }
            return Unmanaged<MailTransfer>.fromOpaque(reference).takeUnretainedValue()
                .read(into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
        }
        // What the server says arrives line by line as headers would, by the debug callback together with what is said to
        // it; there is no other way to learn which command a code answers.
        try set(CURLOPT_WRITEFUNCTION) { _, size, count, _ in size * count }
        try set(CURLOPT_HEADERFUNCTION) { _, size, count, _ in size * count }
        try set(CURLOPT_VERBOSE, 1)
        try set(pointer: CURLOPT_DEBUGDATA, reference)
        try check(
            ccurl_set_debug(easy) { _, kind, bytes, count, reference in
                guard let bytes, let reference else { return 0 }
                let line = UnsafeRawBufferPointer(start: bytes, count: count)
                let transfer = Unmanaged<MailTransfer>.fromOpaque(reference).takeUnretainedValue()
                if kind == CURLINFO_HEADER_OUT { transfer.conversation.said(line) }
                if kind == CURLINFO_HEADER_IN { transfer.conversation.heard(line) }
                return 0
            })
    }

    private func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let part = unread.prefix(buffer.count)
        buffer.copyBytes(from: part)
        unread = unread.dropFirst(part.count)
        if part.isEmpty { isHandedOver = true }
        return part.count
    }

    override var mayHaveBeenProcessed: Bool { isHandedOver || (conversation.stage == .data && unread.isEmpty) }

    /// libcurl keeps the connection of a mail whose last answer did not come, and would take a late one for the next mail's,
    /// or wait a minute for leave to go. One that is shut down it finds dead.
    override func breakConnection() {
        let socket = ccurl_active_socket(easy)
        if socket != CURL_SOCKET_BAD { shutdown(socket, Int32(SHUT_RDWR)) }
    }

    override func failure(_ code: CURLcode) -> TransportError? {
        // A reply that refuses is an answer, whatever libcurl calls it. So is one that refuses STARTTLS for now; for good,
        // it is no server for us.
        if let reply = conversation.lastReply, code == CURLE_OK || reply.code >= 400,
            code != CURLE_USE_SSL_FAILED || reply.code < 500
        {
            finalReply = reply
            return nil
        }
        switch code {
        case CURLE_OK:
            return TransportError(.broken, "\(origin): the server gave no reply", mayHaveBeenProcessed: mayHaveBeenProcessed)
        case CURLE_LOGIN_DENIED:
            finalReply = MailReply(code: 504, text: "no way to authenticate that both sides know", stage: .authentication)
            return nil
        case CURLE_WEIRD_SERVER_REPLY:
            return TransportError(.broken, "\(origin): the server's reply is no SMTP", mayHaveBeenProcessed: mayHaveBeenProcessed)
        default:
            return connectionFailure(code)
        }
    }
}
