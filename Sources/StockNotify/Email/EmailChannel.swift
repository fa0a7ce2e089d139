import StockDomain
import StockTransport

/// Mail by SMTP: plain text and HTML, one transaction for each recipient.
package struct EmailChannel: Channel {
    package let kind = ChannelKind.email
    private let server: MailServer
    private let from: EmailMessage.Mailbox
    private let sender: any MailSender

    /// - Parameters:
    ///   - fromName: what people see as the sender; the bare address if nil.
    ///   - fromAddress: also the envelope's sender, where bounces go.
    package init(server: MailServer, fromName: String?, fromAddress: String, sender: any MailSender) {
        self.server = server
        from = EmailMessage.Mailbox(name: fromName, address: fromAddress)
        self.sender = sender
    }

    package func send(_ message: Message, to value: String, now: Timestamp) async -> Verdict {
        let mail = Mail(from: from.address, to: value, data: EmailMessage(message, from: from, to: value).data)
        do throws(TransportError) {
            return EmailVerdict.of(try await sender.send(mail, through: server))
        } catch {
            return EmailVerdict.of(error)
        }
    }
}
