import FoundationEssentials
import Glibc
import StockDomain
import Synchronization

/// The folder into which files are dropped, `done` and `failed` inside it. Everything here blocks.
final class DropFolder: Sendable {
    struct Entry: Hashable, Sendable {
        var name: FileName
        var identity: FileIdentity
        /// nil: it is a regular file.
        var problem: CSVProblem?
    }

    private struct Seen {
        var identity: FileIdentity
        var since: ContinuousClock.Instant
    }

    private struct State {
        var arrivals: [FileName: Arrival] = [:]
        var seen: [FileName: Seen] = [:]
        var nextLook: ContinuousClock.Instant?
    }

    /// So many files are looked at in one go; the others have their turn after them.
    private static let most = 10_000

    let path: String
    private let state = Mutex(State())

    init(path: String) { self.path = path }

    func heard(_ name: FileName, _ arrival: Arrival) {
        guard !DropFolder.isIgnored(name) else { return }
        state.withLock { state in
            state.arrivals[name] = arrival
            let look = ContinuousClock.now + Arrival.settling(arrival)
            state.nextLook = min(state.nextLook ?? look, look)
        }
    }

    /// What was heard may be incomplete from here on.
    func forgetArrivals() { state.withLock { $0.arrivals = [:] } }

    /// When a file may have settled that has not yet.
    var nextLook: ContinuousClock.Instant? { state.withLock(\.nextLook) }
    func looked() { state.withLock { $0.nextLook = nil } }

    /// A descriptor of the folder, which is made if it is not there. The caller closes it.
    func open() throws(SyncFailure) -> Int32 {
        var descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor < 0, errno == ENOENT, mkdir(path, 0o770) == 0 {
            descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        }
        guard descriptor >= 0 else {
            throw SyncFailure(.transient(retryAfter: nil), "cannot open the drop folder \(path): \(SystemError.text(errno))")
        }
        return descriptor
    }

    /// The files that are to be taken, products before what names them, older ones first.
    func ready(now: Timestamp) throws -> [Entry] {
        let descriptor = try open()
        defer { close(descriptor) }
        let entries = try list(descriptor)
        let instant = ContinuousClock.now
        return state.withLock { state in
            var seen: [FileName: Seen] = [:]
            var ready: [Entry] = []
            state.nextLook = nil
            for entry in entries {
                var since = instant
                if let before = state.seen[entry.name], before.identity == entry.identity { since = before.since }
                seen[entry.name] = Seen(identity: entry.identity, since: since)
                let wait = Arrival.wait(
                    state.arrivals[entry.name], watched: instant - since, age: now - entry.identity.modifiedAt)
                if wait == .zero || entry.problem != nil {
                    ready.append(entry)
                } else {
                    let look = instant + wait
                    state.nextLook = min(state.nextLook ?? look, look)
                }
            }
            state.seen = seen
            state.arrivals = state.arrivals.filter { seen[$0.key] != nil }
            return ready.sorted(by: DropFolder.isBefore)
        }
    }

    private static func isBefore(_ a: Entry, _ b: Entry) -> Bool {
        func key(_ entry: Entry) -> (Int, Int64, String) {
            let isProducts = ImportKind(fileName: entry.name.text) == .products
            return (isProducts ? 0 : 1, entry.identity.modified, entry.name.text)
        }
        return key(a) < key(b)
    }

