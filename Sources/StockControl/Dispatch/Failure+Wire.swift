import FoundationEssentials
import StockDomain
import StockStore
import StockWire

extension ErrorObject {
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
            case .unavailable: self = .unavailable(error.description, reason: error.mayBeDone ? "in_doubt" : nil)
            case .overloaded(let wait):
                self = ErrorObject(
                    .unavailable, error.description, reason: "overloaded",
                    details: ["retry_after_ms": .number(Decimal(wait.milliseconds))])
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
