import Foundation
import StockDomain
import StockPOS
import StockStore

/// A piece of a CSV file that comes through the socket: what it says is applied, and where the next begins is told. The
/// state travels with the caller, so that nothing is kept between requests and any number of imports may be under way.
package struct RowImport: Sendable {
    package struct Refusal: Error, Sendable {
        package var field: String
        package var description: String
    }

    private static let pageRows = 1000
    private static let listed = 1000

    private struct State: Codable {
        var version = 1
        var countedAt: Int64
        /// Bytes before the piece that comes next; zero where the header is still to come.
        var offset: Int
        var rows: CSVImport.State?

        /// Whether it can be one of ours: the caller has carried it.
        var isSound: Bool {
            let far = 1 << 50
            return version == 1 && (-Int64(far)..<Int64(far)).contains(countedAt) && (0..<far).contains(offset)
                && (rows.map { $0.header.isSound && (1..<far).contains($0.line) } ?? true)
        }
    }

    private struct DryRun: Error { var outcome: ImportOutcome }

    package var kind: ImportKind?
    package var rows = 0
    package var outcome = ImportOutcome()
    package var skippedCount = 0
    package var ignoredColumns: [String] = []
    package var consumed = 0
    package var state = ""

    private init() {}

    /// - Parameter state: nil for the first piece.
    /// - Parameter write: runs each page's transaction, to which the caller may add something of its own. For `dryRun` it fails.
    /// - Parameter terms: by the time of the counts whose rows have none.
    /// - Throws: `Refusal`; the pieces before this one, and the pages of it before the place that is named, are applied.
    package static func run(
        _ bytes: [UInt8], isLast: Bool, state: String?, expected: ImportKind?, decimalComma: Bool, countedAt: Timestamp,
        dryRun: Bool, now: Timestamp, terms: @escaping @Sendable (StoreTransaction, Timestamp) throws -> ImportTerms,
        write: (@escaping @Sendable (StoreTransaction) throws -> ImportOutcome) async throws -> ImportOutcome
    ) async throws -> RowImport {
        var before = State(countedAt: min(countedAt, now).milliseconds, offset: 0)
        if let state {
            guard let read = try? JSONDecoder().decode(State.self, from: Data(state.utf8)), read.isSound else {
                throw Refusal(field: "state", description: "state must be that of the reply to the piece before")
            }
            before = read
        }
        var importing = CSVImport(expected: expected, decimalComma: decimalComma, resuming: before.rows, at: before.offset)
        importing.append(bytes)
        if isLast { importing.finish() }
        var done = RowImport()
        let at = Timestamp(milliseconds: before.countedAt)
        do {
            while let page = try importing.page(pageRows, flushing: true) {
                let outcome: ImportOutcome
                do {
                    outcome = try await write { tx in
                        let outcome = try tx.importRows(page.lines, try terms(tx, at), now: now)
                        if dryRun { throw DryRun(outcome: outcome) }
                        return outcome
                    }
                } catch let dry as DryRun {
                    outcome = dry.outcome
                }
                done.add(outcome, page)
            }
        } catch let problem as CSVProblem {
            throw Refusal(field: "data", description: "the file cannot be imported: \(problem.description)")
        }
        if isLast, importing.header == nil {
            throw Refusal(field: "data", description: "the file cannot be imported: \(CSVProblem.empty.description)")
        }
        done.kind = importing.header?.kind
        done.ignoredColumns = importing.header?.ignored ?? []
        done.consumed = importing.offset - before.offset
        let after = State(countedAt: before.countedAt, offset: importing.offset, rows: importing.state)
        done.state = String(decoding: try JSONEncoder().encode(after), as: UTF8.self)
        return done
    }

    private mutating func add(_ more: ImportOutcome, _ page: CSVImport.Page) {
        rows += page.rows
        outcome.applied += more.applied
        outcome.unchanged += more.unchanged
        outcome.overtaken += more.overtaken
        let skipped = (more.skipped + page.unreadable).sorted { $0.line < $1.line }
        skippedCount += skipped.count
        outcome.skipped += skipped.prefix(max(0, RowImport.listed - outcome.skipped.count))
    }
}
