import NIOCore
import NIOHTTP1
import NIOPosix
import StockDomain
import Synchronization

/// A Square account behind real HTTP on a loopback port, with what goes wrong on the way there to order.
package final class FakeSquare: Sendable {
    /// What happens to a request instead of, or with, its answer.
    package enum Fault: Hashable, Sendable {
        case status(Int, code: String, retryAfter: String? = nil)
        /// Something that is no JSON, with status 200.
        case garbage
        /// The connection ends in the middle of the answer.
        case dropped
        /// No answer at all, until the other side gives up.
        case silence
        /// The answer carries one cursor for ever.
        case repeatedCursor
    }

    package struct Request: Sendable {
        package var path: String
        /// 0 when there was no answer.
        package var status: Int
        package var body: SquareJSON
        /// How many objects the answer held.
        package var objects: Int
    }

    fileprivate struct Order {
        var path: String
        var left: Int
        var fault: Fault
    }

    fileprivate struct State {
        var shop: FakeSquareShop
        var faults: [Order] = []
        var requests: [Request] = []
        var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    /// Base URL, to be configured as the source's.
    package let url: String
    package let port: Int
    private let core: Core
    private let channel: any Channel

    private init(core: Core, channel: any Channel) {
        self.core = core
        self.channel = channel
        port = channel.localAddress?.port ?? 0
        url = "http://127.0.0.1:\(port)"
    }

    /// Listens until `stop`, at a port of its own unless one is given.
    package static func start(_ shop: FakeSquareShop, port: Int = 0) async throws -> FakeSquare {
        let core = Core(shop)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Exchange(core: core))
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
        return FakeSquare(core: core, channel: channel)
    }

    package func stop() async { try? await channel.close() }

    /// Reads or changes the shop between requests.
    @discardableResult
    package func shop<T: Sendable>(_ change: (inout FakeSquareShop) throws -> T) rethrows -> T {
        try core.state.withLock { try change(&$0.shop) }
    }

    /// The next `times` requests to paths that end with `path` (empty: any) meet `fault`.
    package func fail(_ path: String = "", times: Int = 1, with fault: Fault) {
        core.state.withLock { $0.faults.append(Order(path: path, left: times, fault: fault)) }
    }

    package func clearFaults() { core.state.withLock { $0.faults = [] } }

    /// In the order they were answered.
    package var requests: [Request] { core.state.withLock { $0.requests } }
    /// Returns when so many have come since the start, or since `forgetRequests`.
    package func requests(reach count: Int) async {
        await withCheckedContinuation { continuation in
            core.state.withLock { state in
                if state.requests.count >= count { return continuation.resume() }
                state.waiters.append((count, continuation))
            }
        }
    }

    package func forgetRequests() { core.state.withLock { $0.requests = [] } }
}

private final class Core: Sendable {
    enum Outcome {
        case answer(status: Int, headers: [(String, String)], body: [UInt8], isWhole: Bool)
        case silence
    }

    let state: Mutex<FakeSquare.State>

    init(_ shop: FakeSquareShop) { state = Mutex(FakeSquare.State(shop: shop)) }

    func handle(method: String, path: String, headers: [String: String], body: [UInt8]) -> Outcome {
        state.withLock { state in
            let fault = state.nextFault(for: path)
            let request = (try? SquareJSON(parsing: body)) ?? [:]
            func note(_ status: Int, _ objects: Int) {
                state.requests.append(.init(path: path, status: status, body: request, objects: objects))
                let reached = state.waiters.filter { $0.count <= state.requests.count }
                state.waiters.removeAll { $0.count <= state.requests.count }
                for waiter in reached { waiter.continuation.resume() }
            }
            let json = ("Content-Type", "application/json")
            switch fault {
            case .silence:
                note(0, 0)
                return .silence
            case .garbage:
                note(200, 0)
                return .answer(
                    status: 200, headers: [("Content-Type", "text/html")], body: Array("<html>Just a moment".utf8), isWhole: true)
            case .status(let status, let code, let retryAfter):
                note(status, 0)
                let answer = FakeSquareShop.Answer.error(status, code, detail: "as ordered by the test")
                return .answer(
                    status: status, headers: [json] + (retryAfter.map { [("Retry-After", $0)] } ?? []),
                    body: answer.body.bytes, isWhole: true)
            case .dropped, .repeatedCursor, nil:
                var answer = state.shop.answer(method: method, path: path, headers: headers, body: body)
                if fault == .repeatedCursor, answer.status == 200 { answer.body["cursor"] = request["cursor"] ?? "again" }
                let objects = ["objects", "counts", "changes", "orders", "locations"].compactMap { answer.body[$0]?.array?.count }
                note(fault == .dropped ? 0 : answer.status, objects.reduce(0, +))
                return .answer(
                    status: answer.status, headers: [json], body: answer.body.bytes, isWhole: fault != .dropped)
            }
        }
    }
}

extension FakeSquare.State {
    fileprivate mutating func nextFault(for path: String) -> FakeSquare.Fault? {
        guard let index = faults.firstIndex(where: { path.hasSuffix($0.path) }) else { return nil }
        let fault = faults[index].fault
        faults[index].left -= 1
        if faults[index].left <= 0 { faults.remove(at: index) }
        return fault
    }
}

/// One connection: collects a request, sends what the core says.
private final class Exchange: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let core: Core
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(core: Core) { self.core = core }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
        case .body(let buffer): body += Array(buffer.readableBytesView)
        case .end:
            guard let head else { return }
            let headers = Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
            respond(
                core.handle(method: head.method.rawValue, path: head.uri, headers: headers, body: body),
                keepAlive: head.isKeepAlive, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func respond(_ outcome: Core.Outcome, keepAlive: Bool, _ context: ChannelHandlerContext) {
        guard case .answer(let status, let headers, let body, let isWhole) = outcome else { return }
        var head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: HTTPHeaders(headers))
        head.headers.add(name: "Content-Length", value: "\(body.count)")
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        let sent = isWhole ? body[...] : body.prefix(body.count / 2)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: sent)))), promise: nil)
        guard isWhole else {
            context.flush()
            return context.close(promise: nil)
        }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
            if !keepAlive { bound.value.close(promise: nil) }
        }
    }
}
