import CLoad
import Foundation
import StockDomain
import StockStore

/// What the workloads share: the options, a directory, and the databases that take long to make.
final class Bench {
    let options: BenchOptions
    let directory: URL
    let now = Timestamp(Date())
    private let programs: URL
    private var made: [String: String] = [:]
    private var copies: [String] = []
    private var names = 0
    private(set) lazy var peers = Peers(self)

    init(_ options: BenchOptions) throws {
        self.options = options
        programs = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("stock-bench-\(getpid())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        cload_clean_up_when_interrupted(directory.path)
    }

    func cleanUp() {
        peers.stop()
        try? FileManager.default.removeItem(at: directory)
    }

    /// The path of a program of ours.
    func program(_ name: String) throws -> String {
        let path = name == "stockd" ? options.stockd ?? programs.appendingPathComponent(name).path
            : programs.appendingPathComponent(name).path
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw BenchError("there is no \(path): build it first, by swift build -c release --static-swift-stdlib")
        }
        return path
    }

    func path(_ name: String) -> String { directory.appendingPathComponent(name).path }

    /// A path that nothing is at yet.
    func newPath(_ name: String) -> String {
        names += 1
        return path("\(names)-\(name)")
    }

    /// What `make` has made at the path it is given, once.
    func once(_ name: String, _ make: (String) throws -> Void) throws -> String {
        if let known = made[name] { return known }
        let path = newPath(name)
        try make(path)
        made[name] = path
        return path
    }

    /// A database of its own with the same contents, for whoever changes it. It is on the disk: a system that is still
    /// writing gigabytes down would keep each fsync waiting.
    func copy(of database: String) throws -> String {
        let path = newPath("copy.db")
        try FileManager.default.copyItem(atPath: database, toPath: path)
        copies.append(path)
        try FileHandle(forUpdating: URL(fileURLWithPath: path)).synchronize()
        return path
    }

    /// Removes the databases that `copy` has made: a disk is not endless.
    func forgetFiles() {
        for path in copies { forget(path) }
        copies = []
    }

    func forget(_ database: String) {
        for suffix in ["", "-wal", "-shm", ".lock"] { try? FileManager.default.removeItem(atPath: database + suffix) }
    }

    /// Whether figures that were set for the full size mean anything here.
    var isFullSize: Bool { options.levels >= 1_000_000 }
}
