import StockTransport

/// Both outside ports over libcurl, whose multi interface runs all exchanges of a port on one thread of its own. Mail has
/// its own because libcurl takes leave of a mail server by waiting for an answer, and one that is slow then must not hold
/// up anything else.
///
/// Connections are kept and reused. TLS is always verified, peer and name, at least version 1.2. Redirects are not
/// followed. No proxy is used, whatever the environment says (`https_proxy` and friends): where a daemon's secrets go
/// is for its configuration to say. Nor are `.netrc` files read.
package final class CurlTransport: HTTPClient, MailSender {
    private let web = CurlLoop(name: "curl-http")
    private let post = CurlLoop(name: "curl-mail")
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
        post.stop()
    }

    package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let transfer = try HTTPTransfer(request, userAgent: userAgent)
        try await web.perform(transfer)
        return transfer.response
    }

    package func send(_ mail: Mail, through server: MailServer) async throws(TransportError) -> MailReply {
        let transfer = try MailTransfer(mail, through: server, greetingName: greetingName)
        try await post.perform(transfer)
        return transfer.finalReply
    }
}