    private func list(_ descriptor: Int32) throws(SyncFailure) -> [Entry] {
        let copy = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0, let directory = fdopendir(copy) else {
            if copy >= 0 { close(copy) }
            throw SyncFailure(.transient(retryAfter: nil), "cannot list the drop folder \(path): \(SystemError.text(errno))")
        }
        defer { closedir(directory) }
        var entries: [Entry] = []
        while entries.count < DropFolder.most, let found = readdir(directory) {
            let name = FileName(
                bytes: withUnsafeBytes(of: &found.pointee.d_name) { Array($0.prefix { $0 != 0 }) })
            guard !DropFolder.isIgnored(name) else { continue }
            var status = stat()
            guard name.with({ fstatat(descriptor, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0 else { continue }
            let problem: CSVProblem?
            switch status.st_mode & S_IFMT {
            case S_IFREG: problem = nil
            case S_IFDIR: continue
            case S_IFLNK: problem = .notRegular("a symbolic link")
            case S_IFIFO: problem = .notRegular("a FIFO")
            case S_IFSOCK: problem = .notRegular("a socket")
            default: problem = .notRegular("a device")
            }
            entries.append(Entry(name: name, identity: FileIdentity(status), problem: problem))
        }
        return entries
    }

    /// Where files are moved, hidden ones, and what programs call a file that they have not finished.
    static func isIgnored(_ name: FileName) -> Bool {
        guard let first = name.bytes.first, first != UInt8(ascii: "."), name != FileName("done"), name != FileName("failed")
        else { return true }
        return [".part", ".partial", ".tmp", ".temp", ".filepart", ".crdownload", ".swp", "~"].contains { name.hasSuffix($0) }
    }

    // MARK: Filing

    /// Moves a file into `done` or `failed`, with its report beside it. Repeated after a crash, it comes to the same.
    ///
    /// - Parameter wasRead: what is filed must be what was read, to the byte; else it is enough that it is the same file.
    /// - Returns: what it is called there; nil where somebody has taken it away, written to it, or put another in its place,
    ///   which has its turn.
    @discardableResult
    func file(
        _ name: FileName, _ identity: FileIdentity, into place: String, report: [UInt8], wasRead: Bool
    ) throws(SyncFailure) -> String? {
        func isIt(_ found: FileIdentity?) -> Bool {
            wasRead ? found == identity : found?.inode == identity.inode && found?.device == identity.device
        }
        let folder = try open()
        defer { close(folder) }
        if mkdirat(folder, place, 0o770) != 0, errno != EEXIST { throw failure("cannot make \(place)/ in", errno) }
        let target = openat(folder, place, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard target >= 0 else { throw failure("\(place) is no folder of its own in", errno) }
        defer { close(target) }
        guard isIt(FileIdentity(name, in: folder)) else { return nil }
        for attempt in 1...10_000 {
            let filed = DropFolder.numbered(name, attempt)
            let reportName = FileName(bytes: filed.bytes + Array(".report.json".utf8))
            if FileIdentity(filed, in: target) != nil { continue }
            guard try write(report, as: reportName, in: target) else { continue }
            var isFiled = false
            defer { if !isFiled { _ = reportName.with { unlinkat(target, $0, 0) } } }
            // To write the report took a while.
            guard isIt(FileIdentity(name, in: folder)) else { return nil }
            guard name.with({ from in filed.with { to in renameat(folder, from, target, to) } }) == 0 else {
                throw failure("cannot move \(name.text) into \(place)/ of", errno)
            }
            guard isIt(FileIdentity(filed, in: target)) else {
                try takeBack(filed, of: target, as: name, in: folder)
                return nil
            }
            isFiled = true
            fsync(target)
            fsync(folder)
            state.withLock { $0.arrivals[name] = nil }
            return filed.text
        }
        throw failure("too many files are called \(name.text) in \(place)/ of", EEXIST)
    }

    /// Moves what was filed in another's stead back to where it is taken from: under a name that nobody else gives, as there may
    /// be something under its own by now.
    func takeBack(_ filed: FileName, of target: Int32, as name: FileName, in folder: Int32) throws(SyncFailure) {
        let free = DropFolder.numbered(name, Int(Timestamp(Date()).milliseconds))
        guard filed.with({ from in free.with { to in renameat(target, from, folder, to) } }) == 0 else {
            throw failure("\(filed.text) was filed unread and cannot be moved back to", errno)
        }
    }

    /// False where another report has the name. It appears whole or not at all.
    private func write(_ report: [UInt8], as name: FileName, in folder: Int32) throws(SyncFailure) -> Bool {
        let draft = FileName(".report.part")
        _ = draft.with { unlinkat(folder, $0, 0) }
        let descriptor = draft.with { openat(folder, $0, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o640) }
        guard descriptor >= 0 else { throw failure("cannot write a report in", errno) }
        var done = 0
        while done < report.count {
            let count = report.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + done, report.count - done) }
            if count < 0, errno != EINTR {
                let number = errno
                close(descriptor)
                throw failure("cannot write a report in", number)
            }
            done += max(0, count)
        }
        fsync(descriptor)
        close(descriptor)
        defer { _ = draft.with { unlinkat(folder, $0, 0) } }
        let linked = draft.with { from in name.with { to in linkat(folder, from, folder, to, 0) } }
        if linked == 0 { return true }
        guard errno == EEXIST else { throw failure("cannot write the report of \(name.text) in", errno) }
        // It may be this very one, of a filing that was cut off before the file itself was moved.
        guard let there = try? OpenFile(name, in: folder), there.identity.size == Int64(report.count) else { return false }
        return (try? there.read(at: 0, count: report.count)) == report
    }

    private func failure(_ what: String, _ number: Int32) -> SyncFailure {
        SyncFailure(.transient(retryAfter: nil), "\(what) \(path): \(SystemError.text(number))")
    }

    /// `levels.csv`, `levels.2.csv` …, cut so that the report's name fits as well.
    static func numbered(_ name: FileName, _ number: Int) -> FileName {
        let room = 230
        var stem = name.bytes[...]
        var ending: ArraySlice<UInt8> = []
        if let dot = name.bytes.lastIndex(of: UInt8(ascii: ".")), dot > 0, name.bytes.count - dot <= 16 {
            stem = name.bytes[..<dot]
            ending = name.bytes[dot...]
        }
        let suffix = number == 1 ? [] : Array(".\(number)".utf8)
        stem = stem.prefix(room - suffix.count - ending.count)
        return FileName(bytes: Array(stem) + suffix + Array(ending))
    }
}
