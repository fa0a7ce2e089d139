import StockTransport
import Synchronization

/// Both outside ports over libcurl, whose multi interface runs all exchanges of a loop on one thread. Mail has loops of its
/// own, because libcurl waits for a mail server's last answer without doing anything else meanwhile: one that is slow then
/// must not hold up anything but its own mail.
///
/// Connections are kept and reused. TLS is always verified, peer and name, at least version 1.2. Redirects are not
/// followed. No proxy is used, whatever the environment says (`https_proxy` and friends): where a daemon's secrets go
/// is for its configuration to say. Nor are `.netrc` files read.
package final class CurlTransport: HTTPClient, MailSender {
    private struct MailLoop {
        let loop = CurlLoop(name: "curl-mail")
        var underWay = 0
    }

    /// As many as there are mails under way at a time.
    private static let mailLoops = 4

    private let web = CurlLoop(name: "curl-http")
    private let post = Mutex((0..<CurlTransport.mailLoops).map { _ in MailLoop() })
    private let userAgent: String
    private let greetingName: String

    /// - Parameters:
    ///   - userAgent: `stockd/VERSION`.
    ///   - greetingName: what mail servers are told in EHLO; the machine's name if nil.
    package init(userAgent: String, greetingName: String? = nil) {
        self.userAgent = userAgent
        self.greetingName = GreetingName.cleaned(greetingName ?? GreetingName.ofMachine())
    }

    /// What is still under way fails as cancelled.
    deinit {
        web.stop()
        post.withLock { $0.forEach { $0.loop.stop() } }
    }

    package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let transfer = try HTTPTransfer(request, userAgent: userAgent)
        try await web.perform(transfer)
        return transfer.response
    }

    package func send(_ mail: Mail, through server: MailServer) async throws(TransportError) -> MailReply {
        let transfer = try MailTransfer(mail, through: server, greetingName: greetingName)
        let (index, loop) = post.withLock { loops in
            // The first of those that have least to do: it may have a connection.
            let index = loops.indices.min { loops[$0].underWay < loops[$1].underWay } ?? 0
            loops[index].underWay += 1
            return (index, loops[index].loop)
        }
        defer { post.withLock { $0[index].underWay -= 1 } }
        try await loop.perform(transfer)
        return transfer.finalReply
    }
}
