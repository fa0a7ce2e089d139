import Logging
import ServiceLifecycle
import StockDomain
import StockPOS
import StockStore
import Synchronization

/// A source as the configuration has it.
package struct ConfiguredSource: Sendable {
    package var name: String
    package var kind: String
    package var tenant: String
    package var interval: Duration
    package var system: any PointOfSale

    package init(name: String, kind: String, tenant: String, interval: Duration, system: any PointOfSale) {
        self.name = name
        self.kind = kind
        self.tenant = tenant
        self.interval = interval
        self.system = system
    }
}

/// Runs one source at its interval, and when asked.
package final class SyncLoop: Service {
    /// After credentials were refused: somebody may have mended them at the other side.
    private static let misconfiguredPause = Duration.hours(1)
    private static let firstBackoff = Duration.seconds(15)

    private struct State {
        var asked = false
        var waiters: [CheckedContinuation<Void, Never>] = []
        var nextRunAt: Timestamp?
        /// How far ahead `nextRunAt` was when it was set.
        var pause = Duration.zero
        var ended = false
    }

    package let name: String
    private let source: ConfiguredSource
    private let context: LoopContext
    private let onFresh: @Sendable () -> Void
    private let bell = Bell()
    private let state = Mutex(State())

    /// `onFresh` is called when counts that had been stale are fresh again.
    package init(_ context: LoopContext, source: ConfiguredSource, onFresh: @escaping @Sendable () -> Void) {
        self.context = context
        self.source = source
        self.onFresh = onFresh
        name = source.name
    }

    package var tenant: String { source.tenant }
    package var interval: Duration { source.interval }
    package var nextRunAt: Timestamp? { state.withLock(\.nextRunAt) }

    package func run() async throws {
        defer { finishWaiters(ended: true) }
        let endWatch = source.system.watch { self.ask() }
        defer { endWatch?() }
        try await cancelWhenGracefulShutdown { try await self.loop() }
    }

    /// Asks for a run now (or, while one is under way, for another one after it).
    package func ask() {
        state.withLock { $0.asked = true }
        bell.ring()
    }

    /// Asks for a run and returns when it is over, however it went.
    package func askAndWait() async {
        await withCheckedContinuation { continuation in
            let ended = state.withLock { state in
                if !state.ended {
                    state.asked = true
                    state.waiters.append(continuation)
                }
                return state.ended
            }
            if ended { continuation.resume() } else { bell.ring() }
        }
    }

    private func loop() async throws {
        let (name, kind, tenant) = (source.name, source.kind, source.tenant)
        var id: Int64?
        var failures = 0
        var saidUnknown = false
        try await context.forever("sync.\(name)") {
            let now = self.context.clock.now
            if id == nil {
                do {
                    id = try await self.context.store.write {
                        try $0.registerSource(name, kind: kind, tenant: tenant, now: now)
                    }
                } catch let error as StoreError where error.code == .notFound {
                    // The operator's to mend, and no reason to end: the other sources go on.
                    if !saidUnknown {
                        self.context.logger.error(LogEvent.syncFailed, ["source": "\(name)", "error": "\(error)"])
                        saidUnknown = true
                    }
                    self.finishWaiters(ended: false)
                    try await self.bell.wait(atMost: self.context.longestWait, on: self.context.clock)
                }
            }
            guard let id else { return }
            let asked = self.state.withLock { state in
                defer { state.asked = false }
                return state.asked
            }
            guard asked || self.isDue(now) else {
                let wait = (self.state.withLock(\.nextRunAt) ?? now) - now
                try await self.bell.wait(
                    atMost: min(max(wait, .milliseconds(10)), self.context.longestWait), on: self.context.clock)
                return
            }
            let waiting = self.state.withLock { state in
                defer { state.waiters = [] }
                return state.waiters
            }
            defer { waiting.forEach { $0.resume() } }
            let pause = try await self.runOnce(id, failures: &failures)
            self.state.withLock { state in
                state.nextRunAt = self.context.clock.now + pause
                state.pause = pause
            }
        }
    }

    /// Also where the next run lies further ahead than it was put: the clock has jumped back.
    private func isDue(_ now: Timestamp) -> Bool {
        state.withLock { state in
            guard let next = state.nextRunAt else { return true }
            return next <= now || next > now + max(state.pause, source.interval, SyncLoop.misconfiguredPause)
        }
    }

    /// Returns how long to wait before the next run.
    private func runOnce(_ id: Int64, failures: inout Int) async throws -> Duration {
        let started = context.clock.now
        let name = name
        let (record, resume) = try await context.store.read { reader in
            (try reader.sources(name: name).first, try reader.resume(sourceID: id))
        }
        guard let record else { return source.interval }
        // Looked at again at its end, or when it is resumed, which asks.
        if let pause = record.pause(at: started) { return min(pause.until.map { $0 - started } ?? source.interval, .hours(24)) }
        do {
            guard try await source.system.hasNews(now: started) else {
                failures = 0
                if try await context.store.write({ try $0.noteIdle(record, now: started) }) { onFresh() }
                return source.interval
            }
            try await context.store.write { try $0.beginRun(sourceID: id, tenantID: record.tenantID, now: started) }
            let sink = StoreSink(context: context, source: record)
            try await source.system.sync(resume: resume, into: sink, now: started)
            let now = context.clock.now
            let wasStale = try await context.store.write { try $0.finishRun(record, now: now) }
            failures = 0
            if wasStale { onFresh() }
            let done = try await context.store.read { try $0.sources(name: name).first } ?? record
            let metadata: Logger.Metadata = [
                "source": "\(name)", "pages": "\(done.pages)", "counts": "\(done.countsApplied)",
                "sales": "\(done.salesApplied)", "skipped": "\(done.skippedCount)", "ms": "\((now - started).milliseconds)",
            ]
            if done.skippedCount > 0 {
                context.logger.notice(LogEvent.syncFinished, metadata)
            } else {
                context.logger.info(LogEvent.syncFinished, metadata)
            }
            return max(source.interval - (now - started), .zero)
        } catch let failure as SyncFailure {
            failures += 1
            return try await recordFailure(failure, of: record, failures: failures)
        } catch let refusal as StoreError where refusal.code != .unavailable {
            // A page that contradicts what is stored is this source's trouble: everything else goes on.
            failures += 1
            let failure = SyncFailure(.protocolBroken, "a page cannot be stored: \(refusal.description)")
            return try await recordFailure(failure, of: record, failures: failures)
        }
    }

    private func recordFailure(_ failure: SyncFailure, of source: SourceRecord, failures: Int) async throws -> Duration {
        let now = context.clock.now
        let pause: Duration
        var misconfigured = false
        var retries = false
        switch failure.kind {
        case .transient(let asked):
            let backoff = Duration.seconds(SyncLoop.firstBackoff.components.seconds << min(failures - 1, 10))
            pause = max(min(backoff, self.source.interval), asked ?? .zero)
            retries = true
        case .misconfigured:
            pause = SyncLoop.misconfiguredPause
            misconfigured = true
        case .protocolBroken:
            pause = self.source.interval
        }
        try await context.store.write { [misconfigured, retries] in
            try $0.failRun(
                source, error: failure.description, misconfigured: misconfigured, willRetry: retries, now: now)
        }
        context.logger.warning(
            LogEvent.syncFailed,
            [
                "source": "\(source.name)", "error": "\(failure.description)", "failures": "\(failures)",
                "next_run_in_s": "\(pause.components.seconds)",
            ])
        return pause
    }

    private func finishWaiters(ended: Bool) {
        let waiters = state.withLock { state in
            defer { state.waiters = [] }
            state.ended = ended
            return state.waiters
        }
        waiters.forEach { $0.resume() }
    }
}

