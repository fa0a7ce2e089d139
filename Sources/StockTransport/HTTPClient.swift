/// One HTTP exchange. Redirects are never followed.
package struct HTTPRequest: Sendable {
    package enum Method: String, Sendable { case get = "GET", post = "POST" }

    package var method: Method
    package var url: String
    /// Values must not contain CR, LF or NUL; the client refuses them.
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    /// For the whole exchange.
    package var timeout: Duration
    /// A longer body fails the request.
    package var responseLimit: Int
    package var tls: TLSTrust
    /// It must not reach the server twice. An exchange on a kept connection that the server closes at that moment is
    /// repeated unasked; this one gets a connection of its own, and such an end is a failure.
    package var once: Bool

    package init(
        _ method: Method, _ url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        timeout: Duration = .seconds(30), responseLimit: Int = 64 << 20, tls: TLSTrust = .system, once: Bool = false
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.responseLimit = responseLimit
        self.tls = tls
        self.once = once
    }
}

package struct HTTPResponse: Sendable {
    package var status: Int
    /// Names in lower case, in the order received.
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]

    package init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first header of that name (lower case).
    package func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}

/// Whose certificates are trusted. Verification cannot be switched off.
package enum TLSTrust: Hashable, Sendable {
    case system
    case caFile(String)
}

package protocol HTTPClient: Sendable {
    /// Any status is an answer; throws only when there is none. Cancelling the task aborts the exchange.
    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse
}

/// Why an exchange gave no answer.
package struct TransportError: Error, CustomStringConvertible, Sendable {
    package enum Code: String, Sendable {
        case unreachable, timedOut, tls, tooLarge, invalidRequest, cancelled, broken
    }

    package var code: Code
    /// For operators: host and cause, never a secret (no query, no path of a secret URL).
    package var description: String
    /// Whether the other side may have processed the request all the same.
    package var mayHaveBeenProcessed: Bool

    package init(_ code: Code, _ description: String, mayHaveBeenProcessed: Bool) {
        self.code = code
        self.description = description
        self.mayHaveBeenProcessed = mayHaveBeenProcessed
    }
}
