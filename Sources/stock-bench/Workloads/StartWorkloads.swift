import Foundation

extension Workload {
    /// How long until it answers over the large database, and what it has in memory then.
    static let start = Workload(name: "start") { bench in
        let levels = bench.options.levels / 1000 * 1000
        let path = try bench.counted(levels: levels), floorPath = try bench.floorHealthy(levels: levels)
        func row(_ name: String, _ unit: String, required: Double?, aimed: Double?) -> Row {
            Row(
                name: "start, \(levels) levels: \(name)", unit: unit, direction: .lowerIsBetter,
                required: bench.isFullSize ? required.map(Goal.at) : nil, aimed: bench.isFullSize ? aimed.map(Goal.at) : nil)
        }
        func trial(_ contender: Contender, _ start: @escaping () throws -> LineServer) -> Trial {
            Trial(contender) {
                let line = try start()
                defer { line.stop() }
                guard contender == .stockd else { return [line.server.secondsToReady * 1000, line.server.memoryWhenReady, nil] }
                let client = try LineClient(line.socket)
                for method in ["system.status", "stock.summary", "alert.check"] { try client.ask(method) }
                return [line.server.secondsToReady * 1000, line.server.memoryWhenReady, line.server.child.memory()]
            }
        }
        var trials = [
            trial(.stockd) { try LineServer(stockd: bench, database: path) },
            trial(.floor) { try LineServer(floor: bench, database: floorPath) },
        ]
        var peers: [any PeerServer] = []
        defer { peers.forEach { $0.stop() } }
        if bench.peers.has(.redis) {
            let redis = try Redis(bench, products: levels)
            peers.append(redis)
            trials.append(Trial(.redis) {
                let found = try redis.restart()
                return [found.seconds * 1000, found.memory, nil]
            })
        }
        if bench.peers.has(.postgres) {
            let postgres = try Postgres(bench, products: levels)
            peers.append(postgres)
            trials.append(Trial(.postgres) {
                let found = try postgres.restart()
                return [found.seconds * 1000, found.memory, nil]
            })
        }
        return try bench.compare(
            [
                row("until READY", "ms", required: 100, aimed: 30), row("memory then", "MiB", required: 64, aimed: 40),
                row("memory after a sweep and a summary", "MiB", required: nil, aimed: nil),
            ], trials)
    }

    /// A whole process that asks one thing and ends.
    static let command = Workload(name: "stockctl status") { bench in
        let path = try bench.copy(of: bench.shop())
        let stockd = try LineServer(stockd: bench, database: path)
        defer { stockd.stop() }
        let stockctl = try bench.program("stockctl"), floor = try bench.program("stock-floor")
        let request = #"{"jsonrpc":"2.0","id":1,"method":"system.status"}"#
        var commands: [(Contender, [String])] = [
            (.stockd, [stockctl, "--socket", stockd.socket, "status"]), (.floor, [floor, "ask", stockd.socket, request]),
        ]
        for peer in try bench.peers.all() {
            if let redis = peer as? Redis, installed("redis-cli") != nil {
                commands.append((.redis, ["redis-cli", "-s", redis.socket, "ping"]))
            }
            if let postgres = peer as? Postgres { commands.append((.postgres, postgres.smallestClient)) }
        }
        if FileManager.default.fileExists(atPath: "/run/systemd/system"), installed("systemctl") != nil {
            commands.append((.systemctl, ["systemctl", "show", "--property=Version"]))
        }
        let row = Row(
            name: "stockctl status, whole process", unit: "ms", direction: .lowerIsBetter, required: .at(6), aimed: .at(4))
        return try bench.compare(
            [row],
            commands.map { contender, arguments in
                Trial(contender) { [median(try (0..<20).map { _ in try timeToRun(arguments) }) * 1000] }
            })
    }
}
