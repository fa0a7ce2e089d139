import ArgumentParser
import FoundationEssentials
import Glibc
import StockClient
import StockWire

extension Wire.DataKind: ExpressibleByArgument {}

struct ImportCommand: Command {
    static let configuration = CommandConfiguration(
        "import", "Brings in a CSV file of products, levels or sales.",
        """
        The first line names the columns: levels need sku, location and quantity (counted_at says when, else it is when the \
        file was last modified); products sku and name, category, price or par_level; sales sku, location, quantity, sold_at \
        and external_id. What the file says twice, or said before, changes nothing. Exits with 2 if rows were skipped.
        """,
        example: "import levels-2026-05-01.csv")

    @Argument(help: "The file; - for standard input.")
    var file: String

    @Option(help: "What it holds: products, levels or sales. Left out, its first line tells.")
    var kind: Wire.DataKind?

    @Flag(help: "Numbers are written with a comma: 2,5.")
    var decimalComma = false

    @Flag(help: "Only say what would become of the rows.")
    var dryRun = false

    @OptionGroup var global: GlobalOptions
    @OptionGroup var tenancy: TenantOption

    /// A third more as base64, and well below what a line may have.
    private static let piece = 1 << 18

    func run(in session: Session) throws {
        var input = try InputFile(file)
        var progress = ProgressLine(session)
        var total = DataImport.Result()
        var rest: [UInt8] = []
        var state: String?
        while true {
            while rest.count < ImportCommand.piece, try input.read(into: &rest, upTo: ImportCommand.piece) {}
            let isLast = input.isAtEnd
            let done = try session.call(
                DataImport.self,
                .init(
                    data: Data(rest).base64EncodedString(), last: isLast, state: state, name: state == nil ? input.name : nil,
                    kind: kind, decimalComma: decimalComma ? true : nil, countedAt: state == nil ? input.modified : nil,
                    dryRun: dryRun ? true : nil), tenancy.common)
            total.add(done)
            state = done.state
            progress.show("\(Format.count(total.rows, "row")) \(input.share)")
            if isLast { break }
            guard done.consumed > 0, done.consumed <= rest.count else {
                throw ClientError.malformed(detail: "it understood nothing of \(rest.count) bytes")
            }
            rest.removeSubrange(..<done.consumed)
        }
        progress.end()
        if session.json {
            session.printRaw(try JSON.encode(total))
        } else {
            session.print(ImportCommand.view(total, dryRun: dryRun))
        }
        if total.skippedCount > 0 { throw CheckFailed() }
    }

    static func view(_ total: DataImport.Result, dryRun: Bool) -> [Block] {
        let what = total.kind.map { " of \($0.rawValue)" } ?? ""
        var blocks: [Block] = [
            .text(
                dryRun
                    ? "Would apply \(total.applied) of \(Format.count(total.rows, "row"))\(what)."
                    : "Applied \(total.applied) of \(Format.count(total.rows, "row"))\(what).", .plain)
        ]
        if total.unchanged > 0 { blocks.append(.text("\(total.unchanged) said what was known.")) }
        if total.overtaken > 0 { blocks.append(.text("Overtaken by later counts: \(total.overtaken).")) }
        if !total.ignoredColumns.isEmpty {
            blocks.append(.text("Ignored columns: \(total.ignoredColumns.joined(separator: ", "))", .faint))
        }
        if !total.skipped.isEmpty {
            blocks.append(.heading("Skipped \(total.skippedCount)"))
            blocks.append(
                .table(
                    Table(
                        [Column("Line", number: true, .essential), Column("Why", .essential, least: 16)],
                        total.skipped.prefix(shownSkipped).map { [Cell("\($0.line)"), Cell($0.reason)] })))
            if total.skippedCount > shownSkipped {
                blocks.append(.hint("… and \(total.skippedCount - shownSkipped) more; --json shows the first 1000."))
            }
        }
        return blocks
    }

    private static let shownSkipped = 20
}

extension DataImport.Result {
    /// Lines are counted over the whole file.
    fileprivate mutating func add(_ more: DataImport.Result) {
        kind = more.kind
        rows += more.rows
        applied += more.applied
        unchanged += more.unchanged
        overtaken += more.overtaken
        skippedCount += more.skippedCount
        skipped += more.skipped.prefix(max(0, 1000 - skipped.count))
        ignoredColumns = more.ignoredColumns
        consumed += more.consumed
    }
}

/// A file or standard input, read as it is needed.
private struct InputFile: ~Copyable {
    /// nil for standard input.
    let name: String?
    let modified: Wire.Time?
    private let descriptor: Int32
    private let size: Int
    private var done = 0
    private(set) var isAtEnd = false

    init(_ path: String) throws {
        guard path != "-" else {
            (name, modified, descriptor, size) = (nil, nil, STDIN_FILENO, 0)
            return
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw ValidationError("Cannot read \(path): \(String(cString: strerror(errno))).")
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
            throw ValidationError("\(path) is a folder.")
        }
        name = path.split(separator: "/").last.map(String.init)
        let isRegular = status.st_mode & S_IFMT == S_IFREG
        modified =
            isRegular
            ? Wire.Time(milliseconds: Int64(status.st_mtim.tv_sec) * 1000 + Int64(status.st_mtim.tv_nsec) / 1_000_000) : nil
        size = isRegular ? Int(status.st_size) : 0
        self.descriptor = descriptor
    }

    deinit { if descriptor != STDIN_FILENO { close(descriptor) } }

    /// False at the end.
    mutating func read(into bytes: inout [UInt8], upTo limit: Int) throws -> Bool {
        var piece = [UInt8](repeating: 0, count: limit - bytes.count)
        while true {
            let count = Glibc.read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw ValidationError("Cannot read it: \(String(cString: strerror(errno))).") }
            isAtEnd = count == 0
            done += count
            bytes.append(contentsOf: piece[..<count])
            return count > 0
        }
    }

    /// `45 %`, where it is known how much there is.
    var share: String { size > 0 ? "\(min(100, done * 100 / size)) %" : "" }
}
