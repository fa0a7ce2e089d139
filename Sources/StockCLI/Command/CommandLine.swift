import ArgumentParser
import Glibc
import StockClient
import StockWire

/// The whole program.
package enum StockctlProgram {
    package static func main() -> Never {
        do {
            var command = try Stockctl.parseAsRoot(
                NegativeNumbers.marked(SocketFirst.moved(Array(CommandLine.arguments.dropFirst()))))
            try command.run()
            exit(0)
        } catch let error as ClientError {
            let failure = Failure(error)
            Output.write(failure.text, to: STDERR_FILENO)
            exit(failure.code)
        } catch is CheckFailed {
            exit(2)
        } catch {
            // Help, the version, and wrong usage (64).
            Stockctl.exit(withError: error)
        }
    }

    /// What is said of a failed call, and the process's exit code.
    package struct Failure: Hashable, Sendable {
        package var text: String
        package var code: Int32

        package init(_ error: ClientError) {
            var text = "stockctl: \(DisplayText.escaped(error.description))\n"
            switch error {
            case .pathTooLong:
                code = 64
            case .noDaemon:
                text += "Is it running? Try: systemctl status stockd\n"
                code = 69
            case .notPermitted:
                text += "Ask root: sudo stockctl ..., or to be let in: sudo usermod -aG stockd USER, and log in again\n"
                code = 77
            case .closed, .noReply:
                text += "What happened? Try: systemctl status stockd\n"
                code = 69
            case .malformed: code = 1
            case .refused(let refusal):
                // Most messages name the member themselves, in one spelling or the other.
                if let field = refusal.field, !refusal.message.contains(field),
                    !refusal.message.contains(field.replacing("_", with: " "))
                {
                    text = "stockctl: \(DisplayText.escaped("\(field): \(refusal.message)"))\n"
                }
                if let left = HoldView.whatIsLeft(refusal) {
                    text = "stockctl: \(DisplayText.escaped("\(refusal.message) (\(left))"))\n"
                }
                code = refusal.code == .denied ? 77 : 1
            }
            self.text = text
        }
    }
}

package struct Stockctl: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "stockctl",
        abstract: "Asks and changes what stockd knows of stock.",
        discussion: """
            Examples:
              stockctl status
              stockctl alert list --severity out
              stockctl stock set WID-001 4 --location store-1

            Exit codes: 0 done, 1 refused by the daemon, 2 a check failed, 64 wrong usage, 69 no daemon, 77 denied.
            """,
        version: Release.version,
        groupedSubcommands: [
            CommandGroup(
                name: "At a glance",
                subcommands: [
                    StatusCommand.self, TopCommand.self, SummaryCommand.self, HealthCommand.self, ExplainCommand.self,
                    WatchCommand.self,
                    VersionCommand.self,
                ]),
            CommandGroup(
                name: "Stock",
                subcommands: [
                    StockCommands.self, AlertCommands.self, ProductCommands.self, LocationCommands.self,
                    ThresholdCommands.self, HoldCommands.self, SaleCommands.self,
                ]),
            CommandGroup(
                name: "People and messages",
                subcommands: [
                    ContactCommands.self, SilenceCommands.self, EscalationCommands.self, DeliveryCommands.self, InboxCommands.self,
                    DrillCommand.self,
                ]),
            CommandGroup(
                name: "Operation",
                subcommands: [
                    SyncCommands.self, ImportCommand.self, ExportCommand.self, ConfigCommands.self, TenantCommands.self,
                    AuditCommands.self, SystemCommands.self, EventCommands.self,
                    RPCCommands.self,
                ]),
        ])

    package init() {}
}
