import ArgumentParser
import StockClient
import StockWire

extension Wire.ExportKind: ExpressibleByArgument {}
extension Wire.ExportFormat: ExpressibleByArgument {}

struct ExportCommand: Command {
    static let configuration = CommandConfiguration(
        "export", "Writes products, levels, movements or alerts to standard output.",
        """
        As CSV, or one JSON object a line. `stockctl import` reads products and levels back. In CSV, texts that a spreadsheet \
        would run as formulas have an apostrophe before them, which the import takes away again.
        """,
        example: "export levels --location store-1 > levels.csv")

    @Argument(help: "products, levels, movements or alerts.")
    var what: Wire.ExportKind

    @Option(help: "csv or jsonl.")
    var format: Wire.ExportFormat = .csv

    @Option(help: ArgumentHelp("Only this location; not of products.", valueName: "name"))
    var location: String?

    @Option(help: ArgumentHelp("Only movements and alerts since: 2026-05-01, or 24h.", valueName: "time"))
    var since: TimeArgument?

    @OptionGroup var global: GlobalOptions
    @OptionGroup var tenancy: TenantOption

    func validate() throws {
        if global.json { throw ValidationError("The output is --format csv or --format jsonl.") }
    }

    func run(in session: Session) throws {
        var progress = ProgressLine(session, whileWriting: true)
        var cursor: String?
        var rows = 0
        repeat {
            let page = try session.call(
                DataExport.self,
                .init(
                    what: what, format: format, location: location, since: since?.time, limit: Wire.largestLimit, cursor: cursor),
                tenancy.common)
            session.printText(page.text)
            rows += page.rows
            cursor = page.nextCursor
            progress.show(Format.count(rows, "row"))
        } while cursor != nil
        progress.end()
    }
}
