import StockDomain
import StockTransport

/// What a mail server's answer, or its lack, means for the queue.
enum EmailVerdict {
    static func of(_ reply: MailReply) -> Verdict {
        let text = Text.mended(reply.text, limit: 500)
        let reason = "the mail server answered \(reply.code) to \(reply.stage.words)\(text.map { ": \($0)" } ?? "")"
        switch (reply.code, reply.stage) {
        case (200..<300, _):
            return .sent(reference: text)
        // Authentication required, too weak, wrong, wants encryption (RFC 4954), whichever command finds out.
        case (530, _), (534, _), (535, _), (538, _), (500..<600, .authentication):
            return .misconfigured(reason: reason)
        // Too large: the server would take another mail of the same sender.
        case (552, _):
            return .dead(reason: reason, disablesAddress: false)
        // Refused whoever it is for: everything else in the queue would fare the same.
        case (500..<600, .greeting), (500..<600, .sender):
            return .misconfigured(reason: reason)
        case (500..<600, .recipient), (500..<600, .data):
            return .dead(reason: reason, disablesAddress: false)
        // "Service not available" (RFC 5321), whichever command it answers; and a greeting is nobody's in particular.
        case (421, _), (_, .greeting):
            return .unreachable(after: nil, reason: reason)
        default:
            return .retry(after: nil, reason: reason)
        }
    }

    /// Without an answer it is sent again, also where it may have arrived: twice is better than never.
    static func of(_ error: TransportError) -> Verdict {
        switch error.code {
        case .unreachable, .timedOut, .broken, .cancelled: .unreachable(after: nil, reason: error.description)
        case .tls: .misconfigured(reason: error.description)
        case .invalidRequest, .tooLarge: .dead(reason: error.description, disablesAddress: false)
        }
    }
}

extension MailReply.Stage {
    fileprivate var words: String {
        switch self {
        case .greeting: "our greeting"
        case .authentication: "our credentials"
        case .sender: "the sender's address"
        case .recipient: "the recipient's address"
        case .data: "the mail"
        }
    }
}
