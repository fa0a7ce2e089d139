import StockDomain
import StockEngine
import StockStore
import StockWire

extension MethodTable {
    mutating func addSyncMethods(_ loops: @escaping @Sendable () -> [SyncLoop], _ store: Store) {
        @Sendable func status(_ name: String?, _ call: Call) async throws -> [Wire.Source] {
            let configured = loops()
            let records = try await store.read { try $0.sources(tenantID: call.tenantFilter($0), name: name) }
            return records.compactMap { record in
                configured.first { $0.name == record.name }.map { record.wire(nextRunAt: $0.nextRunAt, at: call.now) }
            }
        }

        add(SyncRun.self, .task { params, call in
            let tenant = call.common.tenant ?? Wire.defaultTenant
            let asked = loops().filter { $0.tenant == tenant && (params.source == nil || $0.name == params.source) }
            guard !asked.isEmpty else {
                throw ErrorObject.notFound(
                    params.source.map { "no source is named \"\($0)\"" }
                        ?? "no source is configured: add one under sources: in the configuration", field: "source")
            }
            let paused = try await store.read { try $0.sources(tenantID: call.tenantID($0)) }.filter { $0.pause(at: call.now) != nil }
            if let name = params.source, let pause = paused.first(where: { $0.name == name })?.pause {
                throw ErrorObject.conflict(
                    "\(name) is paused by \(pause.by): resume it first (stockctl sync resume \(name))", field: "source",
                    reason: "paused")
            }
            let running = asked.filter { loop in !paused.contains { $0.name == loop.name } }
            if params.wait ?? false {
                await withTaskGroup(of: Void.self) { group in
                    for loop in running { group.addTask { await loop.askAndWait() } }
                }
            } else {
                running.forEach { $0.ask() }
            }
            return SyncRun.Result(sources: try await status(params.source, call))
        })
        @Sendable func configured(_ name: String, _ call: Call) throws -> SyncLoop {
            let tenant = call.common.tenant ?? Wire.defaultTenant
            guard let loop = loops().first(where: { $0.name == name && $0.tenant == tenant }) else {
                throw ErrorObject.notFound("no source is named \"\(name)\"", field: "source")
            }
            return loop
        }

        add(SyncPause.self, .task { params, call in
            let loop = try configured(params.source, call)
            let paused = try await store.write(call) { tx in
                try tx.pauseSource(
                    params.source, until: params.until?.timestamp, by: call.caller.name, comment: params.comment,
                    tenantID: call.tenantID(tx), now: call.now)
            }
            return SourceReply(source: paused.wire(nextRunAt: loop.nextRunAt, at: call.now))
        })
        add(SyncResume.self, .task { params, call in
            let loop = try configured(params.source, call)
            let resumed = try await store.write(call) { tx in
                try tx.resumeSource(params.source, tenantID: call.tenantID(tx), now: call.now)
            }
            loop.ask()
            return SourceReply(source: resumed.wire(nextRunAt: call.now, at: call.now))
        })
        add(SyncStatus.self, .task { params, call in
            let sources = try await status(params.source, call)
            if let name = params.source, sources.isEmpty {
                throw ErrorObject.notFound("no source is named \"\(name)\"", field: "source")
            }
            return SyncStatus.Result(sources: sources)
        })
    }
}

extension SourceRecord {
    package func wire(nextRunAt: Timestamp?, at now: Timestamp) -> Wire.Source {
        let pause = pause(at: now)
        // A run that was under way when it was paused goes on to its end.
        let shown = pause == nil || state == .running ? Wire.SyncState(rawValue: state.rawValue) ?? .idle : .paused
        return Wire.Source(
            name: name, kind: kind, tenant: tenant, state: shown, phase: phase, lastSuccessAt: lastSuccessAt?.wire,
            nextRunAt: (pause == nil ? nextRunAt : pause?.until)?.wire, pages: pages, countsApplied: countsApplied,
            salesApplied: salesApplied, skipped: skipped.map { Wire.Skipped(object: $0.object, reason: $0.reason) },
            skippedCount: skippedCount, error: error,
            pause: pause.map {
                Wire.SourcePause(since: $0.since.wire, until: $0.until?.wire, by: $0.by, comment: $0.comment)
            })
    }
}