/// Hands a source's pages to the store.
private struct StoreSink: SyncSink {
    /// Levels written in one transaction: buyers who wait behind it wait for a few hundredths of a second, also where all
    /// of them raise alerts or lie far apart on the disk. Square's pages of counts stay whole.
    private static let part = 1000

    let context: LoopContext
    let source: SourceRecord

    func apply(_ page: SyncPage) async throws {
        let known = try await context.store.read { [source] in try $0.locationCount(sourceID: source.id) }
        let parts = page.parts(writing: StoreSink.part, locations: known + page.locations.count)
        for (index, part) in parts.enumerated() {
            context.beat()
            let now = context.clock.now
            let isLast = index == parts.count - 1
            try await context.store.write { [source] in try $0.apply(part, from: source, isLast: isLast, now: now) }
        }
        for object in page.skipped.prefix(StoreSink.loggedOfAPage) {
            context.logger.warning(
                LogEvent.syncSkipped,
                ["source": "\(source.name)", "object": "\(object.object)", "error": "\(object.reason)"])
        }
    }

    /// Of what the source itself could not use. All of it is counted, and listed by `sync status`.
    private static let loggedOfAPage = 10

    func apply(_ page: ImportPage) async throws -> ImportOutcome {
        context.beat()
        let now = context.clock.now
        return try await context.store.write { [source] in try $0.apply(page, from: source, now: now) }
    }

    func appliedFile(digest: String) async throws -> (file: AppliedFile, isLast: Bool)? {
        try await context.store.read { [source] in try $0.appliedFile(digest: digest, sourceID: source.id) }
    }

    func uncounted(_ keys: [SourceLevelKey]) async throws -> Set<SourceLevelKey> {
        try await context.store.read { [source] in try $0.uncounted(keys, sourceID: source.id) }
    }

    func conversions(from productIDs: [String]) async throws -> [String: StockConversion] {
        try await context.store.read { [source] in try $0.conversions(from: productIDs, sourceID: source.id) }
    }
}
