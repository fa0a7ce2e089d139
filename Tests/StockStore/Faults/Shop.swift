import Foundation
import StockDomain
@testable import StockStore

/// A small database that tests of faults begin with, made once and copied for each.
struct Shop: Sendable {
    struct Level: Sendable {
        let key: LevelKey
        let sku: String
        let location: String
    }

    static let sale = "friday"
    /// On hand of each level to begin with.
    static let units = 20

    let disk: FaultDisk
    let tenantID: Int64
    let levels: [Level]
    let now: Timestamp

    static let policy = StorePolicy(groupWait: .zero)

    static let shared = Result { try Shop() }

    private init() throws {
        disk = try FaultDisk()
        let begin = Timestamp(rfc3339: "2026-05-04T08:00:00Z")!
        now = begin
        let store = try Shop.open(disk, at: begin)
        (tenantID, levels) = try store.writeAndWait { tx in
            let tenantID = try tx.tenant("default").id
            let locations = try ["store-1", "store-2"].map {
                try tx.createLocation($0, timeZone: "Europe/London", tenantID: tenantID, now: begin)
            }
            _ = try tx.createContact(
                "Ops", enabled: true,
                addresses: [
                    AddressRecord(
                        kind: .email, value: "ops@example.com", preferences: AddressPreferences(minSeverity: .low))
                ], tenantID: tenantID, now: begin)
            let levels = try (0..<6).map { index in
                let sku = "P\(index)", location = locations[index % 2]
                let product = try tx.createProduct(
                    ProductDraft(sku: sku, name: "Product \(index)"), tenantID: tenantID, now: begin)
                try tx.change(
                    .count(Quantity(Shop.units)), productID: product.id, locationID: location.id,
                    origin: MovementOrigin(at: begin), now: begin)
                return Level(
                    key: LevelKey(productID: product.id, locationID: location.id), sku: sku, location: location.name)
            }
            let line = SaleDraft.Line(
                sku: levels[0].sku, location: levels[0].location, quantity: Quantity(60), limitPerCustomer: Quantity(30))
            _ = try tx.createSale(
                SaleDraft(name: Shop.sale, startsAt: begin, endsAt: begin + .days(1), lines: [line]), tenantID: tenantID, now: begin)
            return (tenantID, levels)
        }
        try store.close()
    }

    /// Opens a store as the daemon does, but for the pages after which the log is copied back: few, so that it happens
    /// all the time, and the same however long the writer has had nothing to do, so that a seed replays.
    /// - Parameter full: above 0, the log is copied back beside the writer, too, and no seed replays exactly.
    static func open(
        _ disk: FaultDisk, checkpointEvery pages: Int32 = 40, full: Int32 = 0, at now: Timestamp
    ) throws -> Store {
        let engine = try SQLiteEngine(
            path: disk.path, migrations: Migration.all, queueLimit: 8192,
            checkpoints: CheckpointPace(idle: pages, busy: pages, full: full), now: { now.milliseconds })
        let store = try Store.open(engine, policy: policy, now: now)
        // Until what the writer does after it has answered is over, too: it is counted among the changes. A cut may
        // be what ends it.
        try? store.writeAndWait { _ in }
        return store
    }

    func open(_ disk: FaultDisk, checkpointEvery pages: Int32 = 40, full: Int32 = 0) throws -> Store {
        try Shop.open(disk, checkpointEvery: pages, full: full, at: now)
    }

    /// Queues `acts` so that they wait together, which one commit then takes, and returns what became of each.
    func perform(_ acts: [Act], on store: Store) -> [Answered] {
        let busy = DispatchSemaphore(value: 0), free = DispatchSemaphore(value: 0), done = DispatchSemaphore(value: 0)
        store.write({ _ in
            busy.signal()
            free.wait()
        }, completion: { _ in busy.signal() })
        busy.wait()
        let answers = Answers()
        for act in acts {
            store.write({ try act.perform(in: $0, on: self) }) { result in
                answers.all.append(Answered(act: act, result: result))
                if answers.all.count == acts.count { done.signal() }
            }
        }
        free.signal()
        done.wait()
        // As on opening: what follows the answers belongs to the commit.
        store.write({ _ in }, completion: { _ in done.signal() })
        done.wait()
        return answers.all
    }

    /// Only the store's thread adds to it, and it is read after that has signalled the last.
    private final class Answers: @unchecked Sendable {
        var all: [Answered] = []
    }
}

struct Answered: Sendable {
    enum Outcome: Hashable, Sendable {
        case done
        /// For a reason of its own, or because the disk failed: the store has said that it is not there.
        case refused
        /// Nobody was told, or that it may be done: there as a whole, or not at all.
        case unknown
    }

    let act: Act
    var outcome: Outcome
    /// It was refused because nothing could be written.
    var wasFailedByTheDisk = false
    /// What the caller was told though it is neither.
    var complaint: String?

    init(act: Act, result: Result<Void, any Error>) {
        self.act = act
        switch result {
        case .success: outcome = .done
        case .failure(let error as StoreError) where error.code == .unavailable:
            outcome = error.mayBeDone ? .unknown : .refused
            wasFailedByTheDisk = true
        case .failure(let error as StoreError) where error.code == .conflict(reason: "test"): outcome = .refused
        case .failure(is HoldConflict): outcome = .refused
        case .failure(let error):
            outcome = .refused
            complaint = "\(error)"
        }
    }
}
