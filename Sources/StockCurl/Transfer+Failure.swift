import CCurl
import Foundation
import StockTransport

extension Transfer {
    /// A failure of the connection in our terms. libcurl's own words are passed on only where they can hold nothing but the
    /// host and the cause.
    final func connectionFailure(_ code: CURLcode) -> TransportError {
        func failure(_ kind: TransportError.Code, _ words: String) -> TransportError {
            let sent = kind != .unreachable && kind != .tls && kind != .invalidRequest && mayHaveBeenProcessed
            return TransportError(kind, "\(origin): \(words)", mayHaveBeenProcessed: sent)
        }
        switch code {
        case CURLE_ABORTED_BY_CALLBACK:
            return cancelled(mayHaveBeenProcessed: mayHaveBeenProcessed)
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
            return failure(.invalidRequest, "the URL is malformed")
        case CURLE_COULDNT_RESOLVE_HOST:
            return failure(.unreachable, "the host's name cannot be resolved")
        case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED:
            return failure(.unreachable, "cannot connect" + (osError.map { " (\($0))" } ?? ""))
        case CURLE_OPERATION_TIMEDOUT:
            return failure(.timedOut, isConnected ? "no answer within \(timeout)" : "cannot connect: no answer in time")
        case CURLE_PEER_FAILED_VERIFICATION:
            return failure(.tls, "the server's certificate cannot be trusted: \(certificateProblem)")
        case CURLE_SSL_CACERT_BADFILE:
            return failure(.tls, "the file of trusted certificates (ca_file) cannot be read")
        case CURLE_USE_SSL_FAILED:
            return failure(.tls, "the server does not offer STARTTLS")
        case CURLE_SSL_CONNECT_ERROR where isConnectionLoss:
            return failure(.unreachable, "the connection broke while TLS was set up")
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
            CURLE_SSL_ENGINE_INITFAILED:
            return failure(.tls, "TLS failed: \(detail)")
        case CURLE_GOT_NOTHING:
            return failure(.broken, "the server closed the connection without an answer")
        case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE:
            return failure(.broken, "the connection broke")
        default:
            return failure(.broken, "the exchange failed: \(String(cString: curl_easy_strerror(code)))")
        }
    }

    private var isConnected: Bool {
        var at: Int = 0
        // Set once the connection, with TLS, is ready for the request.
        ccurl_get_offset(easy, CURLINFO_PRETRANSFER_TIME_T, &at)
        return at > 0
    }

    private var osError: String? {
        var number = 0
        ccurl_get_long(easy, CURLINFO_OS_ERRNO, &number)
        return number == 0 ? nil : String(cString: strerror(Int32(truncatingIfNeeded: number)))
    }

    /// A peer or network that goes away is no fault of anybody's certificates or settings.
    private var isConnectionLoss: Bool {
        let words = detail.lowercased()
        return ["ssl_error_syscall", "reset by peer", "unexpected eof", "broken pipe", "timed out"].contains { words.contains($0) }
    }

    /// In words of the trade, then libcurl's.
    private var certificateProblem: String {
        let words = detail
        let known = [
            ("self-signed", "it is self-signed"), ("self signed", "it is self-signed"),
            ("has expired", "it has expired"), ("not yet valid", "it is not yet valid"),
            ("no alternative certificate", "it is for another name"), ("does not match", "it is for another name"),
            ("local issuer", "its issuer is not known"), ("revoked", "it was revoked"),
        ]
        guard let (_, meaning) = known.first(where: { words.contains($0.0) }) else { return words }
        return "\(meaning) (\(words))"
    }
}
