import ArgumentParser
import StockWire

package struct RPCCommands: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "rpc", abstract: "The protocol of the control socket.", subcommands: [Discover.self])

    package init() {}
}

extension RPCCommands {
    struct Discover: Command {
        static let configuration = CommandConfiguration(
            "discover",
            "Prints an OpenRPC document of every method, as JSON.", example: "rpc discover | jq '.methods[].name'")

        @OptionGroup var global: GlobalOptions

        func run(in session: Session) throws {
            session.printRaw(try session.client.callRaw(RPCDiscover.self, .init()))
        }
    }
}
