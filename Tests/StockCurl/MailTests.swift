import Foundation
import StockCurl
import StockTestSupport
import StockTransport
import Synchronization
import Testing

struct ReceivedMail: Decodable {
    struct Content: Decodable {
        var raw: String
    }

    var sender: String
    var recipients: [String]
    var port: Int
    var tls: Bool
    var user: String?
    var ehlo: String
    var mail: Content
}

struct ReachedStage: Decodable {
    var stage: String
}

// One after another: each test starts a server.
@Suite(.serialized) struct MailTests {
    private let transport = CurlTransport(userAgent: "stockd/9.9.9", greetingName: "shop.example")
    private static let text = "Subject: Hello\r\n\r\nOne\r\n.\r\n..Two\r\n"

    private func send(
        to server: ServerProcess, _ security: MailServer.Security = .none, user: String? = nil, password: String? = nil,
        tls: TLSTrust = .system, from: String = "alerts@shop.example", recipient: String = "jo@shop.example",
        timeout: Duration = .seconds(20)
    ) async -> Result<MailReply, TransportError> {
        let scheme = security == .tls ? "smtps" : "smtp"
        let mailServer = MailServer(
            url: "\(scheme)://127.0.0.1:\(server.port)", security: security, username: user, password: password, tls: tls)
        let mail = Mail(from: from, to: recipient, data: Array(Self.text.utf8), timeout: timeout)
        do throws(TransportError) {
            return .success(try await transport.send(mail, through: mailServer))
        } catch {
            return .failure(error)
        }
    }

    @Test func deliversAMailAsItIs() async throws {
        let server = try await ServerProcess.start("smtp_server.py")
        let reply = try await send(to: server).get()
        #expect(reply == MailReply(code: 250, text: "2.0.0 Taken as 4711", stage: .data))
        let received: ReceivedMail = try await server.next("mail").decoded()
        #expect(received.sender == "alerts@shop.example")
        #expect(received.recipients == ["jo@shop.example"])
        #expect(received.mail.raw == Self.text)
        #expect(received.ehlo == "shop.example")
        #expect(!received.tls)
        #expect(received.user == nil)
    }

    @Test func sendsSeveralMailsOverOneConnection() async throws {
        let server = try await ServerProcess.start("smtp_server.py")
        var ports: Set<Int> = []
        for number in 0..<3 {
            let reply = try await send(to: server, recipient: "jo\(number)@shop.example").get()
            #expect(reply.code == 250)
            let received: ReceivedMail = try await server.next("mail").decoded()
            #expect(received.recipients == ["jo\(number)@shop.example"])
            ports.insert(received.port)
        }
        #expect(ports.count == 1)
    }

    @Test(arguments: [MailServer.Security.starttls, .tls])
    func encryptsAndAuthenticates(security: MailServer.Security) async throws {
        let certificates = try TestCertificates.shared.get()
        let server = try await ServerProcess.start(
            "smtp_server.py",
            ["--tls", security == .tls ? "implicit" : "starttls", "--certificate", certificates.file("good"), "--auth", "jo:pässword"])
        let reply = try await send(
            to: server, security, user: "jo", password: "pässword", tls: .caFile(certificates.authority)
        ).get()
        #expect(reply.code == 250)
        let received: ReceivedMail = try await server.next("mail").decoded()
        #expect(received.tls)
        #expect(received.user == "jo")
    }

    @Test(arguments: [
        ("expired", "it has expired"), ("othername", "it is for another name"), ("selfsigned", "it is self-signed"),
    ])
    func refusesACertificateThatCannotBeTrusted(certificate: String, reason: String) async throws {
        let certificates = try TestCertificates.shared.get()
        let server = try await ServerProcess.start(
            "smtp_server.py", ["--tls", "starttls", "--certificate", certificates.file(certificate), "--auth", "jo:word"])
        let result = await send(to: server, .starttls, user: "jo", password: "word", tls: .caFile(certificates.authority))
        guard case .failure(let error) = result else { Issue.record("it was trusted"); return }
        #expect(error.code == .tls)
        #expect(error.description.contains(reason), "\(error)")
    }

    @Test func neverSpeaksInTheClearWhereTLSIsWanted() async throws {
        let server = try await ServerProcess.start("smtp_server.py", ["--auth", "jo:word"])
        let result = await send(to: server, .starttls, user: "jo", password: "word")
        guard case .failure(let error) = result else { Issue.record("it was sent"); return }
        #expect(error.code == .tls)
        #expect(error.description == "smtp://127.0.0.1:\(server.port): the server does not offer STARTTLS")
        #expect(!error.mayHaveBeenProcessed)
    }

    @Test func takesARefusalOfSTARTTLSForNowAsAReply() async throws {
        let certificates = try TestCertificates.shared.get()
        let server = try await ServerProcess.start(
            "smtp_server.py",
            ["--tls", "starttls", "--certificate", certificates.file("good"), "--reply", "starttls=454 later"])
        let reply = try await send(to: server, .starttls, tls: .caFile(certificates.authority)).get()
        #expect(reply == MailReply(code: 454, text: "later", stage: .greeting))
    }

    @Test func saysThatCredentialsAreWrongWithoutRepeatingThem() async throws {
        let server = try await ServerProcess.start("smtp_server.py", ["--auth", "jo:right"])
        let reply = try await send(to: server, user: "jo", password: "hunter2").get()
        #expect(reply.code == 535)
        #expect(reply.stage == .authentication)
        #expect(!reply.text.contains("hunter2"))
    }

    @Test func saysThatCredentialsAreWanted() async throws {
        let server = try await ServerProcess.start("smtp_server.py", ["--auth", "jo:right"])
        let reply = try await send(to: server).get()
        #expect(reply.code == 530)
        #expect(reply.stage == .sender)
    }

