import FoundationEssentials
import StockDomain
import StockStore
import StockWire

extension ErrorObject {
    private static func unavailable(_ message: String, reason: String?, retryAfter: Duration?) -> ErrorObject {
        ErrorObject(
            .unavailable, message, reason: reason,
            details: retryAfter.map { ["retry_after_ms": .number(Decimal($0.milliseconds))] } ?? [:])
    }

    /// What a handler threw, in the protocol's terms.
    package init(_ error: any Error) {
        switch error {
        case let error as ErrorObject:
            self = error
        case let error as StoreError:
            switch error.code {
            case .notFound: self = .notFound(error.description, field: error.field)
            case .conflict(let reason): self = .conflict(error.description, reason: reason)
            case .invalid(let field): self = .invalidParams(field, error.description)
            case .unavailable:
                self = .unavailable(
                    error.description, reason: error.mayBeDone ? "in_doubt" : nil, retryAfter: error.retryAfter)
            case .overloaded(let wait): self = .unavailable(error.description, reason: "overloaded", retryAfter: wait)
            case .internal: self = .internal(error.description)
            }
        case let error as HoldConflict:
            self = ErrorObject(error)
        case is CancellationError:
            self = .unavailable("stockd is stopping")
        default:
            self = .internal("an unexpected error; see journalctl -u stockd")
        }
    }
}
