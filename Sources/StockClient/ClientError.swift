import StockWire

/// Why a call has no result.
package enum ClientError: Error, Hashable, Sendable {
    /// The socket's path does not fit into an address of the system.
    case pathTooLong(path: String, limit: Int)
    /// Nobody listens there; `detail` is the system's text.
    case noDaemon(path: String, detail: String)
    /// The socket's permissions keep us out.
    case notPermitted(path: String)
    /// The connection ended before the reply.
    case closed(detail: String)
    case noReply(after: Duration)
    /// What came is not this protocol.
    case malformed(detail: String)
    /// The daemon's own refusal.
    case refused(ErrorObject)
}

extension ClientError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .pathTooLong(let path, let limit):
            "the path of the socket is longer than the \(limit) bytes that the system allows: \(path)"
        case .noDaemon(let path, let detail): "no daemon at \(path): \(detail)"
        case .notPermitted(let path): "no permission to use \(path)"
        case .closed(let detail): "the daemon closed the connection\(detail.isEmpty ? "" : ": \(detail)")"
        case .noReply(let time): "no reply within \(time.components.seconds) s"
        case .malformed(let detail): "the reply makes no sense: \(detail)"
        case .refused(let error): error.message
        }
    }
}
