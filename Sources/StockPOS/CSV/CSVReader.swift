import StockDomain

/// Reads the records of a CSV text as its bytes arrive: RFC 4180, with lines that end in LF or CRLF. It holds a record
/// and what came with it, never the file.
///
/// A quote quotes only where a field begins; elsewhere it is a character like others, as in `5" pipe`.
package struct CSVReader: Sendable {
    /// No row of stock is as long. It bounds what a quote that is left open can swallow.
    package static let recordLimit = 65_536

    package struct Record: Hashable, Sendable {
        /// Where it begins, counted from 1.
        package var line: Int
        package var fields: Result<[String], RowProblem>
    }

    package var delimiter: UInt8
    /// Of the next record.
    package private(set) var line: Int
    /// Bytes before the next record.
    package private(set) var offset: Int
    private var bytes: [UInt8] = []
    private var start = 0
    private var ended = false
    /// The rest of a line that was too long is passed over.
    package private(set) var isDiscarding = false

    package init(delimiter: UInt8 = UInt8(ascii: ","), line: Int = 1, offset: Int = 0, isDiscarding: Bool = false) {
        self.delimiter = delimiter
        self.line = line
        self.offset = offset
        self.isDiscarding = isDiscarding
    }

    package mutating func append(_ more: some Collection<UInt8>) {
        if start > 0 {
            bytes.removeSubrange(..<start)
            start = 0
        }
        bytes.append(contentsOf: more)
    }

    /// Nothing follows.
    package mutating func finish() { ended = true }

    /// Passes over a byte order mark and empty lines. False where more bytes must come before that is done.
    package mutating func skipToHeader() -> Bool {
        guard bytes.count - start >= 3 || ended else { return false }
        if offset == 0, bytes.dropFirst(start).starts(with: [0xEF, 0xBB, 0xBF]) { consume(upTo: start + 3) }
        while start < bytes.count {
            if bytes[start] == UInt8(ascii: "\n") {
                consume(upTo: start + 1)
            } else if bytes[start] == UInt8(ascii: "\r"), start + 1 < bytes.count, bytes[start + 1] == UInt8(ascii: "\n") {
                consume(upTo: start + 2)
            } else {
                return true
            }
        }
        return ended
    }

    /// The next record; nil where more bytes must come first, or none will. Empty lines are no records.
    package mutating func next() -> Record? {
        while true {
            if isDiscarding, !discard() { return nil }
            guard start < bytes.count else { return nil }
            let scan = scan(delimiter)
            switch scan {
            case .incomplete:
                return nil
            case .record(let fields, let end):
                let record = Record(line: line, fields: .success(fields))
                let isBlank = fields.count == 1 && fields[0].isEmpty && bytes[start] != UInt8(ascii: "\"")
                consume(upTo: end)
                if isBlank { continue }
                return record
            case .broken(let problem, let end):
                let record = Record(line: line, fields: .failure(problem))
                if let end { consume(upTo: end) } else { skipLine() }
                return record
            }
        }
    }

    package enum Peek: Hashable, Sendable {
        case incomplete, broken
        case fields([String])
    }

    /// The next record as it would be with another delimiter. Nothing is consumed.
    package func peek(_ delimiter: UInt8) -> Peek {
        guard start < bytes.count else { return ended ? .broken : .incomplete }
        switch scan(delimiter) {
        case .incomplete: return .incomplete
        case .record(let fields, _): return .fields(fields)
        case .broken: return .broken
        }
    }

    private enum Scan {
        case incomplete
        case record([String], end: Int)
        /// `end`: where the next record begins; nil: in the next line, as the record's own end is not to be trusted.
        case broken(RowProblem, end: Int?)
    }

    private func scan(_ delimiter: UInt8) -> Scan {
        bytes.withUnsafeBufferPointer { CSVReader.scan($0, from: start, delimiter, ended) }
    }

    private static func scan(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, _ delimiter: UInt8, _ ended: Bool) -> Scan {
        let quote = UInt8(ascii: "\""), newline = UInt8(ascii: "\n"), carriage = UInt8(ascii: "\r")
        let count = bytes.count
        let limit = start + recordLimit
        var fields: [String] = []
        var isText = true
        var at = start

        func add(_ field: some Collection<UInt8>) {
            if let text = String(validating: field, as: UTF8.self) { fields.append(text) } else { isText = false }
        }
        func finished(_ end: Int) -> Scan { isText ? .record(fields, end: end) : .broken(.notUTF8, end: end) }
        func outOfBytes(_ problem: RowProblem?) -> Scan? {
            if count > limit { return .broken(.tooLong(limit: recordLimit), end: nil) }
            guard ended else { return .incomplete }
            return problem.map { .broken($0, end: nil) }
        }

        while true {
            if at < count, bytes[at] == quote {
                var field: [UInt8] = []
                var from = at + 1
                while true {
                    var to = from
                    while to < count, bytes[to] != quote { to += 1 }
                    guard to < count else { return outOfBytes(.unclosedQuote) ?? .incomplete }
                    field.append(contentsOf: bytes[from..<to])
                    // Whether it is the first of two is told by what follows.
                    if to + 1 >= count, !ended { return outOfBytes(nil) ?? .incomplete }
                    if to + 1 < count, bytes[to + 1] == quote {
                        field.append(quote)
                        from = to + 2
                        continue
                    }
                    at = to + 1
                    break
                }
                if at > limit { return .broken(.tooLong(limit: recordLimit), end: nil) }
                add(field)
                if at >= count { return finished(at) }
                if bytes[at] == delimiter {
                    at += 1
                    continue
                }
                if bytes[at] == carriage {
                    if at + 1 >= count, !ended { return outOfBytes(nil) ?? .incomplete }
                    if at + 1 >= count { return finished(count) }
                    at += 1
                }
                guard bytes[at] == newline else { return .broken(.textAfterQuote, end: nil) }
                return finished(at + 1)
            }
            var to = at
            while to < count, bytes[to] != delimiter, bytes[to] != newline { to += 1 }
            if to > limit { return .broken(.tooLong(limit: recordLimit), end: nil) }
            if to >= count {
                if let early = outOfBytes(nil) { return early }
                let end = to > at && bytes[to - 1] == carriage ? to - 1 : to
                add(bytes[at..<end])
                return finished(count)
            }
            if bytes[to] == delimiter {
                add(bytes[at..<to])
                at = to + 1
                continue
            }
            let end = to > at && bytes[to - 1] == carriage ? to - 1 : to
            add(bytes[at..<end])
            return finished(to + 1)
        }
    }

    private mutating func consume(upTo end: Int) {
        for byte in bytes[start..<end] where byte == UInt8(ascii: "\n") { line += 1 }
        offset += end - start
        start = end
    }

    private mutating func skipLine() {
        isDiscarding = true
        _ = discard()
    }

    /// False where the line's end has not come yet.
    private mutating func discard() -> Bool {
        if let newline = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            consume(upTo: newline + 1)
            isDiscarding = false
            return true
        }
        consume(upTo: bytes.count)
        return false
    }
}
