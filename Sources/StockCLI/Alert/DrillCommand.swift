import ArgumentParser
import StockWire

struct DrillCommand: Command {
    static let configuration = CommandConfiguration(
        "drill",
        "Tells every address of a stockout that is marked as a drill, and shows how each went.",
        """
        It takes the way that an alert takes, and touches no stock. Addresses that are off, paused or in quiet hours are not
        told. Exits with 2 if an address could not be reached.
        """,
        example: "drill --contact Ann")

    @Option(help: ArgumentHelp("Only this contact's addresses.", valueName: "name"))
    var contact: String?

    @OptionGroup var global: GlobalOptions
    @OptionGroup var tenancy: ChangeOptions

    func run(in session: Session) throws {
        try session.check(
            AlertDrill.self, .init(contact: contact), tenancy.common,
            passes: { $0.results.allSatisfy { $0.state == .sent || $0.state == .untold } },
            { DrillView.table($0.results, ifEmpty: "Nobody to tell. Try: stockctl contact create --help") })
    }
}

enum DrillView {
    static func table(_ results: [Wire.DrillResult], ifEmpty: String) -> [Block] {
        Block.table(
            [
                Column("Contact", .essential, least: 8), Column("Over", .essential), Column("Address", .useful, least: 12),
                Column("State", .essential), Column("Took", number: true, .essential), Column("Why", .essential, least: 42),
            ],
            results.map { one in
                [
                    Cell(one.contact), Cell(one.kind.rawValue), Cell(one.address), ReachedView.state(one.state),
                    Cell(one.ms.map { "\($0) ms" }), Cell(ReasonView.why(one.reason, until: one.until, error: one.error)),
                ]
            },
            ifEmpty: ifEmpty)
    }
}
