import Foundation
import StockCurl
import StockDomain
import StockNotify
import StockTestSupport
import Testing

/// SMS and WhatsApp through libcurl to a server that takes and refuses as Twilio's specification says.
@Suite(.serialized, .timeLimit(.minutes(1))) struct TwilioDeliveryTests {
    private struct Received: Decodable {
        var method: String
        var path: String
        var form: [String: String]
    }

    private let transport = CurlTransport(userAgent: "stockd/0")
    private let again: Message = {
        var message = Sample.single
        message.createdAt = Timestamp(Date()) - .minutes(2)
        message.earlier = Message.Earlier(othersReferences: [])
        return message
    }()

    private func channel(_ server: ServerProcess, _ kind: ChannelKind = .sms, token: String = "s3cret") -> TwilioChannel {
        let account = TwilioAccount(
            url: "http://127.0.0.1:\(server.port)", accountSID: "AC" + String(repeating: "0", count: 32), authToken: token)
        return TwilioChannel(
            kind, account: account, from: "+15550100", template: kind == .whatsapp ? "HX" + String(repeating: "2", count: 32) : nil,
            http: transport)
    }

    @Test func aTextIsTakenAndFollowedUntilItIsDelivered() async throws {
        let server = try await ServerProcess.start("twilio_server.py")
        guard case .accepted(let reference) = await channel(server).send(Sample.single, to: "+15550199", now: Sample.noon) else {
            Issue.record("not taken")
            return
        }
        let received: Received = try await server.next("request").decoded()
        #expect(received.form == [
            "To": "+15550199", "From": "+15550100", "Body": "Critical Stock: Widget A - Only 2 remaining (Widgets), Store 5",
        ])
        #expect(await channel(server).fate(of: reference) == .underWay)
        #expect(await channel(server).fate(of: reference) == .delivered)
        #expect(await channel(server).fate(of: "../../Accounts") == .underWay)
    }

    @Test func whatsAppTakesATemplate() async throws {
        let server = try await ServerProcess.start("twilio_server.py")
        guard case .accepted = await channel(server, .whatsapp).send(Sample.evil, to: "+15550199", now: Sample.noon) else {
            Issue.record("not taken")
            return
        }
    }

    @Test(arguments: [ChannelKind.sms, .whatsapp])
    func whatMayHaveBeenTakenIsLookedUpAndNotSentTwice(kind: ChannelKind) async throws {
        let server = try await ServerProcess.start("twilio_server.py", ["--script", #"[{"drop":"after"},{}]"#])
        guard case .unreachable(after: .seconds(60), let reason) = await channel(server, kind).send(again, to: "+15550199", now: Sample.noon) else {
            Issue.record("no doubt")
            return
        }
        #expect(reason.contains("looked up"))
        #expect(await channel(server, kind).send(again, to: "+15550199", now: Sample.noon) == .accepted(reference: "SM" + String(repeating: "0", count: 31) + "1"))
        let methods = try await [server.next("request"), server.next("request"), server.next("request")].map { try $0.decoded(as: Received.self).method }
        #expect(methods == ["GET", "POST", "GET"])
    }

    /// Between two attempts its days of cover, its name or its threshold change.
    @Test(arguments: [ChannelKind.sms, .whatsapp])
    func whatWouldReadOtherwiseByNowIsKnownByWhatItSaidAtFirst(kind: ChannelKind) async throws {
        let server = try await ServerProcess.start("twilio_server.py", ["--script", #"[{"drop":"after"},{}]"#])
        var first = Sample.single
        first.words = channel(server, kind).words(for: first)
        guard case .unreachable = await channel(server, kind).send(first, to: "+15550199", now: Sample.noon) else {
            Issue.record("no doubt")
            return
        }
        var second = again
        second.items[0].alert.productName = "Widget A, new recipe"
        second.items[0].alert.threshold = Quantity(9)
        second.words = first.words
        #expect(await channel(server, kind).send(second, to: "+15550199", now: Sample.noon) == .accepted(reference: "SM" + String(repeating: "0", count: 31) + "1"))
    }

    @Test func whatWasNotTakenIsSentAgain() async throws {
        let server = try await ServerProcess.start("twilio_server.py", ["--script", #"[{"drop":"before"},{}]"#])
        guard case .unreachable = await channel(server).send(again, to: "+15550199", now: Sample.noon) else {
            Issue.record("no doubt")
            return
        }
        #expect(await channel(server).send(again, to: "+15550199", now: Sample.noon) == .accepted(reference: "SM" + String(repeating: "0", count: 31) + "1"))
    }

    /// Another delivery's message with the same text, one that failed, and one to another number are not ours.
    @Test func whatIsNotOursIsNotTakenForIt() async throws {
        let server = try await ServerProcess.start(
            "twilio_server.py", ["--page", "1", "--script", #"[{},{"statuses":["undelivered"],"error":30003},{}]"#])
        let channel = channel(server)
        guard case .accepted(let others) = await channel.send(Sample.single, to: "+15550199", now: Sample.noon),
            case .accepted(let failed) = await channel.send(Sample.single, to: "+15550199", now: Sample.noon),
            case .accepted = await channel.send(Sample.single, to: "+15550177", now: Sample.noon)
        else {
            Issue.record("not taken")
            return
        }
        guard case .failed(.retry) = await channel.fate(of: failed) else {
            Issue.record("it has not failed")
            return
        }
        var message = again
        message.earlier = Message.Earlier(othersReferences: [others])
        #expect(await channel.send(message, to: "+15550199", now: Sample.noon) == .accepted(reference: "SM" + String(repeating: "0", count: 31) + "4"))
        // What was sent just now is.
        #expect(await channel.send(again, to: "+15550199", now: Sample.noon) == .accepted(reference: "SM" + String(repeating: "0", count: 31) + "4"))
    }

    @Test func aWrongTokenPausesTheChannelAlsoWhereItIsFoundOutByTheLookup() async throws {
        let server = try await ServerProcess.start("twilio_server.py")
        for message in [Sample.single, again] {
            guard case .misconfigured(let reason) = await channel(server, token: "wrong").send(message, to: "+15550199", now: Sample.noon) else {
                Issue.record("not misconfigured")
                return
            }
            #expect(reason.contains("20003") && !reason.contains("wrong"))
        }
    }

    @Test func tooManyRequestsWaitsAsLongAsIsAsked() async throws {
        let server = try await ServerProcess.start(
            "twilio_server.py", ["--script", #"[{"refuse":429,"code":20429,"headers":{"Retry_After":"17"}}]"#])
        guard case .retry(after: .seconds(17), _) = await channel(server).send(Sample.single, to: "+15550199", now: Sample.noon) else {
            Issue.record("does not wait")
            return
        }
    }
}
