import NIOCore
import StockDomain

extension Connection {
    /// How the connection came to its end.
    enum Ending {
        /// The client has said all it wants to, and may still wait for answers and events.
        case inputClosed
        /// What is in flight is answered, then it closes.
        case stopping
        /// As `stopping`, and what the client goes on sending is thrown away.
        case refused
    }

    /// Answers what was asked, and closes.
    func stop() {
        stopWatching()
        end(.stopping)
    }

    func end(_ reason: Ending) {
        // The first word counts, but a client that has ended its input and watches must go when we stop.
        if ending == nil || ending == .inputClosed { ending = reason }
        resume()
    }

    func closeIfDone() {
        guard let context, let ending, !closing, inFlight == 0, watchers.isEmpty else { return }
        closing = true
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        let linger = TimeAmount.milliseconds(limits.linger.milliseconds)
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(capacity: 0))).whenComplete { _ in
            let context = bound.value
            guard ending == .refused else {
                context.close(promise: nil)
                return
            }
            // Closing while the client still sends would cut off the reply that tells it why.
            context.close(mode: .output, promise: nil)
            context.channel.setOption(.autoRead, value: true).whenFailure { _ in bound.value.close(promise: nil) }
            context.eventLoop.scheduleTask(in: linger) { bound.value.close(promise: nil) }
        }
    }

    func scheduleIdleCheck(_ context: ChannelHandlerContext, after delay: Duration) {
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        idleCheck = context.eventLoop.scheduleTask(in: .milliseconds(max(1, delay.milliseconds))) { bound.value.checkIdle() }
    }

    private func checkIdle() {
        guard let context else { return }
        let quiet = Duration.nanoseconds((NIODeadline.now() - lastRequest).nanoseconds)
        // A client that takes long to read a long reply is not idle.
        let before = unsent
        unsent = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        let busy = inFlight > 0 || !watchers.isEmpty || unsent != before
        if !busy, quiet >= limits.idle {
            context.close(promise: nil)
        } else {
            scheduleIdleCheck(context, after: busy ? limits.idle : limits.idle - quiet)
        }
    }
}
