import ArgumentParser
import StockWire

struct ExplainCommand: Command {
    static let configuration = CommandConfiguration(
        "explain", "Says why a product stands as it does, who was told, and who was not.",
        example: "explain WID-001 --location store-1 --at \"2026-05-01 08:00\"")

    @Argument(help: "The product's SKU.")
    var sku: String

    @Option(help: ArgumentHelp("Only this location.", valueName: "name"))
    var location: String?

    @Option(help: ArgumentHelp("As it stood then: RFC 3339, local time, or how long ago (2h, 7d).", valueName: "time"))
    var at: TimeArgument?

    @OptionGroup var global: GlobalOptions
    @OptionGroup var tenancy: TenantOption

    func run(in session: Session) throws {
        try session.show(AlertExplain.self, .init(sku: sku, location: location, at: at?.time), tenancy.common) { result in
            guard !result.explanations.isEmpty else { return [.text(Cell("\(sku) has no stock at any location yet."))] }
            return result.explanations.flatMap { ExplainView.blocks($0, isPast: at != nil) }
        }
    }
}
