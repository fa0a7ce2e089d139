import Foundation
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import StockEngine
import StockWire
import Synchronization

/// The control socket: accepts, identifies, and hands each connection to its `Connection`.
package final class ControlServer: Service {
    package static let beatInterval = Duration.seconds(10)
    private static let backlog: Int32 = 1024

    /// Where it listens.
    package enum Endpoint: Sendable {
        /// A path, bound by us.
        case path(String)
        /// A listening socket that the service manager handed over; its file is the manager's.
        case adopted(descriptor: Int32)
    }

    private struct State {
        var listener: (any Channel)?
        var file: SocketFile?
        var connections: [ObjectIdentifier: any Channel] = [:]
        var neighbours: [ObjectIdentifier: Neighbours] = [:]
        /// Of those that were admitted.
        var count = 0
        var stopped = false
        /// It was said that no more fit, and since then that has not changed.
        var saidFull = false
    }

    private let dispatcher: Dispatcher
    private let access: Access
    private let limits: ControlLimits
    private let logger: Logger
    private let identify: @Sendable (_ descriptor: Int32) -> PeerCredentials?
    private let beat: @Sendable () -> Void
    private let state = Mutex(State())

    /// `identify` tells who is at the other end of a connection; nil: nobody we know. `beat` is called every few
    /// seconds while every connection can be served.
    package init(
        dispatcher: Dispatcher, access: Access, limits: ControlLimits = ControlLimits(), logger: Logger,
        beat: @escaping @Sendable () -> Void = {},
        identify: @escaping @Sendable (_ descriptor: Int32) -> PeerCredentials? = PeerCredentials.init(descriptor:)
    ) {
        self.dispatcher = dispatcher
        self.access = access
        self.limits = limits
        self.logger = logger
        self.identify = identify
        self.beat = beat
        access.follow { [weak self] in self?.identifyAgain() }
    }

    /// Binds and listens: once this returns, clients get answers. Throws `SocketError`.
    package func start(_ endpoint: Endpoint) async throws {
        let descriptor: Int32
        switch endpoint {
        case .path(let path):
            let file = try SocketFile(path: path)
            state.withLock { $0.file = file }
            descriptor = file.descriptor
        case .adopted(let adopted):
            descriptor = adopted
        }
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try self.accept(channel) }
            }
        do {
            let listener = try await bootstrap.withBoundSocket(descriptor).get()
            // Of a socket that it did not bind NIO lets 128 wait, whatever it is told: a rush of all clients is more.
            guard listen(descriptor, ControlServer.backlog) == 0 else {
                throw IOError(errnoCode: errno, reason: "listen")
            }
            state.withLock { $0.listener = listener }
        } catch {
            state.withLock { $0.file.take() }?.remove()
            throw SocketError(description: "cannot listen on the control socket: \(error)")
        }
    }

    /// Serves until asked to stop; then finishes what is in flight.
    package func run() async throws {
        try? await cancelWhenGracefulShutdown { [beat, refusals = dispatcher.refusals, now = dispatcher.now] in
            while true {
                for eventLoop in MultiThreadedEventLoopGroup.singleton.makeIterator() {
                    try await eventLoop.submit {}.get()
                }
                beat()
                refusals.tell(at: now())
                try await Task.sleep(for: ControlServer.beatInterval, clock: .suspending)
            }
        }
        await stop()
    }

    /// Stops accepting, answers what was asked, closes, and removes the socket file.
    package func stop() async {
        let (listener, file) = state.withLock { state in
            defer { (state.listener, state.file, state.stopped) = (nil, nil, true) }
            return (state.listener, state.file)
        }
        try? await listener?.close()
        file?.remove()
        let open = state.withLock { Array($0.connections.values) }
        for channel in open {
            channel.eventLoop.execute {
                (try? channel.pipeline.syncOperations.handler(type: Connection.self))?.stop()
            }
            channel.eventLoop.scheduleTask(in: .milliseconds(limits.grace.milliseconds)) { channel.close(promise: nil) }
        }
        for channel in open { try? await channel.closeFuture.get() }
        dispatcher.refusals.tell(all: true, at: dispatcher.now())
    }

    /// On the connection's event loop.
    private func accept(_ channel: any Channel) throws {
        let key = ObjectIdentifier(channel)
        let loop = ObjectIdentifier(channel.eventLoop)
        let peer = try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
            identify($0)
        }.flatMap { $0 }
        let places = limits.places(for: peer, access.policy)
        let (admitted, unsaid, neighbours) = try state.withLock { state in
            // One that came just before the listener was closed.
            guard !state.stopped else { throw ChannelError.ioOnClosedChannel }
            state.connections[key] = channel
            let admitted = state.count < places
            if admitted { state.count += 1 }
            defer { state.saidFull = state.saidFull || !admitted }
            let neighbours = state.neighbours[loop] ?? Neighbours()
            state.neighbours[loop] = neighbours
            return (admitted, !admitted && !state.saidFull, neighbours)
        }
        neighbours.count.add(1, ordering: .relaxed)
        let gone: @Sendable () -> Void = { [self] in
            state.withLock { state in
                guard state.connections.removeValue(forKey: key) != nil else { return }
                neighbours.count.subtract(1, ordering: .relaxed)
                guard admitted else { return }
                state.count -= 1
                if state.count < limits.connections - limits.reserved { state.saidFull = false }
            }
        }
        channel.closeFuture.whenComplete { _ in gone() }
        if unsaid {
            logger.warning(.connectionRefused, ["reason": "\(places) clients are connected already"])
        }
        guard admitted else {
            try channel.pipeline.syncOperations.addHandler(Refusal(limits, places: places))
            return
        }
        try channel.pipeline.syncOperations.addHandler(
            Connection(
                dispatcher: dispatcher, access: access, limits: limits, peer: peer, neighbours: neighbours, logger: logger))
    }

    /// Other rules are in force, also for those who only listen.
    private func identifyAgain() {
        for channel in state.withLock({ Array($0.connections.values) }) {
            channel.eventLoop.execute {
                (try? channel.pipeline.syncOperations.handler(type: Connection.self))?.identifyAgain()
            }
        }
    }
}

/// The connections of one event loop, each of which waits while another keeps the loop busy.
final class Neighbours: Sendable {
    let count = Atomic(0)
}
