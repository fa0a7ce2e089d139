import ArgumentParser
import StockWire

extension HoldCommands {
    struct Get: Command {
        static let configuration = CommandConfiguration(
            "get",
            "Shows one hold, and payments for it that are to be refunded.", example: "hold get 42")

        @Argument(help: "The hold's id.")
        var id: Int64

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: TenantOption

        func run(in session: Session) throws {
            try session.show(HoldGet.self, .init(id: id), tenancy.common) { HoldView.detail($0.hold) }
        }
    }
}
