import ArgumentParser
import StockClient
import StockWire

extension SyncCommands {
    struct Run: Command {
        static let configuration = CommandConfiguration(
            "run",
            "Syncs now, and waits until it is done.", "Exits with 2 if a source failed.", example: "sync --no-wait")

        @Argument(help: "The source; all if left out.")
        var source: String?

        @Flag(help: "Only start it.")
        var noWait = false

        @OptionGroup var global: GlobalOptions
        @OptionGroup var tenancy: ChangeOptions

        func run(in session: Session) throws {
            let params = SyncRun.Params(source: source, wait: !noWait)
            if noWait {
                return try session.show(SyncRun.self, params, tenancy.common) { result in
                    [.text(result.sources.isEmpty ? "There is no source to sync." : "Started.")]
                        + (result.sources.isEmpty ? [] : [.hint("`stockctl sync status` shows how far it is.")])
                }
            }
            let client = try session.client
            let pending = try client.start(SyncRun.self, params, common: tenancy.common)
            let raw = try wait(for: pending, session, client)
            guard let result = try? JSON.decode(SyncRun.Result.self, from: raw) else {
                throw ClientError.malformed(detail: "its result is of another shape")
            }
            if session.json {
                session.printRaw(raw)
            } else {
                session.print(SyncView.status(result.sources, allTenants: false))
            }
            if result.sources.contains(where: { ![.idle, .running, .paused].contains($0.state) }) { throw CheckFailed() }
        }

        /// Meanwhile asks on the same connection how far it is, and shows that on a terminal.
        private func wait(for pending: Client.Pending<SyncRun>, _ session: Session, _ client: Client) throws -> [UInt8] {
            guard !session.json, session.terminal.width != nil else {
                // Without a limit the answer is never nil.
                return try client.rawResult(of: pending) ?? []
            }
            var shown = ""
            while true {
                if let raw = try client.rawResult(of: pending, within: .milliseconds(250)) {
                    if !shown.isEmpty { session.remark("\r\u{1B}[K") }
                    return raw
                }
                let status = try session.call(SyncStatus.self, .init(source: source), tenancy.read)
                let line = DisplayText.cut(SyncView.progress(status.sources), to: (session.terminal.width ?? 80) - 1)
                if line != shown {
                    session.remark("\r\u{1B}[K\(line)")
                    shown = line
                }
            }
        }
    }
}
