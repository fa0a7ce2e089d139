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
                configured.first { $0.name == record.name }.map { record.wire(nextRunAt: $0.nextRunAt) }
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
            if params.wait ?? false {
                await withTaskGroup(of: Void.self) { group in
                    for loop in asked { group.addTask { await loop.askAndWait() } }
                }
            } else {
                asked.forEach { $0.ask() }
            }
            return SyncRun.Result(sources: try await status(params.source, call))
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
    package func wire(nextRunAt: Timestamp?) -> Wire.Source {
        Wire.Source(
            name: name, kind: kind, tenant: tenant, state: Wire.SyncState(rawValue: state.rawValue) ?? .idle, phase: phase,
            lastSuccessAt: lastSuccessAt?.wire, nextRunAt: nextRunAt?.wire, pages: pages, countsApplied: countsApplied,
            salesApplied: salesApplied, skipped: skipped.map { Wire.Skipped(object: $0.object, reason: $0.reason) },
            error: error)
    }
}
