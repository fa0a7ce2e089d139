import FoundationEssentials
import StockDomain
import StockTransport
import StockWire

/// SMS and WhatsApp by Twilio. It knows no idempotency key, so that what may have been taken is looked up before it is
/// sent again; and it takes what later turns out not to arrive, so that each message is followed.
package struct TwilioChannel: Channel {
    /// Our clock and Twilio's differ a little.
    private static let slack = Duration.minutes(5)
    private static let largestLookup = 10

    package let kind: ChannelKind
    package var follows: Bool { true }
    private let account: TwilioAccount
    private let from: String
    private let template: String?
    private let http: any HTTPClient

    /// - Parameters:
    ///   - kind: `sms` or `whatsapp`.
    ///   - from: our number, E.164.
    ///   - template: of WhatsApp: the approved template (`HX…`) that carries our text as its variable `1`. Without one,
    ///     only those are reached who have written to us in the last 24 hours.
    package init(_ kind: ChannelKind, account: TwilioAccount, from: String, template: String? = nil, http: any HTTPClient) {
        self.kind = kind
        self.account = account
        self.from = from
        self.template = kind == .whatsapp ? template : nil
        self.http = http
    }

    package func send(_ message: Message, to value: String, now: Timestamp) async -> Verdict {
        let text = text(of: message)
        if let earlier = message.earlier {
            switch await lookUp(text, to: value, since: message.createdAt, except: earlier.othersReferences) {
            case .success(let reference?): return .accepted(reference: reference)
            case .success(nil): break
            case .failure(let failure): return failure.verdict
            }
        }
        let content: TwilioAccount.Content
        if let template {
            guard let variables = try? JSON.encode(["1": text]) else {
                return .dead(reason: "the message cannot be written as JSON", disablesAddress: false)
            }
            content = .template(sid: template, variables: String(decoding: variables, as: UTF8.self))
        } else {
            content = .body(text)
        }
        do {
            let response = try await http.send(account.post(content, from: number(from), to: number(value)))
            guard (200..<300).contains(response.status) else { return TwilioChannel.refusal(response) }
            let taken = try? JSONDecoder().decode(TwilioMessage.self, from: Data(response.body))
            // Taken, though nobody can ask after it.
            guard let reference = taken?.reference else { return .sent(reference: nil) }
            return .accepted(reference: reference)
        } catch {
            return TwilioChannel.verdict(error)
        }
    }

    /// Days of cover, names and thresholds change from one attempt to the next.
    package func words(for message: Message) -> String? { text(of: message) }

    private func text(of message: Message) -> String {
        message.words ?? (kind == .whatsapp ? TextMessage.whatsapp(message) : TextMessage.sms(message))
    }

    package func fate(of reference: String) async -> Fate {
        guard TwilioAccount.isSID(reference), let response = try? await http.send(account.get(sid: reference)),
            response.status == 200, let message = try? JSONDecoder().decode(TwilioMessage.self, from: Data(response.body))
        else { return .underWay }
        return message.fate
    }

    private struct NotLookedUp: Error { var verdict: Verdict }

    /// The message that an earlier attempt may have left, if it is there and has not failed.
    ///
    /// What can be relied on: the list is asked by both numbers and read from the newest on, back to what is older than
    /// the delivery. It is not asked by the day of sending, as what still waits at Twilio has none. What is found is ours
    /// where it has our text (which a trial account puts words before, and a template around), was taken since, and is no
    /// other delivery's: the same text may rightly have been sent before. What cannot be relied on: the list may lag
    /// behind, which `FollowPolicy.doubt` allows for; beyond that, and where a template's text is not shown, the message is sent
    /// again: twice is better than never.
    private func lookUp(
        _ text: String, to value: String, since: Timestamp, except others: Set<String>
    ) async -> Result<String?, NotLookedUp> {
        var request = account.list(from: number(from), to: number(value))
        for _ in 0..<TwilioChannel.largestLookup {
            let response: HTTPResponse
            do {
                response = try await http.send(request)
            } catch {
                return .failure(NotLookedUp(verdict: TwilioChannel.verdict(error)))
            }
            guard response.status == 200 else { return .failure(NotLookedUp(verdict: TwilioChannel.refusal(response))) }
            guard let list = try? JSONDecoder().decode(TwilioPage.self, from: Data(response.body)) else {
                return .failure(NotLookedUp(verdict: .retry(after: nil, reason: "Twilio's list of messages cannot be read")))
            }
            let recent = list.messages.filter { ($0.createdAt.map { $0 >= since - TwilioChannel.slack }) ?? true }
            for message in recent {
                guard let reference = message.reference, message.body?.contains(text) == true, !others.contains(reference),
                    message.direction.map({ $0.hasPrefix("outbound") }) ?? true
                else { continue }
                if case .failed = message.fate { continue }
                return .success(reference)
            }
            guard !recent.isEmpty, let next = list.next_page_uri.flatMap(account.page) else { break }
            request = next
        }
        return .success(nil)
    }

    private func number(_ value: String) -> String { kind == .whatsapp ? "whatsapp:\(value)" : value }

    static func refusal(_ response: HTTPResponse) -> Verdict {
        let problem = try? JSONDecoder().decode(TwilioProblem.self, from: Data(response.body))
        return TwilioCodes.verdict(
            code: problem?.code, status: response.status, text: problem?.message.flatMap { Text.mended($0) },
            retryAfter: response.retryAfter)
    }

    static func verdict(_ error: TransportError) -> Verdict {
        switch error.code {
        case .invalidRequest: .dead(reason: error.description, disablesAddress: false)
        // Every message goes to this one server: none would fare better.
        case .tls: .misconfigured(reason: error.description)
        case .unreachable, .timedOut, .tooLarge, .cancelled, .broken:
            error.mayHaveBeenProcessed
                ? .unreachable(
                    after: FollowPolicy.doubt, reason: "\(error.description); it may have been sent: that is looked up before it is sent again")
                : .unreachable(after: nil, reason: error.description)
        }
    }
}
