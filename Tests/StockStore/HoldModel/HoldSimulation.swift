import Foundation
import StockDomain
import Synchronization
@testable import StockStore

/// Where the store and the model parted.
struct HoldFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// Of the step, from 0.
    var index: Int
    var description: String
}

/// Replays steps on a real store on a real database, and compares it with the model after each of them.
final class HoldSimulation {
    private static let epoch = Timestamp(rfc3339: "2026-05-04T08:00:00Z")!

    /// In memory where the system has files there: thousands of commits need not wear out a disk to be compared.
    static let scratch: URL = {
        let memory = URL(filePath: "/dev/shm")
        return FileManager.default.isWritableFile(atPath: memory.path) ? memory : FileManager.default.temporaryDirectory
    }()

    /// A database of a shop whose point of sale has told of its products, and counted nothing.
    final class Template: Sendable {
        fileprivate let file: URL
        fileprivate let source: SourceRecord
        fileprivate let tenantID: Int64

        init() throws {
            file = scratch.appending(path: "stockd-\(UUID().uuidString).db")
            let store = try Store.open(path: file.path, now: epoch)
            (source, tenantID) = try store.writeAndWait { tx in
                _ = try tx.registerSource("pos", kind: "square", tenant: "default", now: epoch)
                let source = try tx.sources(name: "pos")[0]
                var page = SyncPage(phase: "catalogue", resume: "0")
                page.locations = (0..<HoldModel.locations).map {
                    SourceLocation(externalID: "L\($0)", name: "l\($0)", timeZone: "UTC")
                }
                page.products = (0..<HoldModel.products).map(HoldSimulation.product)
                try tx.apply(page, from: source, now: epoch)
                return (source, source.tenantID)
            }
            try store.close()
        }

        deinit { HoldSimulation.remove(file) }
    }

    private let template: Template
    private let file: URL
    private var store: Store
    private var model = HoldModel()
    /// Ids of holds by order, as the store gave them.
    private let ids = Table<Int64>()

    /// nil: the model and the store agreed to the end.
    static func failure(of steps: [HoldStep], on template: Template) throws -> HoldFailure? {
        let simulation = try HoldSimulation(template)
        do {
            try simulation.replay(steps)
            return nil
        } catch let failure as HoldFailure {
            return failure
        }
    }

    private init(_ template: Template) throws {
        self.template = template
        file = Self.scratch.appending(path: "stockd-\(UUID().uuidString).db")
        try FileManager.default.copyItem(at: template.file, to: file)
        store = try Store.open(path: file.path, now: Self.epoch)
    }

    deinit {
        try? store.close()
        Self.remove(file)
    }

    private static func remove(_ file: URL) {
        for suffix in ["", "-wal", "-shm", "-journal", ".lock", "-lock"] {
            try? FileManager.default.removeItem(atPath: file.path + suffix)
        }
    }

    // MARK: Replaying

    private struct Expectation {
        var index: Int
        var step: HoldStep
        var outcome: HoldOutcome
        var picture: HoldPicture
    }

    private struct Found: Sendable {
        var outcome: HoldOutcome = .failed("no answer")
        var picture: HoldPicture?
        var broken: [String] = []
    }

    /// Steps are queued without waiting, so that the store commits several at a time, of which some are refused; before
    /// what needs the store to itself it is waited for all of them.
    private func replay(_ steps: [HoldStep]) throws {
        var expected: [Expectation] = []
        var found = Table<Found>()
        for (index, step) in steps.enumerated() {
            switch step {
            case .restart, .expire:
                try compare(expected, found)
                (expected, found) = ([], Table<Found>())
            default: break
            }
            let now = Self.epoch + .milliseconds(model.now)
            expected.append(Expectation(index: index, step: step, outcome: model.apply(step), picture: model.picture))
            switch step {
            case .restart: try restart(at: now)
            case .expire(let chunk):
                let count = try expire(chunk: chunk, at: now)
                found.update(index, Found()) { $0.outcome = .expired(count) }
            case .wait: break
            default: perform(step, index, into: found, at: now)
            }
            look(index, into: found)
        }
        try compare(expected, found)
        try compareAll(steps.count - 1)
    }

    private func perform(_ step: HoldStep, _ index: Int, into found: Table<Found>, at now: Timestamp) {
        let call = HoldCall(
            step: step, source: template.source, tenantID: template.tenantID, epoch: Self.epoch, now: now, ids: ids)
        store.write({ tx in try call.perform(tx) }) { outcome in
            found.update(index, Found()) { $0.outcome = HoldCall.outcome(of: outcome) }
        }
    }

