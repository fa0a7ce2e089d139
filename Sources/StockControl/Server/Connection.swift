import Foundation
import Logging
import NIOCore
import StockDomain
import StockEngine
import StockStore
import StockWire

/// One client: its lines in, its replies and events out. Lives on its channel's event loop; completions reach it
/// through `Outbox`.
///
/// What it holds in memory is bounded: while the client doesn't read its replies, or has too much in flight, nothing
/// of it is read and no event is fetched.
final class Connection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// A request that was read but may not be started yet.
    private struct Pending {
        var incoming: Incoming
        var batch: Batch?
    }

    /// A request that is being answered.
    private struct Running {
        /// nil: a notification.
        var id: RequestID?
        var method: any Method.Type
        var batch: Batch?
        /// Later changes wait for its end.
        var holdsChanges: Bool
    }

    let dispatcher: Dispatcher
    let limits: ControlLimits
    let access: Access
    /// nil: the kernel does not tell.
    let peer: PeerCredentials?
    /// Who asks, once that was found out.
    var identity: Access.Identity?
    var identifying = false
    private let neighbours: Neighbours
    private let logger: Logger

    private(set) var context: ChannelHandlerContext?
    private var outbox: Outbox?
    var idleCheck: Scheduled<Void>?
    private var lines: ConnectionLines
    /// Of one turn: all that is looked up in it had come in before it began, and so it holds whatever was answered before.
    private let snapshot: Snapshot
    /// Of one line.
    private var pending: CircularBuffer<Pending> = []
    private var running: [Int: Running] = [:]
    private var nextTicket = 0
    private var holds = 0
    private(set) var lastRequest = NIODeadline.now()
    /// At the last idle check.
    var unsent = 0
    /// Replies that have not left yet.
    private var output: ByteBuffer?
    var ending: Ending?
    private var inputEnded = false
    /// Another turn is on its way.
    private var resuming = false
    var closing = false

    var watchers: [Int64: Watcher] = [:]
    var watchersStarting = 0
    var nextSubscription: Int64 = 1
    var unobserve: (@Sendable () -> Void)?

    init(
        dispatcher: Dispatcher, access: Access, limits: ControlLimits, peer: PeerCredentials?, neighbours: Neighbours,
        logger: Logger
    ) {
        self.dispatcher = dispatcher
        snapshot = dispatcher.store.snapshot()
        self.limits = limits
        lines = ConnectionLines(limit: limits.lineBytes)
        self.access = access
        self.peer = peer
        self.neighbours = neighbours
        self.logger = logger
    }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        outbox = Outbox(self, on: context.eventLoop)
        scheduleIdleCheck(context, after: limits.idle)
        context.read()
    }

    func channelInactive(context: ChannelHandlerContext) {
        idleCheck?.cancel()
        stopWatching()
        lines.clear()
        pending = []
        output = nil
        // Each of these refers back to the connection.
        outbox = nil
        idleCheck = nil
        self.context = nil
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard ending != .refused else { return }
        lines.append(unwrapInboundIn(data))
        advance()
    }

    func channelReadComplete(context: ChannelHandlerContext) { settle() }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard context.channel.isWritable else { return }
        resume()
        for watcher in watchers.values { pump(watcher) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case ChannelEvent.inputClosed = event else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        if ending == .refused {
            context.close(promise: nil)
        } else {
            inputEnded = true
            end(.inputClosed)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    var isStopping: Bool { ending == .stopping }
    var inFlight: Int { running.count + watchersStarting }

    private var mayStart: Bool {
        guard let context else { return false }
        return inFlight < limits.inFlight && context.channel.isWritable && caller != nil
    }

    /// Starts what may be started. What is answered at once does not count as in flight: so many, and others who
    /// share the loop have their turn.
    private func advance() {
        var turn = Connection.requestsATurn
        defer { snapshot.end() }
        while mayStart {
            guard turn > 0 else { return takeAnotherTurn() }
            turn -= 1
            if let next = pending.first {
                // A task takes effect when it ends, so changes that were sent after it wait until then.
                guard holds == 0 || !next.incoming.changes else { return }
                pending.removeFirst()
                begin(next)
            } else {
                switch lines.next() {
                case .line(let line): take(line)
                case .tooLong: return refuseLongLine()
                case .none: return answerUnendedLine()
                }
            }
        }
    }

    private static let requestsATurn = 128

    private func takeAnotherTurn() {
        guard let context, !resuming else { return }
        resuming = true
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.execute {
            bound.value.resuming = false
            bound.value.resume()
        }
    }

    func resume() {
        advance()
        settle()
    }

    /// After something has happened: what was written leaves, and more is read or the connection ends.
    func settle() {
        guard let context else { return }
        flush()
        guard !lines.mayHoldOne, pending.isEmpty else { return }
        if ending == nil {
            if mayStart { context.read() }
        } else {
            closeIfDone()
        }
    }

    private func take(_ line: ByteBuffer) {
        lastRequest = .now()
        switch line.withUnsafeReadableBytes({ IncomingLine($0) }) {
        case .single(let incoming):
            if holds == 0, inFlight < limits.inFlight {
                begin(Pending(incoming: incoming))
            } else {
                pending.append(Pending(incoming: incoming))
            }
        case .batch(let items):
            let batch = Batch(expected: items.count)
            pending.append(contentsOf: items.map { Pending(incoming: $0, batch: batch) })
        }
    }

    /// Lines before it are answered.
    private func refuseLongLine() {
        lines.clear()
        write(Reply.failure(.null, .invalidRequest("a line must not be longer than \(limits.lineBytes) bytes; closing")))
        end(.refused)
    }

    /// What came after the last line feed will never have one.
    private func answerUnendedLine() {
        guard inputEnded, lines.holdsUnended else { return }
        lines.clear()
        write(Reply.failure(.null, .parse("the last line has no end: every message ends with a line feed")))
    }

    private func begin(_ item: Pending) {
        guard let caller = identity?.caller else { return }
        switch item.incoming {
        case .refused(let id, let error):
            reply(Reply.failure(id, dispatcher.denial(of: caller) ?? error), in: item.batch)
        case .refusedNotification:
            _ = dispatcher.denial(of: caller)
            reply(nil, in: item.batch)
        case .request(let request):
            if let batch = item.batch, batch.isFull {
                let error = ErrorObject.unavailable(
                    "the replies of the batch before this one have more than \(Batch.replyBytes) bytes: ask in smaller batches")
                reply(request.id.map { Reply.failure($0, error) }, in: batch)
            } else {
                answer(request, caller, in: item.batch)
            }
        }
    }

    private func answer(_ request: Request, _ caller: Caller, in batch: Batch?) {
        guard let outbox else { return }
        nextTicket += 1
        let ticket = nextTicket
        let dispatched = dispatcher.dispatch(
            request, caller: caller, admission: isAlone ? .alone : .refusable, lookingUpIn: snapshot
        ) { outbox.complete(ticket, $0) }
        switch dispatched {
        case .answered(let outcome):
            finish(Running(id: request.id, method: request.method, batch: batch, holdsChanges: false), outcome)
        case .underWay(let order):
            let holdsChanges = order == .whenDone && request.method.effect == .changes
            if holdsChanges { holds += 1 }
            running[ticket] = Running(id: request.id, method: request.method, batch: batch, holdsChanges: holdsChanges)
        case .watching(let params):
            watch(request, params, caller) { $0.reply($1, in: batch) }
        }
    }

    /// Whether nobody waits for this loop but whoever asks now: no other request of this client's, no other client.
    private var isAlone: Bool {
        running.isEmpty && pending.isEmpty && !lines.mayHoldOne && neighbours.count.load(ordering: .relaxed) == 1
    }

    func finished(_ completions: [Outbox.Completion]) {
        for completion in completions {
            guard let request = running.removeValue(forKey: completion.ticket) else { continue }
            if request.holdsChanges { holds -= 1 }
            finish(request, completion.outcome)
        }
        resume()
    }

    private func finish(_ request: Running, _ outcome: Outcome) {
        let result = outcome.encoded
        if case .failure(let error) = result { report(error, of: request.method.name) }
        reply(
            request.id.map { id in
                switch result {
                case .success(let json): Reply.success(id, resultJSON: json)
                case .failure(let error): Reply.failure(id, ErrorObject(error))
                }
            }, in: request.batch)
    }

    /// What is nobody's mistake but ours is for the operator to see.
    private func report(_ error: any Error, of method: String) {
        if let error = error as? StoreError, case .overloaded = error.code {
            if dispatcher.overload.isToBeSaid() { logger.warning(.storeOverloaded, ["method": "\(method)"]) }
        } else if ErrorObject(error).code == .internal {
            logger.error(.requestFailed, ["method": "\(method)", "error": "\(error)"])
        }
    }

    /// nil where there is nobody to answer.
    private func reply(_ reply: [UInt8]?, in batch: Batch?) {
        guard let batch else {
            if let reply { write(reply) }
            return
        }
        if let replies = batch.add(reply), !replies.isEmpty { write(Reply.batch(replies)) }
    }

    /// Leaves with the next `settle`, together with all that was written until then.
    func write(_ line: [UInt8]) {
        guard let context, !closing else { return }
        var buffer = output.take() ?? context.channel.allocator.buffer(capacity: max(512, line.count + 1))
        buffer.writeBytes(line)
        buffer.writeInteger(UInt8(ascii: "\n"))
        output = buffer
        // From here on the channel counts it, and says when the client is behind.
        if buffer.readableBytes > Connection.outputBytes { flush() }
    }

    private static let outputBytes = 64 << 10

    func flush() {
        guard let context, let buffer = output.take() else { return }
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    }
}

extension Incoming {
    fileprivate var changes: Bool {
        if case .request(let request) = self { request.method.effect == .changes } else { false }
    }
}
