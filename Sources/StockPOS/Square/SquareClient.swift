import FoundationEssentials
import StockDomain
import StockTransport

/// Requests to one Square account, tried again while that makes sense. Everything sent only reads, so a request
/// whose answer was lost may be repeated.
struct SquareClient: Sendable {
    /// Pinned: the newest version whose specification is public. Answers of other versions are tolerated.
    static let version = "2025-08-20"

    var configuration: SquareConfiguration
    var http: any HTTPClient
    var retry = SquareRetry()
    var pause: @Sendable (Duration) async throws -> Void
    /// In `0..<1`.
    var jitter: @Sendable () -> Double

    func get<Reply: Decodable>(_ path: String, as: Reply.Type = Reply.self) async throws -> Reply {
        try await call(.get, path, body: [], hasCursor: false)
    }

    /// - Throws: `SquareRefusal` when Square refuses the request while a cursor is in it, `SyncFailure`, `CancellationError`.
    func post<Body: Encodable, Reply: Decodable>(
        _ path: String, _ body: Body, hasCursor: Bool = false, as: Reply.Type = Reply.self
    ) async throws -> Reply {
        let encoder = JSONEncoder()
        // Square compares the body that comes with a cursor to the first one.
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try await call(.post, path, body: Array(try encoder.encode(body)), hasCursor: hasCursor)
    }

    private func call<Reply: Decodable>(
        _ method: HTTPRequest.Method, _ path: String, body: [UInt8], hasCursor: Bool
    ) async throws -> Reply {
        let request = HTTPRequest(
            method, configuration.url + path,
            headers: [
                ("Authorization", "Bearer \(configuration.token)"), ("Square-Version", Self.version),
                ("Content-Type", "application/json"), ("Accept", "application/json"),
            ],
            body: body, timeout: configuration.timeout, tls: configuration.tls)
        for attempt in 1... {
            try Task.checkCancellation()
            let failure: SyncFailure
            var retryAfter: Duration?
            var isUnreachable = false
            do {
                let response = try await http.send(request)
                if (200..<300).contains(response.status) {
                    do {
                        return try JSONDecoder().decode(Reply.self, from: Data(response.body))
                    } catch {
                        // A proxy's page or a truncated body passes; a Square that has changed does not.
                        failure = SyncFailure(
                            .protocolBroken, "\(path): Square's answer cannot be read: \(reason(of: error))")
                    }
                } else {
                    retryAfter = response.retryAfter
                    failure = try judge(response, path: path, hasCursor: hasCursor, retryAfter: retryAfter)
                }
            } catch let error as TransportError {
                failure = try judge(error, path: path)
                isUnreachable = error.code == .unreachable
            }
            let pause = retry.pause(
                after: attempt, retryAfter: retryAfter, isUnreachable: isUnreachable, jitter: jitter())
            guard let pause else { throw failure }
            try await self.pause(pause)
        }
        preconditionFailure("the retry policy never gives up")
    }

    /// The failure to report if no try is left; throws what no try can mend.
    private func judge(
        _ response: HTTPResponse, path: String, hasCursor: Bool, retryAfter: Duration?
    ) throws -> SyncFailure {
        let errors =
            (try? JSONDecoder().decode(SquareErrors.self, from: Data(response.body))) ?? SquareErrors(errors: [])
        let text = "\(path): Square answered \(response.status): \(withoutToken(errors.summary))"
        switch SquareVerdict(status: response.status, errors: errors) {
        case .retry: return SyncFailure(.transient(retryAfter: retryAfter), text)
        case .misconfigured: throw SyncFailure(.misconfigured, text)
        case .cursorRefused where hasCursor: throw SquareRefusal(cursor: true, status: response.status, description: text)
        case .refused where hasCursor && response.status == 400:
            throw SquareRefusal(cursor: false, status: response.status, description: text)
        case .cursorRefused, .refused: throw SyncFailure(.protocolBroken, text)
        }
    }

    private func judge(_ error: TransportError, path: String) throws -> SyncFailure {
        let text = withoutToken("\(path): \(error.description)")
        switch error.code {
        case .cancelled: throw CancellationError()
        case .invalidRequest: throw SyncFailure(.misconfigured, text)
        case .tooLarge: throw SyncFailure(.protocolBroken, text)
        case .unreachable, .timedOut, .tls, .broken: return SyncFailure(.transient(retryAfter: nil), text)
        }
    }

    /// Square has no reason to repeat the token; should it do so, it still reaches no log.
    private func withoutToken(_ text: String) -> String {
        configuration.token.isEmpty ? text : text.replacing(configuration.token, with: "[token]")
    }
}
