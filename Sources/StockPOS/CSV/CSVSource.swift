import Dispatch
import Glibc
import StockDomain
import Synchronization

/// A folder into which files of products, counts and sales are dropped. Each is read to its end, and moved into `done` or
/// `failed` with a report beside it.
///
/// Rows are applied in pages, each with the bookmark behind it: `kill -9` at any moment costs nothing and applies nothing
/// twice. What a file says of levels holds as of when it was counted: what its rows say, else when the file was last modified.
package struct CSVSource: PointOfSale {
    private static let pageRows = 1000
    private static let chunk = 1 << 18

    private let folder: DropFolder
    private let decimalComma: Bool
    /// Files are read where they may take their time.
    private let queue = DispatchQueue(label: "stockd.csv")
    private let watching = CurrentWatch()

    package init(path: String, decimalComma: Bool) {
        folder = DropFolder(path: path)
        self.decimalComma = decimalComma
    }

    package func watch(_ ring: @escaping @Sendable () -> Void) -> (@Sendable () -> Void)? {
        guard let watch = FolderWatch(folder, ring: ring) else { return nil }
        watching.current.withLock { $0 = watch }
        watch.start()
        return { watch.end() }
    }

    package func hasNews(now: Timestamp) async throws -> Bool {
        let folder = folder
        // What comes in between is heard.
        _ = try await blocking { close(try folder.open()) }
        watching.current.withLock { $0 }?.follow()
        defer { watching.current.withLock { $0 }?.follow() }
        return try await !ready(now).isEmpty
    }

    package func sync(resume: String?, into sink: any SyncSink, now: Timestamp) async throws {
        let begun = FileReading(bookmark: resume)
        // A file that cannot be read or moved now keeps no other waiting.
        var failures: [SyncFailure] = []
        for entry in try await ready(now) {
            try Task.checkCancellation()
            do {
                try await take(entry, begun, into: sink, now: now)
            } catch let failure as SyncFailure {
                failures.append(failure)
            }
        }
        watching.current.withLock { $0 }?.follow()
        guard var failure = failures.first else { return }
        if failures.count > 1 { failure.description += " (and \(failures.count - 1) more)" }
        throw failure
    }

    private func ready(_ now: Timestamp) async throws -> [DropFolder.Entry] {
        let folder = folder
        return try await blocking { try folder.ready(now: now) }
    }

    private func take(_ entry: DropFolder.Entry, _ begun: FileReading?, into sink: any SyncSink, now: Timestamp) async throws {
        var reading = FileReading(name: entry.name, identity: entry.identity, digest: "", countedAt: now)
        do {
            if let problem = entry.problem { throw problem }
            let file = try await open(entry.name)
            let digest = try await blocking { try file.digest() }
            reading = try await start(entry.name, file.identity, digest, begun, sink, now: now)
            if !reading.isFinished { try await read(file, &reading, into: sink) }
            try await put(reading, nil, into: sink, now: now)
        } catch CSVProblem.gone {
            return
        } catch let problem as CSVProblem {
            try await put(reading, problem, into: sink, now: now)
        }
    }

    private func open(_ name: FileName) async throws -> OpenFile {
        let folder = folder
        return try await blocking {
            let descriptor = try folder.open()
            defer { close(descriptor) }
            return try OpenFile(name, in: descriptor)
        }
    }

    /// Where the bookmark left it, or at its beginning.
    private func start(
        _ name: FileName, _ identity: FileIdentity, _ digest: String, _ begun: FileReading?, _ sink: any SyncSink, now: Timestamp
    ) async throws -> FileReading {
        if let begun, begun.name == name, begun.identity == identity, begun.digest == digest { return begun }
        // A clock that is ahead must not keep later counts out.
        let modified = min(identity.modifiedAt, now)
        // The same contents once more are the same statement again, as of when it was made first. Only under a name of its
        // own, after others, may a file that says the same mean that it is so again.
        if let (known, isLast) = try await sink.appliedFile(digest: digest), isLast || known.name == name.text {
            return FileReading(
                name: name, identity: identity, digest: digest, countedAt: known.countedAt, replayOf: known.name)
        }
        return FileReading(name: name, identity: identity, digest: digest, countedAt: modified)
    }

    private func read(_ file: OpenFile, _ reading: inout FileReading, into sink: any SyncSink) async throws {
        var importing = CSVImport(
            expected: ImportKind(fileName: reading.name.text), decimalComma: decimalComma, resuming: reading.state,
            at: reading.offset)
        var offset = reading.offset
        var ended = false
        while !ended {
            try Task.checkCancellation()
            let bytes = try await blocking { [offset] in try file.read(at: offset, count: CSVSource.chunk) }
            offset += bytes.count
            importing.append(bytes)
            if bytes.count < CSVSource.chunk {
                importing.finish()
                ended = true
            }
            while let page = try importing.page(CSVSource.pageRows) {
                try Task.checkCancellation()
                try await apply(page, &reading, into: sink)
            }
        }
        if importing.header == nil { throw CSVProblem.empty }
        if reading.state == nil { reading.state = importing.state }
        try await blocking { try file.checkUnchanged() }
        reading.isFinished = true
        var last = ImportPage(
            countedAt: Timestamp(milliseconds: reading.countedAt), phase: reading.name.text,
            resume: { [reading] _ in try reading.bookmark() })
        last.finished = AppliedFile(
            digest: reading.digest, name: reading.replayOf ?? reading.name.text,
            countedAt: Timestamp(milliseconds: reading.countedAt))
        _ = try await sink.apply(last)
    }

    private func apply(_ page: CSVImport.Page, _ reading: inout FileReading, into sink: any SyncSink) async throws {
        let before = reading
        var rows = ImportPage(
            countedAt: Timestamp(milliseconds: reading.countedAt), phase: reading.name.text,
            resume: { try before.adding($0, of: page).bookmark() })
        rows.lines = page.lines
        rows.unreadable = page.unreadable
        rows.isReplay = reading.replayOf != nil
        rows.listed = max(0, FileReading.listed - reading.skippedCount)
        let outcome = try await sink.apply(rows)
        reading = before.adding(outcome, of: page)
    }

    /// Moves it away with its report, and begins a new bookmark.
    private func put(_ reading: FileReading, _ problem: CSVProblem?, into sink: any SyncSink, now: Timestamp) async throws {
        let isDone = problem == nil && !reading.isUseless
        let report = try reading.report(problem: problem).json()
        let folder = folder
        let filed = try await blocking {
            try folder.file(
                reading.name, reading.identity, into: isDone ? "done" : "failed", report: report, wasRead: problem == nil)
        }
        var page = SyncPage(phase: reading.name.text, resume: "")
        if let problem {
            let place = filed.map { " (failed/\($0))" } ?? ""
            page.skipped = [SkippedObject(object: "\(reading.name.text)\(place)", reason: problem.description)]
        }
        try await sink.apply(page)
    }

    /// Runs what waits for disks on a thread of its own.
    private func blocking<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result(catching: body)) }
        }
    }

    private final class CurrentWatch: Sendable {
        let current = Mutex<FolderWatch?>(nil)
    }
}
