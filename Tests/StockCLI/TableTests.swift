import StockCLI
import Testing

@Suite struct TableTests {
    private func table(_ rows: [[String]]) -> Table {
        Table(
            [
                Column("Id", number: true, .essential), Column("Product", .essential, least: 8),
                Column("Location", .useful, least: 6), Column("Note", .detail),
            ],
            rows.map { $0.map { Cell($0) } })
    }
    private let rows = [["7", "Widget A", "store-1", "first"], ["12", "茶 with a very long name", "store-2", ""]]

    @Test func alignsNumbersRightAndWideCharactersByColumns() {
        #expect(
            table(rows).lines(on: .plain) == [
                "Id  Product                   Location  Note",
                " 7  Widget A                  store-1   first",
                "12  茶 with a very long name  store-2",
            ])
    }

    @Test func neverIsWiderThanTheTerminal() {
        for width in 20...80 {
            for line in table(rows).lines(on: Terminal(width: width, isColoured: false)) {
                #expect(DisplayText.width(line) <= width)
            }
        }
    }

    @Test func cutsNamesBeforeItLeavesOutColumns() {
        #expect(
            table(rows).lines(on: Terminal(width: 36, isColoured: false)) == [
                "Id  Product          Location  Note",
                " 7  Widget A         store-1   first",
                "12  茶 with a very…  store-2",
            ])
    }

    @Test func leavesOutTheLeastImportantColumnsFirst() {
        let lines = table(rows).lines(on: Terminal(width: 22, isColoured: false))
        #expect(lines[0] == "Id  Product   Locat…" || lines[0] == "Id  Product   Location")
    }

    @Test func leavesOutColumnsThatSayNothing() {
        let lines = table([["7", "Widget A", "", ""]]).lines(on: .plain)
        #expect(lines == ["Id  Product", " 7  Widget A"])
        let why = Table([Column("Id", .essential), Column("Why", .essential, least: 24)], [[Cell("7"), Cell("")]])
        #expect(why.lines(on: .plain) == ["Id", "7"])
    }

    @Test func neverCutsWhatIsPiped() {
        let name = String(repeating: "x", count: 500)
        #expect(table([["1", name, "s", "n"]]).lines(on: .plain)[1].contains(name))
    }

    @Test func coloursOnlyWhereAsked() {
        let coloured = Table([Column("Severity", .essential)], [[Cell("out", .worst)]])
        #expect(coloured.lines(on: Terminal(width: 80, isColoured: true))[1] == "\u{1B}[1;31mout\u{1B}[0m")
        #expect(coloured.lines(on: Terminal(width: 80, isColoured: false))[1] == "out")
    }

    @Test func escapesWhatCellsHold() {
        #expect(table([["1", "a\u{1B}[2Jb", "s", "n"]]).lines(on: .plain)[1].contains("a\\u{1B}[2Jb"))
    }
}
