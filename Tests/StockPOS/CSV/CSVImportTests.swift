import StockDomain
import StockPOS
import StockTestSupport
import Testing

@Suite struct CSVImportTests {
    private func pages(
        _ text: String, expected: ImportKind? = nil, decimalComma: Bool = false, bytes: [UInt8]? = nil
    ) throws -> (header: CSVHeader?, lines: [ImportLine], unreadable: [SkippedLine]) {
        var importing = CSVImport(expected: expected, decimalComma: decimalComma)
        importing.append(bytes ?? Array(text.utf8))
        importing.finish()
        var lines: [ImportLine] = [], unreadable: [SkippedLine] = []
        while let page = try importing.page(2) {
            lines += page.lines
            unreadable += page.unreadable
        }
        return (importing.header, lines, unreadable)
    }

    private func level(_ line: Int, _ sku: String, _ location: String, _ quantity: String, _ at: ImportTime? = nil) -> ImportLine {
        ImportLine(
            line: line,
            content: .level(ImportedLevel(sku: sku, location: location, quantity: Quantity(quantity)!, countedAt: at)))
    }

    @Test(arguments: [",", ";", "\t", "|"]) func findsOutWhatSeparatesColumns(delimiter: String) throws {
        let text = "Qty,Product ID,STORE\n4,A,s\n".replacing(",", with: delimiter)
        let read = try pages(text)
        #expect(read.lines == [level(2, "A", "s", "4")])
        #expect(read.header?.kind == .levels)
    }

    @Test func takesTheMarkAndTheHintsOfSpreadsheets() throws {
        let read = try pages("\u{FEFF}sep=;\r\nsku;location;quantity;;\r\nA;s;2;;\r\n\r\n")
        #expect(read.lines == [level(3, "A", "s", "2")])
        #expect(try pages("\u{FEFF}sku,location,quantity\nA,s,1\n").lines == [level(2, "A", "s", "1")])
    }

    @Test func saysWhichColumnsItIgnores() throws {
        #expect(try pages("sku,location,quantity,colour,bin\nA,s,1,red,3\n").header?.ignored == ["colour", "bin"])
        // Both say what the product is: the proper name wins.
        #expect(try pages("product_id,sku,location,quantity\n7,A,s,1\n").lines == [level(2, "A", "s", "1")])
    }

