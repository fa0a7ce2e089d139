import StockDomain
import StockPOS
import StockTestSupport
import Testing

@Suite struct CSVReaderTests {
    private func read(_ bytes: [UInt8], _ delimiter: Character = ",", pieces: [Int] = []) -> [CSVReader.Record] {
        var reader = CSVReader(delimiter: delimiter.asciiValue!)
        var records: [CSVReader.Record] = []
        var rest = bytes[...]
        for piece in pieces {
            reader.append(rest.prefix(piece))
            rest = rest.dropFirst(piece)
            while let record = reader.next() { records.append(record) }
        }
        reader.append(rest)
        reader.finish()
        while let record = reader.next() { records.append(record) }
        #expect(reader.offset == bytes.count)
        return records
    }

    private func fields(_ text: String, _ delimiter: Character = ",") throws -> [[String]] {
        try read(Array(text.utf8), delimiter).map { try $0.fields.get() }
    }

    @Test func readsWhatStandsInTheRFC() throws {
        #expect(try fields("a,b\r\n\"1\",\"x, \"\"y\"\"\r\nz\"\r\n") == [["a", "b"], ["1", "x, \"y\"\r\nz"]])
        #expect(try fields("a,b\n1,2") == [["a", "b"], ["1", "2"]])
        #expect(try fields("a,,\n,,\n") == [["a", "", ""], ["", "", ""]])
        #expect(try fields("\"\",\"\"\n") == [["", ""]])
        #expect(try fields("\"\"\n") == [[""]])
    }

    @Test func passesOverEmptyLinesAndCountsThem() {
        #expect(read(Array("a\n\n\r\nb\n".utf8)).map(\.line) == [1, 4])
    }

    @Test func takesAQuoteInsideAFieldAsItIs() throws {
        #expect(try fields("5\" pipe,3\n") == [["5\" pipe", "3"]])
    }

    @Test func countsTheLinesOfARecordOfSeveral() {
        #expect(read(Array("h\n\"a\nb\nc\"\nd\n".utf8)).map(\.line) == [1, 2, 5])
    }

    @Test func costsAStrayQuoteItsOwnLine() {
        let records = read(Array("a,1\n\"b,2\nc,3\nd,\"4\"\n".utf8))
        #expect(records.map(\.line) == [1, 2, 3, 4])
        #expect(records[1].fields == .failure(.textAfterQuote))
        #expect(records[2].fields == .success(["c", "3"]))
        #expect(read(Array("a,1\n\"b,2\nc,3\n".utf8)).map(\.fields) == [
            .success(["a", "1"]), .failure(.unclosedQuote), .success(["c", "3"]),
        ])
    }

    @Test func passesOverALineThatNeverEnds() {
        let long = String(repeating: "x", count: 3 * CSVReader.recordLimit)
        for line in [long, "\"" + long, "a,\"" + long] {
            let records = read(Array("a,1\n\(line)\nb,2\n".utf8), pieces: Array(repeating: 1000, count: 150))
            #expect(records.map(\.line) == [1, 2, 3])
            #expect(records[1].fields == .failure(.tooLong(limit: CSVReader.recordLimit)))
            #expect(records[2].fields == .success(["b", "2"]))
        }
    }

    @Test func refusesWhatIsNotUTF8() {
        let records = read(Array("a\n".utf8) + [0x42, 0xE9, 0x0A] + Array("b\n".utf8))
        #expect(records.map(\.fields) == [.success(["a"]), .failure(.notUTF8), .success(["b"])])
    }

    /// Whatever is written by the rules is read as it was, however it arrives.
    @Test(arguments: Seeds.chosen(count: 300)) func readsBackWhatIsWritten(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let delimiter = [",", ";", "\t", "|"].randomElement(using: &random)!
        let newline = Bool.random(using: &random) ? "\r\n" : "\n"
        let parts = ["", "a", "é", "\"", "\n", "\r\n", delimiter, " ", "'", "=1", "日本", "0,5", "🧵", "\\"]
        let width = Int.random(in: 2...6, using: &random)
        let rows = (0..<Int.random(in: 1...30, using: &random)).map { _ in
            (0..<width).map { _ in
                (0..<Int.random(in: 0...4, using: &random)).map { _ in parts.randomElement(using: &random)! }.joined()
            }
        }
        let text = rows.map { row in
            row.map { field in
                let needsQuotes =
                    field.hasPrefix("\"") || field.unicodeScalars.contains("\n") || field.unicodeScalars.contains("\r")
                    || field.contains(delimiter)
                return needsQuotes || Bool.random(using: &random) ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
            }.joined(separator: delimiter)
        }.joined(separator: newline) + (Bool.random(using: &random) ? newline : "")
        let bytes = Array(text.utf8)
        let pieces = (0..<20).map { _ in Int.random(in: 0...max(1, bytes.count / 10), using: &random) }
        let records = read(bytes, Character(delimiter), pieces: pieces)
        #expect(try records.map { try $0.fields.get() } == rows)
    }

    /// Any bytes at all: it ends, dealt with all of them, and how they arrive makes no difference.
    @Test(arguments: Seeds.chosen(count: 300)) func readsAnyBytesAlikeHoweverTheyArrive(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let alphabet: [UInt8] = Array("\"\"\"\n\n\r,,;a1 ".utf8) + [0, 0xC3, 0xA9, 0xFF]
        let bytes = (0..<Int.random(in: 0...400, using: &random)).map { _ in alphabet.randomElement(using: &random)! }
        let pieces = (0..<40).map { _ in Int.random(in: 0...20, using: &random) }
        let whole = read(bytes)
        #expect(read(bytes, pieces: pieces) == whole)
        #expect(whole.map(\.line) == whole.map(\.line).sorted())
    }
}
