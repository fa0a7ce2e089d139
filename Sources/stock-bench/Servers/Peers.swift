import Foundation

/// Somebody else who does the same work, asked for by --peer.
protocol PeerServer: AnyObject {
    var contender: Contender { get }
    /// Runs a work as long as the options say.
    func run(_ work: Work, _ shape: Shape) throws -> LoadOutcome
    /// Messages a second that are queued, leased and completed, `batch` at a time.
    func deliver(batch: Int) throws -> Double
    func stop()
}

extension PeerServer {
    /// What goes wrong with somebody else's server does not end the benchmark: it is said, and nothing is found.
    func attempt<T>(_ body: (Self) throws -> T?) -> T? {
        do {
            return try body(self)
        } catch {
            Report.note("\(contender.rawValue) is left out this time: \(error)")
            return nil
        }
    }
}

/// Those that were asked for and are installed, each started when it is first needed.
final class Peers {
    private unowned let bench: Bench
    private var running: [any PeerServer]?

    init(_ bench: Bench) { self.bench = bench }

    /// With as many products as `Bench.products` says.
    func all() throws -> [any PeerServer] {
        if let running { return running }
        var started: [any PeerServer] = []
        if has(.redis) { started.append(try Redis(bench, products: bench.products)) }
        if has(.postgres) { started.append(try Postgres(bench, products: bench.products)) }
        running = started
        return started
    }

    /// Whether it was asked for and can be run. What was asked for in vain is said once.
    func has(_ peer: BenchOptions.Peer) -> Bool {
        guard bench.options.peer.contains(peer) else { return false }
        let missing: String? =
            switch peer {
            case .redis: Redis.missing
            case .postgres: Postgres.missing
            }
        if let missing, said.insert(peer).inserted { Report.note("--peer \(peer.rawValue) is left out: \(missing)") }
        return missing == nil
    }

    private var said: Set<BenchOptions.Peer> = []

    func stop() {
        running?.forEach { $0.stop() }
        running = nil
    }
}

/// Where a program is installed: on the path, or at one of `places`.
func installed(_ program: String, also places: [String] = []) -> String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return (places + path.split(separator: ":").map(String.init)).map { "\($0)/\(program)" }
        .first { FileManager.default.isExecutableFile(atPath: $0) }
}
