import ArgumentParser
import StockWire

struct SummaryCommand: Command {
    static let configuration = CommandConfiguration(
        "summary",
        "Shows how the stock stands, as the daily summary tells it.",
        "With --day, the summary that was made that day, whom it was sent to, and why it was not sent to others.",
        example: "summary --day 2026-05-01")

    @Option(help: ArgumentHelp("The day of a summary that was made.", valueName: "yyyy-mm-dd"))
    var day: String?

    @OptionGroup var global: GlobalOptions
    @OptionGroup var tenancy: TenantOption

    func run(in session: Session) throws {
        try session.show(SummaryGet.self, .init(day: day), tenancy.common) { SummaryView.blocks($0) }
    }
}
