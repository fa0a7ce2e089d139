import NIOCore
import StockWire
import Synchronization

/// What a request came to. A result may be encoded where it arrives, so that the store's writer need not.
enum Outcome: Sendable {
    case json([UInt8])
    case result(@Sendable () throws -> [UInt8])
    case failed(any Error)

    var encoded: Result<[UInt8], any Error> {
        switch self {
        case .json(let json): .success(json)
        case .result(let encode): Result(catching: encode)
        case .failed(let error): .failure(error)
        }
    }
}

/// Brings completions, which come on any thread, to the connection's event loop: all that a commit
/// completes in one go, so that they leave in one write.
final class Outbox: Sendable {
    struct Completion: Sendable {
        var ticket: Int
        var outcome: Outcome
    }

    private struct State {
        var done: [Completion] = []
        var scheduled = false
    }

    private let connection: NIOLoopBound<Connection>
    private let state = Mutex(State())

    init(_ connection: Connection, on eventLoop: any EventLoop) {
        self.connection = NIOLoopBound(connection, eventLoop: eventLoop)
    }

    func complete(_ ticket: Int, _ outcome: Outcome) {
        let wake = state.withLock { state in
            state.done.append(Completion(ticket: ticket, outcome: outcome))
            defer { state.scheduled = true }
            return !state.scheduled
        }
        if wake { connection.eventLoop.execute { self.deliver() } }
    }

    private func deliver() {
        let completions = state.withLock { state in
            defer { state.done = [] }
            state.scheduled = false
            return state.done
        }
        connection.value.finished(completions)
    }
}

/// Gathers the replies of a batch. Lives on the event loop.
final class Batch {
    /// What the replies of one batch may add up to; they are held until the last has come.
    static let replyBytes = 32 << 20

    private var open: Int
    private var bytes = 0
    private var replies: [[UInt8]] = []

    init(expected: Int) { open = expected }

    /// The rest of the batch cannot be answered any more.
    var isFull: Bool { bytes > Batch.replyBytes }

    /// Returns all replies once the last has come.
    func add(_ reply: [UInt8]?) -> [[UInt8]]? {
        if let reply {
            replies.append(reply)
            bytes += reply.count
        }
        open -= 1
        return open == 0 ? replies : nil
    }
}
