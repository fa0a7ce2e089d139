import Foundation
import StockDomain
import StockEngine
import StockPOS
import StockStore
import StockWire

extension MethodTable {
    mutating func addDataMethods(_ store: Store) {
        add(DataImport.self, .task { params, call in
            guard let bytes = Data(base64Encoded: params.data) else {
                throw ErrorObject.invalidParams("data", "data must be base64")
            }
            guard bytes.count <= 1 << 19 else {
                throw ErrorObject.invalidParams("data", "data must be no more than 512 KiB of the file: send it in pieces")
            }
            let tenant = call.common.tenant ?? Wire.defaultTenant
            do {
                let done = try await RowImport.run(
                    Array(bytes), isLast: params.last ?? false, state: params.state,
                    expected: params.kind.flatMap { ImportKind(rawValue: $0.rawValue) }
                        ?? params.name.flatMap { ImportKind(fileName: $0) },
                    decimalComma: params.decimalComma ?? false, countedAt: params.countedAt?.timestamp ?? call.now,
                    dryRun: params.dryRun ?? false, now: call.now,
                    terms: { tx, countedAt in
                        let tenantID = try call.tenantID(tx)
                        return ImportTerms(
                            tenantID: tenantID, sourceID: try tx.importSource(tenantID: tenantID, tenant: tenant, now: call.now),
                            countedAt: countedAt)
                    },
                    // What is half brought in must not be refused for want of room.
                    write: { try await store.write(call, admission: .certain, $0) })
                return DataImport.Result(
                    kind: done.kind.flatMap { Wire.DataKind(rawValue: $0.rawValue) }, rows: done.rows,
                    applied: done.outcome.applied, unchanged: done.outcome.unchanged, overtaken: done.outcome.overtaken,
                    skippedCount: done.skippedCount,
                    skipped: done.outcome.skipped.map { Wire.SkippedRow(line: $0.line, reason: $0.reason) },
                    ignoredColumns: done.ignoredColumns, consumed: done.consumed, state: done.state)
            } catch let refusal as RowImport.Refusal {
                throw ErrorObject.invalidParams(refusal.field, refusal.description)
            }
        })
        add(DataExport.self, .read { reader, params, call in
            let tenantID = try call.tenantID(reader)
            let limit = try Paging.limit(params.limit)
            if let location = params.location {
                guard params.what != .products else {
                    throw ErrorObject.invalidParams("location", "products are of no location: export levels")
                }
                _ = try reader.location(location, tenantID: tenantID)
            }
            if params.since != nil, params.what != .movements, params.what != .alerts {
                throw ErrorObject.invalidParams("since", "since is of movements and alerts only")
            }
            var page = ExportPage(format: params.format ?? .csv, isFirst: params.cursor == nil)
            switch params.what {
            case .products: try page.addProducts(reader, tenantID, params.cursor, limit)
            case .levels: try page.addLevels(reader, tenantID, params.location, params.cursor, limit)
            case .movements: try page.addMovements(reader, tenantID, params, limit)
            case .alerts: try page.addAlerts(reader, tenantID, params, limit)
            }
            return DataExport.Result(text: page.text, rows: page.rows, nextCursor: page.next)
        })
    }
}
