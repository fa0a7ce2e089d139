import ArgumentParser
import StockWire

extension AlertCommands {
    struct Get: Command {
        static let configuration = CommandConfiguration("get", "Shows one alert and what happened to it.", example: "alert get 42")

        @Argument(help: "The alert's id.")
        var id: Int64

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: TenantOption

        func run(in session: Session) throws {
            try session.show(AlertGet.self, .init(id: id), tenancy.common) { AlertView.detail($0.alert) }
        }
    }
}
