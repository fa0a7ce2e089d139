import ArgumentParser
import StockWire

extension DeliveryCommands {
    struct List: Command {
        static let configuration = CommandConfiguration(
            "list",
            "Lists messages, newest first.",
            example: "delivery list --state dead")

        @Option(help: "Only deliveries in this state.")
        var state: Wire.DeliveryState?

        @Option(help: ArgumentHelp("Only to this contact.", valueName: "name"))
        var contact: String?

        @Option(help: ArgumentHelp("Only about this alert.", valueName: "id"))
        var alert: Int64?

        @OptionGroup var global: GlobalOptions
        @OptionGroup var page: PageOptions
        @OptionGroup var tenancy: TenantsOption

        func run(in session: Session) throws {
            try session.list(
                DeliveryList.self, page, tenancy.common, rows: \.deliveries, next: \.nextCursor,
                params: { .init(state: state, contact: contact, alert: alert, limit: $0, cursor: $1) },
                {
                    DeliveryView.table(
                        $0, allTenants: tenancy.allTenants,
                        ifEmpty: state?.rawValue ?? contact == nil && alert == nil ? "Nothing has been sent yet." : "No deliveries match.")
                })
        }
    }
}
