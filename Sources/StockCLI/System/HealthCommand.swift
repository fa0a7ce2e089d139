import ArgumentParser
import StockWire

struct HealthCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "health", abstract: "Checks whether everything works; exits with 2 if not.",
        discussion: "Example:\n  stockctl health || echo 'stockd needs a look'")

    @OptionGroup var global: GlobalOptions

    func run(in session: Session) throws {
        try session.check(SystemHealth.self, .init(), passes: \.healthy, HealthView.blocks)
    }
}

enum HealthView {
    static func blocks(_ health: SystemHealth.Result) -> [Block] {
        let failing = health.checks.filter { !$0.healthy }
        let verdict: Block =
            health.healthy
            ? .text("Healthy.", .good)
            : .text("Not healthy: " + failing.map(\.name).joined(separator: ", ") + ".", .bad)
        let table = Table(
            [Column("Check", .essential, least: 10), Column("State", .essential), Column("Detail", .essential, least: 20, wraps: true)],
            (failing + health.checks.filter(\.healthy)).map { check in
                [
                    Cell(check.name), Cell(check.healthy ? "ok" : "failing", check.healthy ? .good : .bad),
                    Cell(check.detail),
                ]
            })
        return health.checks.isEmpty ? [verdict] : [verdict, .blank, .table(table)]
    }
}