    @Test func readsProductsWithWhatTheySayAndLeaveOut() throws {
        let read = try pages("sku,name,price,par_level\nA,Tea,4.50,\n")
        #expect(
            read.lines == [
                ImportLine(
                    line: 2,
                    content: .product(ImportedProduct(sku: "A", name: "Tea", price: Quantity("4.5")!, parLevel: .some(nil))))
            ])
    }

    @Test func readsSalesAndReturns() throws {
        let read = try pages("external_id,sold_at,sku,store,qty\n1,2026-05-01T10:00:00+02:00,A,s,-2\n2,2026-05-01 10:30,A,s,1\n")
        let contents = read.lines.map(\.content)
        #expect(
            contents == [
                .sale(
                    ImportedSale(
                        sku: "A", location: "s", quantity: Quantity(-2),
                        soldAt: .instant(Timestamp(rfc3339: "2026-05-01T08:00:00Z")!), externalID: "1")),
                .sale(
                    ImportedSale(
                        sku: "A", location: "s", quantity: Quantity(1),
                        soldAt: .local(Day(year: 2026, month: 5, day: 1)!, milliseconds: 37_800_000), externalID: "2")),
            ])
        #expect(try pages("id,date,sku,store,qty\n1,2026-05-01,A,s,1\n", expected: .sales).header?.kind == .sales)
        #expect(try pages("id,date,sku,store,qty\n1,2026-05-01,A,s,1\n").header?.kind == .levels)
    }

    @Test func readsDecimalCommasWhereTheyAreSet() throws {
        let read = try pages("sku;location;quantity\nA;s;2,5\nB;s;1.234\nC;s;-3\n", decimalComma: true)
        #expect(read.lines == [level(2, "A", "s", "2.5"), level(4, "C", "s", "-3")])
        #expect(read.unreadable == [SkippedLine(line: 3, reason: .notNumber("quantity", "1.234", decimalComma: true))])
    }

    @Test func namesWhatIsWrongWithEachRow() throws {
        let rows: [(String, RowProblem)] = [
            ("A,s", .fieldCount(2, expected: 4)), ("A,s,1,,5", .fieldCount(5, expected: 4)), (",s,1,", .empty("sku")),
            ("A, ,1,", .empty("location")), ("A,s,,", .empty("quantity")), ("A,s,many,", .notNumber("quantity", "many", decimalComma: false)),
            ("A,s,1e3,", .notNumber("quantity", "1e3", decimalComma: false)),
            ("A,s,\"2,5\",", .notNumber("quantity", "2,5", decimalComma: false)),
            ("A,s,99999999999,", .notNumber("quantity", "99999999999", decimalComma: false)),
            ("A,s,1,yesterday", .notTime("counted_at", "yesterday")), ("A\u{202E}B,s,1,", .text("sku", .controlCharacter(code: 0x202E))),
            ("\(String(repeating: "x", count: 256)),s,1,", .text("sku", .tooLong(limit: 255))),
        ]
        let text = "sku,location,quantity,counted_at\n" + rows.map { $0.0 + "\n" }.joined()
        let read = try pages(text)
        #expect(read.lines.isEmpty)
        #expect(read.unreadable == rows.enumerated().map { SkippedLine(line: $0.offset + 2, reason: $0.element.1) })
    }

    @Test func refusesFilesThatAreNotWhatTheyShouldBe() {
        #expect(throws: CSVProblem.empty) { try pages("") }
        #expect(throws: CSVProblem.empty) { try pages("\u{FEFF}\n\n") }
        #expect(throws: CSVProblem.unknownHeader(["A", "s", "4"], nil)) { try pages("A,s,4\n") }
        #expect(throws: CSVProblem.columnTwice("sku")) { try pages("sku,location,quantity,SKU\n") }
        #expect(throws: CSVProblem.columnTwice("Qty")) { try pages("Qty,sku,location,qty\n") }
        #expect(throws: CSVProblem.otherKind(says: .products, is: .levels)) {
            try pages("sku,location,quantity\nA,s,1\n", expected: .products)
        }
        // Taken for counts, sales would empty the shelves.
        #expect(throws: CSVProblem.otherKind(says: .levels, is: .sales)) {
            try pages("sku,location,quantity,sold_at,external_id\n", expected: .levels)
        }
    }

    @Test func goesOnFromAnyPageAsIfItHadNeverStopped() throws {
        var random = SeededGenerator(seed: 1)
        let body = (0..<500).map { row in
            switch Int.random(in: 0..<12, using: &random) {
            case 0: "\"S\(row)\n\",s,1"
            case 1: "\"S\(row),s,1"
            case 2: "S\(row),s"
            case 3: String(repeating: "y", count: 70_000)
            default: "S\(row),s,\(row)"
            }
        }
        let bytes = Array(("\u{FEFF}sku,location,quantity\r\n" + body.joined(separator: "\n")).utf8)
        let whole = try pages("", bytes: bytes)
        var state: CSVImport.State?
        var offset = 0
        var lines: [ImportLine] = [], unreadable: [SkippedLine] = []
        while true {
            var importing = CSVImport(expected: nil, decimalComma: false, resuming: state, at: offset)
            importing.append(bytes[offset...])
            importing.finish()
            guard let page = try importing.page(7) else { break }
            lines += page.lines
            unreadable += page.unreadable
            (state, offset) = (page.state, page.offset)
        }
        #expect(lines == whole.lines)
        #expect(unreadable == whole.unreadable)
    }

    @Test func takesTheKindFromTheFileNameOnlyWhereItIsAWord() {
        #expect(ImportKind(fileName: "Levels-2026-05-01.csv") == .levels)
        #expect(ImportKind(fileName: "sales_today.csv") == .sales)
        #expect(ImportKind(fileName: "salesforce.csv") == nil)
        #expect(ImportKind(fileName: "export.csv") == nil)
    }

    /// Whatever text is exported comes back as it was, and no spreadsheet runs any of it.
    @Test(arguments: Seeds.chosen(count: 200)) func defusesFormulasSoThatTheyComeBack(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let parts = ["=", "+", "-", "@", "'", "1", "cmd|' /C calc'!A0", "a", "\"", ",", ";", "é"]
        let name = (0..<Int.random(in: 1...5, using: &random)).map { _ in parts.randomElement(using: &random)! }.joined()
        let cell = SpreadsheetCell.field(name)
        let shown = cell.first == "\"" ? cell.dropFirst() : cell[...]
        #expect(!["=", "+", "-", "@"].contains(shown.first.map(String.init)))
        let read = try pages("sku,name\nA,\(cell)\n")
        #expect(read.lines.first?.content == .product(ImportedProduct(sku: "A", name: name)))
    }
}
