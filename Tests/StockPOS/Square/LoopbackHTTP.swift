import NIOCore
import NIOHTTP1
import NIOPosix
import StockTransport

/// The smallest client that speaks to a fake service on this machine: one connection for each request.
struct LoopbackHTTP: HTTPClient {
    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let rest = request.url.dropFirst("http://127.0.0.1:".count)
        let port = Int(rest.prefix { $0 != "/" }) ?? 0
        let path = String(rest.drop { $0 != "/" })
        let promise = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: HTTPResponse.self)
        do {
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHTTPClientHandlers()
                        try channel.pipeline.syncOperations.addHandler(Collector(promise))
                    }
                }
                .connect(host: "127.0.0.1", port: port).get()
            let timeout = channel.eventLoop.scheduleTask(in: .milliseconds(request.timeout.components.seconds * 1000 + request.timeout.components.attoseconds / 1_000_000_000_000_000)) {
                promise.fail(TransportError(.timedOut, "no answer in time", mayHaveBeenProcessed: true))
            }
            var headers = HTTPHeaders(request.headers.map { ($0.name, $0.value) })
            headers.add(name: "Host", value: "127.0.0.1")
            headers.add(name: "Content-Length", value: "\(request.body.count)")
            let head = HTTPRequestHead(
                version: .http1_1, method: request.method == .get ? .GET : .POST, uri: path, headers: headers)
            channel.write(HTTPClientRequestPart.head(head), promise: nil)
            channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: request.body))), promise: nil)
            channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
            defer {
                timeout.cancel()
                channel.close(promise: nil)
            }
            return try await promise.futureResult.get()
        } catch let error as TransportError {
            throw error
        } catch {
            promise.fail(error)
            throw TransportError(.unreachable, "\(error)", mayHaveBeenProcessed: false)
        }
    }
}

private final class Collector: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    private let promise: EventLoopPromise<HTTPResponse>
    private var response = HTTPResponse(status: 0)

    init(_ promise: EventLoopPromise<HTTPResponse>) { self.promise = promise }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            response.status = Int(head.status.code)
            response.headers = head.headers.map { ($0.name.lowercased(), $0.value) }
        case .body(let buffer): response.body += Array(buffer.readableBytesView)
        case .end: promise.succeed(response)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(TransportError(.broken, "the connection broke", mayHaveBeenProcessed: true))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.fail(TransportError(.broken, "the connection ended", mayHaveBeenProcessed: true))
    }
}
