import StockStore
import Synchronization

/// The entry that a change leaves in the audit, and whether it stands there.
package final class AuditSlip: Sendable {
    static let done = "done"

    let draft: AuditDraft
    private let written = Atomic(false)

    init(_ draft: AuditDraft) { self.draft = draft }

    var isWritten: Bool { written.load(ordering: .acquiring) }

    fileprivate func noteWritten() { written.store(true, ordering: .releasing) }
}

extension Store {
    /// The transaction of a task that has one: what it changes and its entry in the audit are kept or undone together; of
    /// several, the first has the entry. What a task changes otherwise is recorded when it is done.
    func write<T: Sendable>(
        _ call: Call, admission: Admission = .refusable, _ body: @escaping @Sendable (StoreTransaction) throws -> T
    ) async throws -> T {
        let slip = call.slip.flatMap { $0.isWritten ? nil : $0 }
        let value = try await write(admission: admission) { tx in
            let value = try body(tx)
            if let slip { try tx.record(slip.draft, outcome: AuditSlip.done) }
            return value
        }
        slip?.noteWritten()
        return value
    }
}
