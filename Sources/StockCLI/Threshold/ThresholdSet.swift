import ArgumentParser
import StockWire

extension ThresholdCommands {
    struct Set: Command {
        static let configuration = CommandConfiguration(
            "set",
            "Sets when something counts as low or critical.",
            "The most specific setting wins: product at location, product, category at location, category, location, tenant.",
            example: "threshold set --category Tea --low 25% --critical 3d")

        @Option(help: ArgumentHelp("Of this product.", valueName: "sku"))
        var sku: String?

        @Option(help: ArgumentHelp("Of this category.", valueName: "name"))
        var category: String?

        @Option(help: ArgumentHelp("At this location.", valueName: "name"))
        var location: String?

        @Option(help: ArgumentHelp("Low at or below: 5, 20% of the par level, or 7d of cover.", valueName: "threshold"))
        var low: String?

        @Option(help: ArgumentHelp("Critical at or below, written like --low.", valueName: "threshold"))
        var critical: String?

        @Flag(inversion: .prefixedEnableDisable, help: "Whether to alert at all.")
        var alerts: Bool?

        @Option(help: ArgumentHelp("Alert only for what sold within so many days.", valueName: "days"))
        var requireSalesDays: Int?

        func validate() throws {
            if sku != nil, category != nil { throw ValidationError("--sku and --category exclude each other.") }
            if low == nil, critical == nil, alerts == nil, requireSalesDays == nil {
                throw ValidationError("Nothing to set: give --low, --critical, --enable-alerts, --disable-alerts or --require-sales-days.")
            }
        }

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func run(in session: Session) throws {
            let params = ThresholdSet.Params(
                sku: sku, category: category, location: location, low: low.map { .set(.init($0)) } ?? .keep,
                critical: critical.map { .set(.init($0)) } ?? .keep, enabled: alerts.map { .set($0) } ?? .keep,
                requireSalesDays: requireSalesDays.map { .set($0) } ?? .keep)
            try session.show(ThresholdSet.self, params, tenancy.common) {
                ThresholdView.table([$0.threshold], allTenants: false)
            }
        }
    }
}
