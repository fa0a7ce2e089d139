import Foundation
import Logging
import NIOCore
import NIOExtras
import StockDomain
import StockStore
import StockWire
import Synchronization

/// What the server holds a connection to.
package struct ControlLimits: Hashable, Sendable {
    package var lineBytes = Wire.lineLimit
    package var connections = 256
    /// Requests that are being answered; past that the connection is not read.
    package var inFlight = 128
    /// Without a request, unless watching.
    package var idle = Duration.minutes(5)

    package init() {}
}

/// One client: its lines in, its replies and events out. Lives on its channel's event loop; completions reach it
/// through `Outbox`.
final class Connection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let dispatcher: Dispatcher
    private let limits: ControlLimits
    private let caller: Caller
    private let role: Role?
    private let logger: Logger

    private var context: ChannelHandlerContext?
    private var outbox: Outbox?
    /// Lines that came in one read but may not be started yet: at most what one read brings.
    private var waiting: CircularBuffer<ByteBuffer> = []
    private var inFlight = 0
    private var watchers: [Int64: Watcher] = [:]
    private var nextSubscription: Int64 = 1
    private var unobserve: (@Sendable () -> Void)?
    private var lastRequest = NIODeadline.now()
    /// Nothing more is read; the channel closes once all is answered.
    private var ending = false

    init(
        dispatcher: Dispatcher, limits: ControlLimits, caller: Caller, role: Role?, logger: Logger
    ) {
        self.dispatcher = dispatcher
        self.limits = limits
        self.caller = caller
        self.role = role
        self.logger = logger
    }

    // MARK: Channel events

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        outbox = Outbox(eventLoop: context.eventLoop, connection: NIOLoopBound(self, eventLoop: context.eventLoop))
        scheduleIdleCheck(context, after: limits.idle)
        context.read()
    }

    func channelInactive(context: ChannelHandlerContext) {
        unobserve?()
        watchers = [:]
        waiting = []
        self.context = nil
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        waiting.append(unwrapInboundIn(data))
        startWaiting()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        readMore()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard context.channel.isWritable else { return }
        startWaiting()
        readMore()
        for watcher in watchers.values where watcher.behind { pump(watcher) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // The client has said all it wants to; it may still wait for answers.
        if case ChannelEvent.inputClosed = event {
            end()
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case is ByteToMessageDecoderError.PayloadTooLargeError:
            refuseLongLine()
        case is NIOExtrasErrors.LeftOverBytesError:
            write(Reply.failure(.null, .parse("the last line has no end: every message ends with a line feed")))
            end()
        default:
            context.close(promise: nil)
        }
    }

    // MARK: Requests

    private var mayStart: Bool {
        guard let context else { return false }
        return inFlight < limits.inFlight && context.channel.isWritable
    }

    private func readMore() {
        guard let context, !ending, waiting.isEmpty, mayStart else { return }
        context.read()
    }

    private func startWaiting() {
        while mayStart, let line = waiting.popFirst() { start(line) }
        closeIfDone()
    }

    private func start(_ line: ByteBuffer) {
        lastRequest = .now()
        guard line.readableBytes <= limits.lineBytes else {
            waiting = []
            refuseLongLine()
            return
        }
        switch line.withUnsafeReadableBytes({ IncomingLine($0) }) {
        case .single(let incoming):
            begin(incoming) { connection, reply in
                if let reply { connection.write(reply) }
            }
        case .batch(let items):
            let batch = Batch(expected: items.count)
            for item in items {
                begin(item) { connection, reply in
                    guard let replies = batch.add(reply), !replies.isEmpty else { return }
                    connection.write(Reply.batch(replies))
                }
            }
        }
    }

    private func refuseLongLine() {
        write(Reply.failure(.null, .invalidRequest("a line must not be longer than \(limits.lineBytes) bytes; closing")))
        end()
    }

    /// `finish` is called on the event loop, with nil where there is nobody to answer.
    private func begin(_ incoming: Incoming, finish: @escaping (Connection, [UInt8]?) -> Void) {
        switch incoming {
        case .refused(let id, let error):
            finish(self, Reply.failure(id, role == nil ? .denied(Connection.deniedText(caller)) : error))
        case .refusedNotification:
            finish(self, nil)
        case .request(let request):
            if let params = request.params as? EventWatch.Params, request.method is EventWatch.Type, role != nil {
                watch(request, params, finish)
                return
            }
            answer(request, finish)
        }
    }

    private func answer(_ request: Request, _ finish: @escaping (Connection, [UInt8]?) -> Void) {
        guard let outbox else { return }
        inFlight += 1
        let ticket = outbox.ticket(finish)
        dispatcher.dispatch(request, caller: caller, role: role) { outcome in
            outbox.complete(ticket, request.id.map { id in
                switch outcome {
                case .success(let json): Reply.success(id, resultJSON: json)
                case .failure(let error): Reply.failure(id, ErrorObject(error))
                }
            })
        }
    }

    fileprivate func finished(_ completions: [(finish: (Connection, [UInt8]?) -> Void, reply: [UInt8]?)]) {
        for (finish, reply) in completions {
            inFlight -= 1
            finish(self, reply)
        }
        context?.flush()
        startWaiting()
        readMore()
        closeIfDone()
    }

    // MARK: Watching

    private func watch(_ request: Request, _ params: EventWatch.Params, _ finish: @escaping (Connection, [UInt8]?) -> Void) {
        guard let context, let id = request.id else { return }
        inFlight += 1
        let call = Call(caller: caller, common: request.common, now: dispatcher.now())
        let bound = NIOLoopBound((connection: self, finish: finish), eventLoop: context.eventLoop)
        dispatcher.store.read({ try Watcher.start(params, call, $0) }, completion: { outcome in
            bound.eventLoop.execute {
                let (connection, finish) = bound.value
                connection.inFlight -= 1
                switch outcome {
                case .failure(let error):
                    finish(connection, Reply.failure(id, ErrorObject(error)))
                case .success(let start):
                    let watcher = connection.add(start, params)
                    let result = EventWatch.Result(subscription: watcher.subscription, cursor: String(start.cursor))
                    finish(connection, try? Reply.success(id, result))
                    connection.pump(watcher)
                }
                connection.context?.flush()
                connection.readMore()
                connection.closeIfDone()
            }
        })
    }

    private func add(_ start: Watcher.Start, _ params: EventWatch.Params) -> Watcher {
        let watcher = Watcher(
            subscription: nextSubscription, kinds: params.kinds.map { Set($0.map(\.rawValue)) }, tenantID: start.tenantID,
            cursor: start.cursor)
        nextSubscription += 1
        watchers[watcher.subscription] = watcher
        if unobserve == nil, let context {
            let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
            let scheduled = SharedFlag()
            unobserve = dispatcher.store.observe { commit in
                guard commit.lastEvent > 0, scheduled.raise() else { return }
                bound.eventLoop.execute {
                    scheduled.lower()
                    for watcher in bound.value.watchers.values {
                        watcher.behind = true
                        bound.value.pump(watcher)
                    }
                }
            }
        }
        return watcher
    }

    /// Fetches the next page, unless one is on its way or the client does not keep up.
    private func pump(_ watcher: Watcher) {
        guard let context, watcher.behind, !watcher.fetching, context.channel.isWritable else { return }
        watcher.fetching = true
        watcher.behind = false
        let (subscription, kinds, tenantID, cursor) = (watcher.subscription, watcher.kinds, watcher.tenantID, watcher.cursor)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        dispatcher.store.read({
            try Watcher.page($0, subscription: subscription, kinds: kinds, tenantID: tenantID, after: cursor)
        }, completion: { outcome in
            bound.eventLoop.execute { bound.value.arrived(outcome, for: subscription) }
        })
    }

    private func arrived(_ outcome: Result<Watcher.Page, any Error>, for subscription: Int64) {
        guard let context, let watcher = watchers[subscription] else { return }
        watcher.fetching = false
        switch outcome {
        case .success(let page):
            if page.cursor != watcher.cursor { watcher.behind = true }
            watcher.cursor = page.cursor
            page.lines.forEach(write)
            context.flush()
            pump(watcher)
        case .failure:
            // The client resumes from its last cursor when it connects again.
            context.close(promise: nil)
        }
    }

    // MARK: Output and end

    private func write(_ line: [UInt8]) {
        guard let context else { return }
        var buffer = context.channel.allocator.buffer(capacity: line.count + 1)
        buffer.writeBytes(line)
        buffer.writeInteger(UInt8(ascii: "\n"))
        context.write(wrapOutboundOut(buffer), promise: nil)
        context.flush()
    }

    /// Reads no more, answers what was asked, and closes.
    func end() {
        ending = true
        startWaiting()
    }

    private func closeIfDone() {
        guard ending, inFlight == 0, waiting.isEmpty, let context else { return }
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(capacity: 0))).whenComplete { [context = NIOLoopBound(context, eventLoop: context.eventLoop)] _ in
            context.value.close(promise: nil)
        }
    }

    private func scheduleIdleCheck(_ context: ChannelHandlerContext, after delay: Duration) {
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: .milliseconds(delay.milliseconds)) {
            let connection = bound.value
            guard let context = connection.context else { return }
            let quiet = Duration.nanoseconds((NIODeadline.now() - connection.lastRequest).nanoseconds)
            let busy = connection.inFlight > 0 || !connection.watchers.isEmpty
            if !busy, quiet >= connection.limits.idle {
                context.close(promise: nil)
            } else {
                connection.scheduleIdleCheck(context, after: busy ? connection.limits.idle : connection.limits.idle - quiet)
            }
        }
    }

    static func deniedText(_ caller: Caller) -> String {
        "\(caller.name) (uid \(caller.uid)) may not talk to stockd: ask root, or add the user to control.access"
    }
}