    @Test(arguments: [
        ("greeting", "554 no service", MailReply(code: 554, text: "no service", stage: .greeting)),
        ("greeting", "421 busy", MailReply(code: 421, text: "busy", stage: .greeting)),
        ("mail", "451 later", MailReply(code: 451, text: "later", stage: .sender)),
        ("mail", "550 no such sender", MailReply(code: 550, text: "no such sender", stage: .sender)),
        ("rcpt", "450 greylisted", MailReply(code: 450, text: "greylisted", stage: .recipient)),
        ("rcpt", "550 5.1.1 no such user", MailReply(code: 550, text: "5.1.1 no such user", stage: .recipient)),
        ("data", "451 try again", MailReply(code: 451, text: "try again", stage: .data)),
        ("data", "554 looks like spam", MailReply(code: 554, text: "looks like spam", stage: .data)),
    ])
    func tellsWhichCommandWasRefused(stage: String, line: String, expected: MailReply) async throws {
        let server = try await ServerProcess.start("smtp_server.py", ["--reply", "\(stage)=\(line)"])
        #expect(try await send(to: server).get() == expected)
    }

    @Test func tellsTheLastLineOfAReplyOfSeveral() async throws {
        let server = try await ServerProcess.start("smtp_server.py", ["--reply", "rcpt=550-5.1.1 no such user\r\n550 5.1.1 ask \u{1B}[31mthem"])
        let reply = try await send(to: server).get()
        #expect(reply == MailReply(code: 550, text: "5.1.1 no such user 5.1.1 ask \u{1B}[31mthem", stage: .recipient))
    }

    @Test func goesOnAfterARefusedRecipient() async throws {
        let server = try await ServerProcess.start("smtp_server.py", ["--reply", "rcpt=550 no"])
        #expect(try await send(to: server).get().code == 550)
        #expect(try await send(to: server, recipient: "other@shop.example").get().code == 550)
    }

    @Test(arguments: [("greeting", false), ("mail", false), ("rcpt", false), ("data", true)])
    func reportsAConnectionThatBreaks(stage: String, mayHaveBeenProcessed: Bool) async throws {
        let server = try await ServerProcess.start("smtp_server.py", ["--drop", stage])
        guard case .failure(let error) = await send(to: server) else { Issue.record("it was sent"); return }
        #expect(error.code == .broken || error.code == .unreachable)
        #expect(error.mayHaveBeenProcessed == mayHaveBeenProcessed)
    }

    @Test(arguments: [("greeting", false), ("rcpt", false), ("data", true)])
    func givesUpOnAServerThatNeverAnswers(stage: String, mayHaveBeenProcessed: Bool) async throws {
        let server = try await ServerProcess.start("smtp_server.py", ["--silent", stage])
        guard case .failure(let error) = await send(to: server, timeout: .seconds(3)) else { Issue.record("it was sent"); return }
        #expect(error.code == .timedOut)
        #expect(error.mayHaveBeenProcessed == mayHaveBeenProcessed)
    }

    @Test func cancellingAbortsTheMail() async throws {
        let server = try await ServerProcess.start("smtp_server.py", ["--silent", "rcpt"])
        let task = Task { await send(to: server) }
        while try await server.next("reached").decoded(as: ReachedStage.self).stage != "rcpt" {}
        task.cancel()
        guard case .failure(let error) = await task.value else { Issue.record("it was sent"); return }
        #expect(error.code == .cancelled)
        #expect(!error.mayHaveBeenProcessed)
    }

    @Test func aServerThatHoldsBackItsLastAnswerHoldsUpNoOtherMail() async throws {
        let slow = try await ServerProcess.start("smtp_server.py", ["--silent", "data"])
        let good = try await ServerProcess.start("smtp_server.py")
        let isOver = Mutex(false)
        let task = Task {
            defer { isOver.withLock { $0 = true } }
            return await send(to: slow)
        }
        while try await slow.next("reached").decoded(as: ReachedStage.self).stage != "data" {}
        #expect(try await send(to: good).get().code == 250)
        #expect(isOver.withLock { !$0 })
        task.cancel()
        guard case .failure(let error) = await task.value else { Issue.record("it was sent"); return }
        #expect(error.code == .cancelled && error.mayHaveBeenProcessed)
    }

    @Test func aConnectionThatStillOwesAnAnswerIsNotUsedAgain() async throws {
        let server = try await ServerProcess.start("smtp_server.py", ["--silent", "data"])
        var ports: [Int] = []
        for _ in 0..<2 {
            guard case .failure(let error) = await send(to: server, timeout: .seconds(1)) else { Issue.record("it was sent"); return }
            #expect(error.code == .timedOut)
            ports.append(try await server.next("mail").decoded(as: ReceivedMail.self).port)
        }
        #expect(ports[0] != ports[1])
    }

    @Test(arguments: [
        "a@b.example\r\nRCPT TO:<c@d.example>", "a@b.example\n", "a@b.example\0", "a b@c.example", "<a@b.example>", "a@b.example>",
        "", "a", "@b.example", "a@", "\u{FC}@b.example", String(repeating: "a", count: 250) + "@b.example",
    ])
    func refusesAddressesThatCouldForgeCommands(address: String) async throws {
        let server = MailServer(url: "smtp://127.0.0.1:1", security: .none)
        for (from, to) in [("a@b.example", address), (address, "a@b.example")] {
            let transport = transport
            await #expect { _ = try await transport.send(Mail(from: from, to: to, data: []), through: server) } throws: {
                ($0 as? TransportError)?.code == .invalidRequest
            }
        }
    }
}
