import ArgumentParser
import Glibc
import StockClient
import StockWire

/// What a command works with: a connection that is made when first needed, and somewhere to write.
package final class Session {
    package let terminal: Terminal
    package let json: Bool
    private let connect: () throws -> Client
    private let out: (String) -> Void
    private let note: (String) -> Void
    private var connection: Client?

    package init(
        terminal: Terminal, json: Bool, connect: @escaping () throws -> Client, out: @escaping (String) -> Void,
        note: @escaping (String) -> Void
    ) {
        self.terminal = terminal
        self.json = json
        self.connect = connect
        self.out = out
        self.note = note
    }

    convenience init(_ options: GlobalOptions) {
        let path = options.socketPath
        self.init(
            terminal: .ofStandardOutput(), json: options.json, connect: { try Client(socketPath: path) },
            out: { Output.write($0, to: STDOUT_FILENO) }, note: { Output.write($0, to: STDERR_FILENO) })
    }

    package var client: Client {
        get throws {
            if let connection { return connection }
            let made = try connect()
            connection = made
            return made
        }
    }

    /// Forgets a connection that is of no use any more; the next call makes a new one.
    func reconnect() { connection = nil }

    func call<M: Method>(_ method: M.Type, _ params: M.Params, _ common: CommonParams = .init()) throws -> M.Result {
        try client.call(method, params, common: common)
    }

    /// Calls and shows the result, as JSON or as `render` puts it.
    func show<M: Method>(
        _ method: M.Type, _ params: M.Params, _ common: CommonParams = .init(), _ render: (M.Result) -> [Block]
    ) throws {
        if json {
            printRaw(try client.callRaw(method, params, common: common))
        } else {
            print(render(try client.call(method, params, common: common)))
        }
    }

    /// Like `show`, for a command that is a check: throws `failure` unless it passes, also with `--json`. What fails as
    /// no check does, is a refusal, and its text goes where those go. `patience`: how long it may take; nil: as long as it
    /// takes.
    func check<M: Method>(
        _ method: M.Type, _ params: M.Params, _ common: CommonParams = .init(), patience: Duration? = Client.patience,
        passes: (M.Result) -> Bool, failure: any Error = CheckFailed(), _ render: (M.Result) -> [Block]
    ) throws {
        let pending = try client.start(method, params, common: common)
        guard let raw = try client.rawResult(of: pending, within: patience) else {
            throw ClientError.noReply(after: patience ?? .zero)
        }
        let result = try Session.decode(M.self, raw)
        let isRefusal = !passes(result) && !(failure is CheckFailed)
        if json { printRaw(raw) } else { print(render(result), isRefusal ? note : out) }
        if !passes(result) { throw failure }
    }

    /// Shows a list, following cursors as far as asked. `failsIfAny`: it is a check, which any row fails, also with `--json`.
    func list<M: Method, Row>(
        _ method: M.Type, _ page: PageOptions, _ common: CommonParams, rows: KeyPath<M.Result, [Row]>,
        next: KeyPath<M.Result, String?>, failsIfAny: Bool = false,
        params: (_ limit: Int?, _ cursor: String?) -> M.Params, _ render: ([Row]) -> [Block]
    ) throws {
        if json {
            if page.all {
                throw ValidationError(
                    "--json prints one page as received; follow its `next_cursor` with --cursor instead of --all.")
            }
            let raw = try client.callRaw(method, params(page.limit, page.cursor), common: common)
            printRaw(raw)
            if failsIfAny, try !Session.decode(M.self, raw)[keyPath: rows].isEmpty { throw CheckFailed() }
            return
        }
        var all: [Row] = []
        var cursor = page.cursor
        let wanted = page.all ? Int.max : page.limit ?? Wire.defaultLimit
        repeat {
            let result = try call(method, params(min(wanted - all.count, Wire.largestLimit), cursor), common)
            all += result[keyPath: rows]
            cursor = result[keyPath: next]
        } while cursor != nil && all.count < wanted
        print(render(all))
        if cursor != nil {
            print([.blank, .hint("The first \(all.count) rows; --limit N shows more, --all shows all.")])
        }
        if failsIfAny, !all.isEmpty { throw CheckFailed() }
    }

    /// What a check is judged by: where it cannot be read, it has not passed.
    private static func decode<M: Method>(_ method: M.Type, _ raw: Client.RawResult) throws -> M.Result {
        guard let result = try? JSON.decode(M.Result.self, from: raw) else {
            throw ClientError.malformed(detail: "its result is of another shape")
        }
        return result
    }

    func print(_ blocks: [Block]) { print(blocks, out) }

    private func print(_ blocks: [Block], _ write: (String) -> Void) {
        let lines = blocks.flatMap { $0.lines(on: terminal) }
        guard !lines.isEmpty else { return }
        write(lines.joined(separator: "\n") + "\n")
    }

    /// Data for files and other programs: written as it is, unless somebody looks at it.
    func printText(_ text: String) {
        guard !text.isEmpty else { return }
        out(terminal.width == nil ? text : DisplayText.escapedLines(text))
    }

    /// As it was received, unless somebody looks at it: then it says the same in other letters.
    func printRaw(_ json: [UInt8]) {
        let text = String(decoding: json, as: UTF8.self)
        out((terminal.width == nil ? text : DisplayText.escapedJSON(text)) + "\n")
    }

    /// For what is no result: progress and remarks, on standard error.
    func remark(_ text: String) { note(text) }
}

/// A part of what a command shows.
package enum Block: Sendable {
    case table(Table)
    case facts(Facts)
    case text(Cell)
    /// One of several below each other: what it goes on with is set off from the next.
    case sentence(Cell)
    case heading(String)
    case hint(String)
    case blank

    package func lines(on terminal: Terminal) -> [String] {
        switch self {
        case .table(let table): table.lines(on: terminal)
        case .facts(let facts): facts.lines(on: terminal)
        case .text(let cell):
            DisplayText.wrapped(cell.text, to: terminal.width ?? .max).map { terminal.styled($0, cell.style) }
        case .sentence(let cell):
            DisplayText.wrapped(cell.text, to: terminal.width ?? .max, hanging: 2).map { terminal.styled($0, cell.style) }
        case .heading(let text): ["", terminal.styled(DisplayText.escaped(text), .strong)]
        case .hint(let text):
            DisplayText.wrapped(DisplayText.escaped(text), to: terminal.width ?? .max).map { terminal.styled($0, .faint) }
        case .blank: [""]
        }
    }

    /// A table, or a helpful word where it would be empty.
    package static func table(_ columns: [Column], _ rows: [[Cell]], ifEmpty: String) -> [Block] {
        rows.isEmpty ? [.text(Cell(ifEmpty))] : [.table(Table(columns, rows))]
    }

    static func text(_ text: String, _ style: Style = .plain) -> Block { .text(Cell(text, style)) }
}

/// Whole strings with `write(2)`: nothing is lost in a buffer when the process is killed, and a watcher in a pipe sees
/// every line at once.
enum Output {
    static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var done = 0
            while done < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
                if count > 0 {
                    done += count
                } else if errno != EINTR {
                    exit(1)
                }
            }
        }
    }
}
