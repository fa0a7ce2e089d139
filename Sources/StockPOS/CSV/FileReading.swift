import FoundationEssentials
import StockDomain

/// How far a file has been read: the source's bookmark, and the report in the end.
struct FileReading: Codable, Sendable {
    /// So many of the skipped rows are listed in a report.
    static let listed = 1000

    var version = 1
    var name: FileName
    var identity: FileIdentity
    var digest: String
    /// In milliseconds: when levels were counted whose rows do not say.
    var countedAt: Int64
    /// What it was called when it was applied before.
    var replayOf: String?
    var state: CSVImport.State?
    var offset = 0
    var rows = 0
    var applied = 0
    var unchanged = 0
    var overtaken = 0
    var skippedCount = 0
    var skipped: [SkippedLine] = []
    /// All of it is applied; what remains is to move it away.
    var isFinished = false

    init(name: FileName, identity: FileIdentity, digest: String, countedAt: Timestamp, replayOf: String? = nil) {
        self.name = name
        self.identity = identity
        self.digest = digest
        self.countedAt = countedAt.milliseconds
        self.replayOf = replayOf
    }

    /// nil for what is no bookmark of ours, and where no file is being read.
    init?(bookmark: String?) {
        guard let bookmark, let read = try? JSONDecoder().decode(FileReading.self, from: Data(bookmark.utf8)), read.version == 1
        else { return nil }
        self = read
    }

    func bookmark() throws -> String { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }

    /// After a page of which `outcome` has become.
    func adding(_ outcome: ImportOutcome, of page: CSVImport.Page) -> FileReading {
        var after = self
        after.state = page.state
        after.offset = page.offset
        after.rows += page.rows
        after.applied += outcome.applied
        after.unchanged += outcome.unchanged
        after.overtaken += outcome.overtaken
        after.skippedCount += outcome.skipped.count
        after.skipped += outcome.skipped.prefix(max(0, FileReading.listed - after.skipped.count))
        return after
    }

    /// What stands beside the file in the end.
    func report(problem: CSVProblem?) -> FileReport {
        FileReport(
            file: name.text, kind: state?.header.kind.rawValue, sha256: digest.isEmpty ? nil : digest,
            countedAt: digest.isEmpty ? nil : Timestamp(milliseconds: countedAt).description, rows: rows, applied: applied,
            unchanged: unchanged, overtaken: overtaken, skippedCount: skippedCount, skipped: skipped,
            ignoredColumns: state?.header.ignored ?? [], replayOf: replayOf, error: problem?.description)
    }

    /// Nothing in it could be used.
    var isUseless: Bool { rows > 0 && skippedCount == rows }
}

/// `NAME.report.json`.
struct FileReport: Codable, Sendable {
    var file: String
    var kind: String?
    var sha256: String?
    var countedAt: String?
    /// All but the header and empty lines: the sum of the four that follow.
    var rows: Int
    var applied: Int
    var unchanged: Int
    var overtaken: Int
    var skippedCount: Int
    /// The first of them.
    var skipped: [SkippedLine]
    var ignoredColumns: [String]
    var replayOf: String?
    /// Why the file as a whole was refused, or given up.
    var error: String?

    enum CodingKeys: String, CodingKey {
        case file, kind, sha256, rows, applied, unchanged, overtaken, skipped, error
        case countedAt = "counted_at"
        case skippedCount = "skipped_count"
        case ignoredColumns = "ignored_columns"
        case replayOf = "replay_of"
    }

    func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }
}
