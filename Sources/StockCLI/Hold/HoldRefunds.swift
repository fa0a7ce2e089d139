import ArgumentParser
import StockWire

extension HoldCommands {
    struct Refunds: Command {
        static let configuration = CommandConfiguration(
            "refunds",
            "Lists payments for a hold that got no goods and are to be refunded, newest first.", example: "hold refunds 42")

        @Argument(help: "The hold's id.")
        var id: Int64

        @OptionGroup var global: GlobalOptions
        @OptionGroup var page: PageOptions
        @OptionGroup var tenancy: TenantOption

        func run(in session: Session) throws {
            try session.list(
                HoldRefunds.self, page, tenancy.common, rows: \.refusedPayments, next: \.nextCursor,
                params: { .init(id: id, limit: $0, cursor: $1) },
                { HoldView.refunds($0, ifEmpty: "No payment for hold \(id) was refused.") })
        }
    }
}
