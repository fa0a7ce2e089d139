import StockDomain

/// What Twilio's error codes mean for the queue, whether they come with a refusal or after a message was taken. From
/// Twilio's "Error and Warning Dictionary" (twilio.com/docs/api/errors).
package enum TwilioCodes {
    package enum Meaning: String, CaseIterable, Sendable {
        /// This number will never take our messages: nothing more is sent to it until the contact is set anew.
        case addressGone
        /// This message will never arrive; others may.
        case refused
        /// For now.
        case passing
        /// The account, a sender or a template must be mended: nothing gets through until then.
        case configuration
    }

    package static let meanings: [Int: Meaning] = [
        21211: .addressGone,  // no valid phone number
        21610: .addressGone,  // the recipient has replied STOP
        21614: .addressGone,  // not a mobile number
        21635: .addressGone,  // a landline
        30005: .addressGone,  // unknown or out of service
        30006: .addressGone,  // a landline, or its carrier cannot be reached
        63024: .addressGone,  // not a WhatsApp number

        21408: .refused,  // sending to this country is not enabled
        21617: .refused,  // too long
        30004: .refused,  // blocked by the recipient or for it
        30007: .refused,  // filtered by a carrier
        63013: .refused,  // against the channel's policy
        63016: .refused,  // outside the 24 hours after the recipient's last message, and no template

        20429: .passing,  // too many requests; never processed
        21611: .passing,  // the sender's queue is full
        30001: .passing,  // the queue is full
        30003: .passing,  // the phone is off or out of reach
        30008: .passing,  // unknown
        63018: .passing,  // too many messages on the channel

        20003: .configuration,  // credentials
        20404: .configuration,  // no such account
        21606: .configuration,  // the sender cannot send messages
        21608: .configuration,  // a trial account sends to verified numbers only
        21609: .configuration,  // the callback's address
        21612: .configuration,  // the sender cannot reach that number
        21654: .configuration,  // the template is missing or of another account
        30002: .configuration,  // the account is suspended
        63007: .configuration,  // no such sender on the channel
    ]

    /// What an operator can do about it, where that is not plain from Twilio's own words.
    private static let mends: [Int: String] = [
        21408: "enable the country in Twilio's console under Messaging, Geo permissions",
        21610: "the recipient replied STOP: it must send START, then update the contact",
        21608: "verify the number in Twilio's console, or upgrade the account",
        63016: "set channels.twilio.whatsapp_template to an approved template",
    ]

    /// - Parameters:
    ///   - code: nil where Twilio gave none.
    ///   - status: of the HTTP answer; nil where it is about a message that was taken.
    ///   - text: Twilio's own words, without control characters.
    package static func verdict(code: Int?, status: Int?, text: String?, retryAfter: Duration? = nil) -> Verdict {
        let what = status.map { "Twilio answered \($0)" } ?? "Twilio could not deliver it"
        let number = code.map { " (error \($0))" } ?? ""
        let mend = code.flatMap { mends[$0] }.map { "; \($0)" } ?? ""
        let reason = "\(what)\(number)\(text.map { ": \($0)" } ?? "")\(mend)"
        switch code.flatMap({ meanings[$0] }) ?? meaning(ofStatus: status) {
        case .addressGone: return .dead(reason: reason, disablesAddress: true)
        case .refused: return .dead(reason: reason, disablesAddress: false)
        case .configuration: return .misconfigured(reason: reason)
        case .passing where (status ?? 0) >= 500: return .unreachable(after: max(retryAfter ?? .zero, FollowPolicy.doubt), reason: reason)
        case .passing where status == 429: return .retry(after: retryAfter ?? .seconds(2), reason: reason)
        case .passing: return .retry(after: retryAfter, reason: reason)
        }
    }

    private static func meaning(ofStatus status: Int?) -> Meaning {
        switch status {
        case 401, 403: .configuration
        case 408, 425, 429: .passing
        case .some(500...): .passing
        default: .refused
        }
    }
}
