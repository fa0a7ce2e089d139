import ArgumentParser

/// Where stock moves, and why.
struct MovementOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The location.", valueName: "name"))
    var location: String

    @Option(help: ArgumentHelp("Why; kept in the ledger.", valueName: "text"))
    var reason: String?
}
