import NIOCore
import StockDomain
import StockWire

/// One connection too many: says so, and goes.
final class Refusal: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let limits: ControlLimits
    private let places: Int

    /// `places`: how many connections there may be for this one.
    init(_ limits: ControlLimits, places: Int) {
        self.limits = limits
        self.places = places
    }

    func channelActive(context: ChannelHandlerContext) {
        let error = ErrorObject.unavailable(
            "there are \(places) connections already: close some, or try again later",
            reason: "too_many_connections")
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        let line = ByteBuffer(bytes: Reply.failure(.null, error) + [UInt8(ascii: "\n")])
        context.writeAndFlush(wrapOutboundOut(line)).whenComplete { _ in
            // Closing while the client sends its request would keep it from reading this reply.
            bound.value.close(mode: .output, promise: nil)
            bound.value.read()
        }
        context.eventLoop.scheduleTask(in: .milliseconds(limits.linger.milliseconds)) { bound.value.close(promise: nil) }
    }

    /// What it sends is thrown away.
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

    func channelReadComplete(context: ChannelHandlerContext) { context.read() }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
