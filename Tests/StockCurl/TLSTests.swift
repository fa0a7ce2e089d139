import StockCurl
import StockTestSupport
import StockTransport
import Testing

// One after another: each test starts a server.
@Suite(.serialized) struct TLSTests {
    private let transport = CurlTransport(userAgent: "stockd/9.9.9")

    private func get(_ certificate: String, tls: (TestCertificates) -> TLSTrust) async throws -> Result<HTTPResponse, TransportError> {
        let certificates = try TestCertificates.shared.get()
        let server = try await ServerProcess.start("http_server.py", ["--certificate", certificates.file(certificate)])
        let request = HTTPRequest(.get, "https://127.0.0.1:\(server.port)/secret", tls: tls(certificates))
        do throws(TransportError) {
            return .success(try await transport.send(request))
        } catch {
            return .failure(error)
        }
    }

    @Test func trustsWhatTheGivenAuthoritySigned() async throws {
        let response = try await get("good") { .caFile($0.authority) }.get()
        #expect(response.status == 200)
    }

    @Test(arguments: [
        ("expired", "it has expired"), ("othername", "it is for another name"), ("selfsigned", "it is self-signed"),
    ])
    func saysWhyACertificateIsNotTrusted(certificate: String, reason: String) async throws {
        let result = try await get(certificate) { .caFile($0.authority) }
        guard case .failure(let error) = result else { Issue.record("it was trusted"); return }
        #expect(error.code == .tls)
        #expect(error.description.contains(reason), "\(error)")
        #expect(!error.description.contains("secret"))
        #expect(!error.mayHaveBeenProcessed)
    }

    @Test func theSystemsAuthoritiesDoNotTrustOurs() async throws {
        let result = try await get("good") { _ in .system }
        guard case .failure(let error) = result else { Issue.record("it was trusted"); return }
        #expect(error.code == .tls)
    }

    @Test func saysThatTheFileOfAuthoritiesCannotBeRead() async throws {
        let result = try await get("good") { _ in .caFile("/nonexistent/ca.pem") }
        guard case .failure(let error) = result else { Issue.record("it was trusted"); return }
        #expect(error.code == .tls)
        #expect(error.description.contains("ca_file"))
    }

    @Test func saysThatTheServerDoesNotSpeakTLS() async throws {
        let server = try await ServerProcess.start("http_server.py")
        let transport = transport
        await #expect { _ = try await transport.send(HTTPRequest(.get, "https://127.0.0.1:\(server.port)/", timeout: .seconds(5))) }
            throws: { ($0 as? TransportError)?.mayHaveBeenProcessed == false }
    }
}