/// Gathers the replies of a batch. Lives on the event loop.
private final class Batch {
    private var open: Int
    private var replies: [[UInt8]] = []

    init(expected: Int) { open = expected }

    /// Returns all replies once the last has come.
    func add(_ reply: [UInt8]?) -> [[UInt8]]? {
        if let reply { replies.append(reply) }
        open -= 1
        return open == 0 ? replies : nil
    }
}

/// Brings completions, which come on the store's threads, to the connection's event loop: all that a commit
/// completes in one go, so that they leave in one write.
private final class Outbox: Sendable {
    private struct State {
        var finishes: [Int: NIOLoopBound<(Connection, [UInt8]?) -> Void>] = [:]
        var next = 0
        var done: [(Int, [UInt8]?)] = []
        var scheduled = false
    }

    private let eventLoop: any EventLoop
    private let connection: NIOLoopBound<Connection>
    private let state = Mutex(State())

    init(eventLoop: any EventLoop, connection: NIOLoopBound<Connection>) {
        self.eventLoop = eventLoop
        self.connection = connection
    }

    /// On the event loop.
    func ticket(_ finish: @escaping (Connection, [UInt8]?) -> Void) -> Int {
        let bound = NIOLoopBound(finish, eventLoop: eventLoop)
        return state.withLock { state in
            state.next += 1
            state.finishes[state.next] = bound
            return state.next
        }
    }

    func complete(_ ticket: Int, _ reply: [UInt8]?) {
        let wake = state.withLock { state in
            state.done.append((ticket, reply))
            defer { state.scheduled = true }
            return !state.scheduled
        }
        if wake { eventLoop.execute { self.deliver() } }
    }

    private func deliver() {
        let completions = state.withLock { state in
            defer { state.done = [] }
            state.scheduled = false
            return state.done.map { (state.finishes.removeValue(forKey: $0.0), $0.1) }
        }
        connection.value.finished(completions.compactMap { bound, reply in bound.map { ($0.value, reply) } })
    }
}

/// Coalesces what many commits ask for into one turn of the event loop.
private final class SharedFlag: Sendable {
    private let raised = Mutex(false)

    /// Whether it was down.
    func raise() -> Bool {
        raised.withLock { raised in
            defer { raised = true }
            return !raised
        }
    }

    func lower() { raised.withLock { $0 = false } }
}
