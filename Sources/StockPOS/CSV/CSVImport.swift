import StockDomain

/// From the bytes of a file to pages of rows, a piece at a time. What it needs to go on elsewhere is its state, and where
/// in the file it is.
package struct CSVImport: Sendable {
    package struct State: Codable, Hashable, Sendable {
        package var header: CSVHeader
        /// Of the next row.
        package var line: Int
        /// In the middle of a line that is passed over.
        package var isDiscarding: Bool
    }

    package struct Page: Sendable {
        package var lines: [ImportLine] = []
        package var unreadable: [SkippedLine] = []
        package var state: State
        /// Bytes of the file up to here.
        package var offset: Int

        package var rows: Int { lines.count + unreadable.count }
    }

    private let expected: ImportKind?
    private let decimalComma: Bool
    private var reader: CSVReader
    private var rows: CSVRows?
    private var lines: [ImportLine] = []
    private var unreadable: [SkippedLine] = []
    private var ended = false

    /// `expected`: the kind that somebody says the file is.
    package init(expected: ImportKind?, decimalComma: Bool, resuming state: State? = nil, at offset: Int = 0) {
        self.expected = expected
        self.decimalComma = decimalComma
        reader = CSVReader()
        if let state {
            reader = CSVReader(
                delimiter: state.header.delimiter, line: state.line, offset: offset, isDiscarding: state.isDiscarding)
            rows = CSVRows(header: state.header, decimalComma: decimalComma)
        }
    }

    package var header: CSVHeader? { rows?.header }

    package mutating func append(_ bytes: some Collection<UInt8>) { reader.append(bytes) }

    package mutating func finish() {
        ended = true
        reader.finish()
    }

    /// The next page, of `limit` rows, or of fewer where the file ends or `flushing`; nil where more bytes must come first,
    /// or none will.
    package mutating func page(_ limit: Int, flushing: Bool = false) throws(CSVProblem) -> Page? {
        if rows == nil, try !readHeader() { return nil }
        guard let rows else { return nil }
        while lines.count + unreadable.count < limit, let record = reader.next() {
            do throws(RowProblem) {
                lines.append(ImportLine(line: record.line, content: try rows.content(record.fields.get())))
            } catch {
                unreadable.append(SkippedLine(line: record.line, reason: error))
            }
        }
        let count = lines.count + unreadable.count
        guard count == limit || ((ended || flushing) && count > 0) else { return nil }
        var page = Page(
            state: State(header: rows.header, line: reader.line, isDiscarding: reader.isDiscarding), offset: reader.offset)
        swap(&page.lines, &lines)
        swap(&page.unreadable, &unreadable)
        return page
    }

    /// Where it is, for a page that may be empty.
    package var state: State? {
        rows.map { State(header: $0.header, line: reader.line, isDiscarding: reader.isDiscarding) }
    }

    /// Bytes that were understood.
    package var offset: Int { reader.offset }

    /// False where more bytes must come first.
    private mutating func readHeader() throws(CSVProblem) -> Bool {
        guard reader.skipToHeader() else { return false }
        // What Excel writes before the header to name the delimiter.
        var delimiters = CSVHeader.delimiters
        if case .fields(let whole) = reader.peek(0), let first = whole.first, first.utf8.count == 5,
            first.lowercased().hasPrefix("sep="), let named = first.utf8.last, delimiters.contains(named)
        {
            reader.delimiter = 0
            _ = reader.next()
            delimiters = [named]
        }
        let found = delimiters.map { (delimiter: $0, peek: reader.peek($0)) }
        if found.contains(where: { $0.peek == .incomplete }) { return false }
        var best: (known: Int, delimiter: UInt8, names: [String])?
        for (delimiter, peek) in found {
            guard case .fields(let names) = peek else { continue }
            let known = CSVHeader.known(names)
            if best.map({ known > $0.known || (known == $0.known && names.count > $0.names.count) }) ?? true {
                best = (known, delimiter, names)
            }
        }
        guard let best else {
            reader.delimiter = delimiters[0]
            if case .failure(let problem)? = reader.next()?.fields { throw .brokenHeader(problem) }
            throw .empty
        }
        reader.delimiter = best.delimiter
        _ = reader.next()
        rows = CSVRows(
            header: try CSVHeader(best.names, delimiter: best.delimiter, expected: expected), decimalComma: decimalComma)
        return true
    }
}

extension ImportKind {
    /// By the beginning of a file's name: `levels-2026-05-01.csv`.
    package init?(fileName: String) {
        let name = fileName.lowercased()
        guard let kind = ImportKind.allCases.first(where: { name.hasPrefix($0.rawValue) }) else { return nil }
        let next = name.dropFirst(kind.rawValue.count).unicodeScalars.first
        guard next.map({ !$0.properties.isAlphabetic }) ?? true else { return nil }
        self = kind
    }
}
