import Crypto
import Foundation
import StockDomain
@testable import StockNotify
import StockTransport
import StockWire
import Testing

@Suite struct WebhookTests {
    private func channel(_ http: any HTTPClient, key: String? = "s3cret") -> WebhookChannel {
        WebhookChannel(urls: ["erp": "https://erp.example/hook"], signingKey: key, http: http)
    }

    @Test func aReceiverCanVerifyTheSignatureFromHeadersAndBodyAlone() async throws {
        let http = ScriptedHTTP(.success(HTTPResponse(status: 204)))
        #expect(await channel(http).send(Sample.evil, to: "erp", now: Sample.noon) == .sent(reference: nil))
        let request = try #require(http.last)
        let headers = Dictionary(request.headers.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        #expect(headers["X-Stockd-Delivery"] == "0b7e.41")
        let signed = "\(try #require(headers["X-Stockd-Timestamp"])).".utf8 + request.body
        let mac = HMAC<SHA256>.authenticationCode(for: Data(signed), using: SymmetricKey(data: Data("s3cret".utf8)))
        #expect(headers["X-Stockd-Signature"] == "v1=" + mac.map { String(format: "%02x", $0) }.joined())
    }

    @Test func theBodyCarriesAlertsInTheShapeOfAlertList() async throws {
        let http = ScriptedHTTP(.success(HTTPResponse(status: 200)))
        _ = await channel(http, key: nil).send(Sample.digest, to: "erp", now: Sample.noon)
        let request = try #require(http.last)
        #expect(!request.headers.contains { $0.name == "X-Stockd-Signature" })
        let object = try #require(try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any])
        #expect(object["version"] as? Int == 1 && object["delivery_id"] as? Int == 41 && object["kind"] as? String == "alert")
        #expect(object["total"] as? Int == 10_000)
        let alerts = try #require(object["alerts"] as? [[String: Any]])
        let listed = try JSONSerialization.jsonObject(with: Data(JSON.encode(Wire.Alert(Sample.alert(), tenant: "default"))))
        #expect(alerts.first.map { Set($0.keys) } == (listed as? [String: Any]).map { Set($0.keys) })
    }

    @Test(arguments: 100..<600)
    func everyStatusHasItsVerdict(status: Int) {
        let verdict = WebhookChannel.verdict(HTTPResponse(status: status, headers: [(name: "retry-after", value: "7")]))
        switch (status, verdict) {
        case (200..<300, .sent), (408, .retry(after: .seconds(7), _)), (425, .retry), (429, .retry), (500..., .unreachable(after: .seconds(7), _)): break
        case (408, _), (425, _), (429, _), (500..., _), (200..<300, _): Issue.record("\(status): \(verdict)")
        case (_, .dead(_, disablesAddress: false)): break
        default: Issue.record("\(status): \(verdict)")
        }
    }

    @Test(arguments: [
        TransportError.Code.unreachable, .timedOut, .tls, .tooLarge, .cancelled, .broken, .invalidRequest,
    ])
    func noAnswerIsTriedAgainUnlessTheRequestItselfIsWrong(code: TransportError.Code) async {
        let http = ScriptedHTTP(.failure(TransportError(code, "erp.example: x", mayHaveBeenProcessed: true)))
        let verdict = await channel(http).send(Sample.single, to: "erp", now: Sample.noon)
        #expect(verdict == (code == .invalidRequest ? .dead(reason: "erp.example: x", disablesAddress: false) : .unreachable(after: nil, reason: "erp.example: x")))
    }
}