    private func look(_ index: Int, into found: Table<Found>) {
        store.write({ tx in (try tx.holdPicture(since: Self.epoch), try tx.brokenHolds()) }) { seen in
            found.update(index, Found()) { found in
                switch seen {
                case .success(let (picture, broken)): (found.picture, found.broken) = (picture, broken)
                case .failure(let error): found.broken = ["\(error)"]
                }
            }
        }
    }

    private func compare(_ expected: [Expectation], _ found: Table<Found>) throws {
        try store.writeAndWait { _ in }
        for expectation in expected {
            func fail(_ text: String) -> HoldFailure {
                HoldFailure(index: expectation.index, description: "\(expectation.step)\n      \(text)")
            }
            var found = found[expectation.index] ?? Found()
            switch expectation.step {
            case .wait, .restart: found.outcome = .done
            default: break
            }
            guard found.outcome == expectation.outcome else {
                throw fail("expected \(expectation.outcome)\n      but was  \(found.outcome)")
            }
            guard found.broken.isEmpty else { throw fail(found.broken.joined(separator: "\n      ")) }
            guard let picture = found.picture, picture == expectation.picture else {
                let picture = found.picture ?? HoldPicture(rows: [])
                throw fail(
                    "expected \(expectation.picture.difference(from: picture))\n      "
                        + "but was  \(picture.difference(from: expectation.picture))")
            }
        }
    }

    private func restart(at now: Timestamp) throws {
        try store.close()
        store = try Store.open(path: file.path, now: now)
    }

    /// As the loop of the daemon does it.
    private func expire(chunk: Int, at now: Timestamp) throws -> Int {
        while try store.writeAndWait({ try $0.anchorHolds(limit: chunk, now: now) }) > 0 {}
        var count = 0
        while let next = try store.readHere({ try $0.nextHoldExpiry() }), next <= now {
            let expired = try store.writeAndWait { try $0.expireHolds(limit: chunk, now: now) }
            // It would go on for ever.
            guard expired > 0 else { return -1 }
            count += expired
        }
        return count
    }

    /// Every hold with all that is shown of it, and what was announced of each.
    private func compareAll(_ index: Int) throws {
        let tenantID = template.tenantID
        let call = HoldCall(
            step: .restart, source: template.source, tenantID: tenantID, epoch: Self.epoch, now: Self.epoch, ids: ids)
        let (holds, events) = try store.writeAndWait { tx in
            (try tx.holds(HoldFilter(tenantID: tenantID), before: nil, limit: 1000), try tx.allEvents())
        }
        func expect<T: Equatable>(_ found: T?, _ expected: T?, _ what: String) throws {
            guard found != expected else { return }
            func text(_ value: T?) -> String { value.map { "\($0)" } ?? "none" }
            throw HoldFailure(
                index: index,
                description: "at the end, \(what)\n      expected \(text(expected))\n      but was  \(text(found))")
        }
        let views = Dictionary(holds.map { (call.view($0).order, call.view($0)) }, uniquingKeysWith: { $1 })
        for order in Set(views.keys).union(model.holds.keys).sorted() {
            try expect(views[order], model.holds[order].map { model.view($0.order) }, "o\(order)")
        }
        var announced: [Int: [String]] = [:], risks: [HoldModel.Key: Int] = [:]
        for event in events where event.kind.hasPrefix("hold.") {
            if let hold = event.hold {
                announced[call.number(hold.orderRef), default: []].append(event.kind)
            } else if event.kind == "hold.at_risk", let sku = event.sku, let location = event.location {
                risks[HoldModel.Key(product: call.number(sku), location: call.number(location)), default: 0] += 1
            }
        }
        try expect(announced, model.events, "the events of holds")
        try expect(risks, model.risks, "how often levels came to be at risk")
    }

    static func product(_ number: Int) -> SourceProduct {
        SourceProduct(externalID: "P\(number)", sku: "p\(number)", name: "Product \(number)")
    }
}

/// What the store's thread leaves for the test's.
final class Table<Value: Sendable>: Sendable {
    private let values = Mutex<[Int: Value]>([:])

    subscript(index: Int) -> Value? {
        get { values.withLock { $0[index] } }
        set { values.withLock { $0[index] = newValue } }
    }

    func update(_ index: Int, _ initial: Value, _ change: (inout Value) -> Void) {
        values.withLock { change(&$0[index, default: initial]) }
    }
}

extension StoreReader {
    fileprivate func allEvents() throws -> [EventRecord] {
        var all: [EventRecord] = [], cursor: Int64 = 0
        while true {
            let (page, next) = try events(after: cursor, kinds: nil, tenantID: nil, limit: 1000)
            if next == cursor { return all }
            all += page
            cursor = next
        }
    }
}
