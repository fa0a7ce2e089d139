import NIOCore
import StockStore
import StockWire
import Synchronization

extension Connection {
    /// `finish` is called on the event loop with the reply.
    func watch(
        _ request: Request, _ params: EventWatch.Params, _ caller: Caller, finish: @escaping (Connection, [UInt8]?) -> Void
    ) {
        // Nobody could tell the events of a subscription whose reply was not asked for.
        guard let context, let id = request.id else { return finish(self, nil) }
        guard watchers.count + watchersStarting < limits.subscriptions else {
            let error = ErrorObject.conflict(
                "a connection can watch at most \(limits.subscriptions) times at once", reason: "too_many_subscriptions")
            return finish(self, Reply.failure(id, error))
        }
        watchersStarting += 1
        let call = Call(caller: caller, common: request.common, now: dispatcher.now())
        let bound = NIOLoopBound((connection: self, finish: finish), eventLoop: context.eventLoop)
        dispatcher.store.read({ try Watcher.start(params, call, $0) }, completion: { outcome in
            bound.eventLoop.execute {
                let (connection, finish) = bound.value
                connection.watchersStarting -= 1
                switch outcome {
                case .failure(let error):
                    finish(connection, Reply.failure(id, ErrorObject(error)))
                case .success(let start):
                    let watcher = connection.add(start, request, params)
                    let result = EventWatch.Result(subscription: watcher.subscription, cursor: String(start.cursor))
                    finish(connection, try? Reply.success(id, result))
                    connection.pump(watcher)
                }
                connection.resume()
            }
        })
    }

    private func add(_ start: Watcher.Start, _ request: Request, _ params: EventWatch.Params) -> Watcher {
        let watcher = Watcher(
            subscription: nextSubscription, request: request, kinds: params.kinds.map { Set($0.map(\.rawValue)) },
            tenantID: start.tenantID, cursor: start.cursor)
        guard let context, !isStopping else { return watcher }
        nextSubscription += 1
        watchers[watcher.subscription] = watcher
        if unobserve == nil {
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

    /// Closes where somebody watches what is none of their business any more: a client that comes back is told so.
    func endWhatIsDenied(_ caller: Caller) {
        guard watchers.values.contains(where: { caller.denial($0.request) != nil }) else { return }
        context?.close(promise: nil)
    }

    func stopWatching() {
        unobserve?()
        unobserve = nil
        watchers = [:]
    }

    /// Fetches the next page, unless one is on its way or the client does not keep up.
    func pump(_ watcher: Watcher) {
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
            flush()
            pump(watcher)
        case .failure:
            // Without a gap it cannot go on: the client resumes from its last cursor when it connects again.
            context.close(promise: nil)
        }
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
