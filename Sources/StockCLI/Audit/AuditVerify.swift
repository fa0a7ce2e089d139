import ArgumentParser
import StockWire

extension AuditCommands {
    struct Verify: Command {
        static let configuration = CommandConfiguration(
            "verify",
            "Proves that the audit is whole; exits with 2 if not.",
            """
            Each entry's hash is of what it says and of the hash before it. Who can write to the database's file can make up \
            all of it anew: keep the last id and its hash elsewhere, and compare.
            """,
            example: "audit verify")

        @OptionGroup var global: GlobalOptions

        func run(in session: Session) throws {
            try session.check(AuditVerify.self, .init(), patience: nil, passes: \.intact, AuditView.verdict)
        }
    }
}
