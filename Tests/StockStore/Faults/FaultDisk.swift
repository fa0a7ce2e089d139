import CFaultVFS
import Foundation
@testable import StockStore

/// A disk in memory for one directory, on which a store is opened as on any other, and which loses power or fails on
/// command. See cfaultvfs.h for what it keeps and what it may lose.
final class FaultDisk: @unchecked Sendable {
    struct Calls: OptionSet, Sendable {
        let rawValue: Int32

        static let read = Calls(rawValue: Int32(FAULT_READ))
        static let write = Calls(rawValue: Int32(FAULT_WRITE))
        static let sync = Calls(rawValue: Int32(FAULT_SYNC))
        static let truncate = Calls(rawValue: Int32(FAULT_TRUNCATE))
        static let delete = Calls(rawValue: Int32(FAULT_DELETE))
        static let open = Calls(rawValue: Int32(FAULT_OPEN))
        static let memory = Calls(rawValue: Int32(FAULT_MEMORY))
    }

    enum Manner: Sendable {
        /// With an I/O error.
        case broken
        /// No space is left.
        case full
        /// A read gives less than was asked for.
        case short
    }

    private let disk: OpaquePointer
    private let directory: URL

    /// Where the store's database is.
    var path: String { directory.appendingPathComponent("stock.db").path }

    private init(_ make: (String) -> OpaquePointer?) throws {
        let code = fault_vfs_install()
        guard code == 0 else { throw StoreError(.internal, "the faulty VFS can't be installed: SQLite code \(code)") }
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("stockd-disk-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        guard let made = make(directory.path) else {
            throw StoreError(.internal, "no disk can be made for \(directory.path)")
        }
        disk = made
    }

    /// An empty one.
    convenience init() throws { try self.init { fault_disk_create($0) } }

    deinit {
        fault_disk_remove(disk)
        try? FileManager.default.removeItem(at: directory)
    }

    /// As the next process finds it when this one is killed now. It serves as a copy, too.
    func afterKill() throws -> FaultDisk { try FaultDisk { fault_disk_after_kill(disk, $0) } }

    /// As it is when power comes back, one of the many ways that the seed stands for.
    func afterCut(seed: UInt64) throws -> FaultDisk { try FaultDisk { fault_disk_after_cut(disk, $0, seed) } }

    /// Writes, syncs, truncations and deletions so far.
    var changes: Int { Int(fault_disk_changes(disk)) }

    /// Power goes in the middle of the `nth` change from now, or at once.
    func cut(at nth: Int = 0) { fault_disk_cut(disk, Int64(nth)) }
    var isCut: Bool { fault_disk_is_cut(disk) }

    /// The `nth` of the calls from now fails, and all after it until it is healed, if it lasts.
    func fail(_ calls: Calls, at nth: Int = 1, as manner: Manner = .broken, lasting: Bool) {
        let how =
            switch manner {
            case .broken: FAULT_AS_BROKEN
            case .full: FAULT_AS_FULL
            case .short: FAULT_AS_SHORT
            }
        fault_disk_fail(disk, calls.rawValue, Int64(nth), lasting, how)
    }

    func heal() { fault_disk_heal(disk) }
    /// Calls that failed since `fail`.
    var failures: Int { Int(fault_disk_failures(disk)) }

    /// Syncs do nothing and say that they did.
    func ignoreSyncs() { fault_disk_ignore_syncs(disk, true) }

    /// Bytes in the write-ahead log; nil where there is none.
    var logSize: Int? {
        let size = fault_disk_size(disk, "stock.db-wal")
        return size < 0 ? nil : Int(size)
    }
}
