import ArgumentParser
import StockClient
import StockWire

struct VersionCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Shows the versions of this program, the daemon and the protocol.",
        discussion: "Example:\n  stockctl version")

    @OptionGroup var global: GlobalOptions

    func run(in session: Session) throws {
        if session.json { return try session.show(SystemStatus.self, .init()) { _ in [] } }
        session.print([.text("stockctl \(Release.version), protocol \(Wire.protocolVersion)")])
        let status = try session.call(SystemStatus.self, .init())
        session.print([.text("stockd   \(status.version), protocol \(status.protocolVersion)")])
        if status.protocolVersion < Wire.protocolVersion {
            session.print([.hint("The daemon is older than this program; restart it after an upgrade.")])
        }
    }
}
