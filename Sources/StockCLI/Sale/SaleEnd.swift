import ArgumentParser
import StockWire

extension SaleCommands {
    struct End: Command {
        static let configuration = CommandConfiguration(
            "end",
            "Ends a flash sale now.",
            "What is held in it can still be paid for.",
            example: "sale end black-friday")

        @Argument(help: "The sale's name.")
        var name: String

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func run(in session: Session) throws {
            try session.show(SaleEnd.self, .init(name: name), tenancy.common) { SaleView.ended($0.sale) }
        }
    }
}
