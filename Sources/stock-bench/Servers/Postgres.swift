import Foundation

/// PostgreSQL in a cluster of its own, syncing at each commit; pgbench asks it, because it speaks its protocol.
final class Postgres: PeerServer {
    let contender = Contender.postgres
    let bench: Bench
    let directory: String
    private var server: ReadyServer

    /// Debian keeps what belongs to a version out of the path.
    static func program(_ name: String) -> String? {
        let versions = ((try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []).sorted {
            $0.compare($1, options: .numeric) == .orderedDescending
        }
        return installed(name, also: versions.map { "/usr/lib/postgresql/\($0)/bin" })
    }

    static var missing: String? {
        if let absent = ["initdb", "postgres", "pgbench", "psql"].first(where: { program($0) == nil }) {
            return "PostgreSQL's \(absent) is not installed"
        }
        if getuid() == 0, installed("setpriv") == nil || user == nil {
            return "PostgreSQL does not run as root, and there is no other user to run it as, or no setpriv"
        }
        return nil
    }

    /// Whom it runs as where we are root, whom it refuses.
    private static var user: passwd? { (getpwnam("postgres") ?? getpwnam("nobody"))?.pointee }

    init(_ bench: Bench, products: Int) throws {
        self.bench = bench
        directory = bench.newPath("postgres")
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        if getuid() == 0, let user = Postgres.user { chown(directory, user.pw_uid, user.pw_gid) }
        let initdb = Postgres.program("initdb") ?? "initdb"
        _ = try timeToRun(Postgres.asUser([initdb, "-D", directory + "/data", "-U", "postgres", "-A", "trust", "--no-sync"]))
        server = try Postgres.start(bench, directory)
        try run(sql: Postgres.schema)
        try run(
            sql: "INSERT INTO level SELECT 'SKU-' || n, 'Store 0', 900000000, 0, 5 FROM generate_series(0, \(products - 1)) AS n")
    }

    private static func start(_ bench: Bench, _ directory: String) throws -> ReadyServer {
        try ReadyServer(
            bench,
            asUser([
                program("postgres") ?? "postgres", "-D", directory + "/data", "-k", directory, "-h", "", "-c",
                "max_connections=300", "-c", "synchronous_commit=on",
            ]), familyOfProcesses: true)
    }

    private static func asUser(_ arguments: [String]) -> [String] {
        guard getuid() == 0, let user else { return arguments }
        return ["setpriv", "--reuid=\(user.pw_uid)", "--regid=\(user.pw_gid)", "--clear-groups"] + arguments
    }

    func run(sql: String) throws { _ = try timeToRun(ask(sql)) }

    func ask(_ sql: String) -> [String] {
        [Postgres.program("psql") ?? "psql", "-h", directory, "-U", "postgres", "-q", "-X", "-v", "ON_ERROR_STOP=1", "-c", sql]
    }

    func ask(file: String) -> [String] {
        [Postgres.program("psql") ?? "psql", "-h", directory, "-U", "postgres", "-q", "-X", "-v", "ON_ERROR_STOP=1", "-f", file]
    }

    /// The whole process of a client that asks for nothing much.
    var smallestClient: [String] { ask("SELECT 1") }

    func run(_ work: Work, _ shape: Shape) throws -> LoadOutcome {
        let (script, perTransaction) = Postgres.script(work, products: bench.products, inFlight: shape.inFlight)
        // It counts in whole seconds, and many connections take one to be made.
        let seconds = max(2, Int(bench.options.seconds.rounded()))
        let log = try pgbench(script, shape.connections, ["-T", "\(seconds)"])
        return LoadOutcome(
            rate: Double(log.count * perTransaction) / Double(seconds),
            p50: quantile(0.50, log), p99: quantile(0.99, log))
    }

    /// Runs a script, and returns the microseconds that each of its transactions took.
    func pgbench(_ script: String, _ connections: Int, _ amount: [String]) throws -> [Double] {
        let file = bench.newPath("script.sql"), logs = bench.newPath("transactions")
        try script.write(toFile: file, atomically: true, encoding: .utf8)
        let threads = min(connections, 2)
        _ = try timeToRun(
            [
                Postgres.program("pgbench") ?? "pgbench", "-h", directory, "-U", "postgres", "-n", "-M",
                script.contains("pipeline") ? "extended" : "prepared", "-c", "\(connections)", "-j", "\(threads)", "-f", file,
                "--log", "--log-prefix", logs,
            ] + amount + ["postgres"])
        var found: [Double] = []
        let prefix = (logs as NSString).lastPathComponent
        for name in try FileManager.default.contentsOfDirectory(atPath: bench.directory.path) where name.hasPrefix(prefix) {
            // Client, transaction, microseconds, and more.
            let text = try String(contentsOfFile: bench.path(name), encoding: .utf8)
            for line in text.utf8.split(separator: 10) {
                let fields = line.split(separator: 32, maxSplits: 3)
                if fields.count > 2, let time = Double(Substring(fields[2])) { found.append(time) }
            }
            try? FileManager.default.removeItem(atPath: bench.path(name))
        }
        guard !found.isEmpty else { throw BenchError("pgbench has run no transaction") }
        return found.sorted()
    }

    func quantile(_ share: Double, _ sorted: [Double]) -> Double {
        sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
    }

    /// What pgbench runs, and how many operations that is.
    private static func script(_ work: Work, products: Int, inFlight: Int) -> (String, Int) {
        let draw = #"\set n random(1, 1000000000)"#
        func place(_ sku: String) -> String { "SELECT hold_place('SKU-' || \(sku), 'Store 0', 1, 'order-' || :n::text)" }
        func pipelined(_ line: String) -> String {
            guard inFlight > 1 else { return "\(line);" }
            return #"\startpipeline"# + "\n" + String(repeating: "\(line);\n", count: inFlight) + #"\endpipeline"#
        }
        switch work {
        case .place:
            return ("\(draw)\n\(pipelined(place("0")))\n", inFlight)
        case .placeAny:
            return ("\(draw)\n\\set sku random(0, \(products - 1))\n\(pipelined(place(":sku")))\n", inFlight)
        case .placeAndConfirm:
            return (
                """
                \(draw)
                \\set sku random_zipfian(1, \(products), 1.001) - 1
                \(place(":sku")) AS hold \\gset
                SELECT hold_confirm(:hold, 'payment-' || :n::text);

                """, 2)
        case .ping:
            return ("\(pipelined("SELECT 1"))\n", inFlight)
        case .level:
            let line = "SELECT on_hand, held FROM level WHERE sku = 'SKU-' || :sku AND location = 'Store 0'"
            return ("\\set sku random(0, \(products - 1))\n\(pipelined(line))\n", inFlight)
        }
    }

    /// How long it takes to be ready again, and the memory it has then.
    func restart() throws -> (seconds: Double, memory: Double) {
        stop()
        server = try Postgres.start(bench, directory)
        return (server.secondsToReady, server.memoryWhenReady)
    }

    /// At once, without waiting for clients to go.
    func stop() { server.child.stop(by: SIGINT) }

    private static let schema = """
        CREATE TABLE level (sku text, location text, on_hand bigint NOT NULL, held bigint NOT NULL CHECK (held >= 0),
            low_at bigint NOT NULL, PRIMARY KEY (sku, location));
        CREATE SEQUENCE ids;
        CREATE TABLE hold (id bigint PRIMARY KEY, state text NOT NULL, order_ref text NOT NULL, placed_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL, payment_ref text);
        CREATE INDEX hold_expiry ON hold (expires_at) WHERE state = 'held';
        CREATE INDEX hold_order ON hold (order_ref);
        CREATE TABLE hold_line (hold_id bigint, sku text, location text, quantity bigint NOT NULL,
            PRIMARY KEY (hold_id, sku, location));
        CREATE TABLE movement (id bigint PRIMARY KEY, sku text NOT NULL, location text NOT NULL, delta bigint NOT NULL,
            balance bigint NOT NULL, at timestamptz NOT NULL, reason text);
        CREATE FUNCTION hold_place(_sku text, _location text, _quantity bigint, _order text) RETURNS bigint LANGUAGE plpgsql AS $$
        DECLARE _id bigint;
        BEGIN
            UPDATE level SET held = held + _quantity
            WHERE sku = _sku AND location = _location AND on_hand - held >= _quantity;
            IF NOT FOUND THEN RAISE 'insufficient_stock'; END IF;
            _id := nextval('ids');
            INSERT INTO hold VALUES (_id, 'held', _order, now(), now() + interval '1 day', NULL);
            INSERT INTO hold_line VALUES (_id, _sku, _location, _quantity);
            RETURN _id;
        END $$;
        CREATE FUNCTION hold_confirm(_id bigint, _payment text) RETURNS bigint LANGUAGE plpgsql AS $$
        DECLARE _line hold_line; _balance bigint;
        BEGIN
            UPDATE hold SET state = 'confirmed', payment_ref = _payment WHERE id = _id AND state = 'held';
            IF NOT FOUND THEN RAISE 'not_held'; END IF;
            SELECT * INTO _line FROM hold_line WHERE hold_id = _id;
            UPDATE level SET held = held - _line.quantity, on_hand = on_hand - _line.quantity
            WHERE sku = _line.sku AND location = _line.location RETURNING on_hand INTO _balance;
            INSERT INTO movement VALUES (nextval('ids'), _line.sku, _line.location, -_line.quantity, _balance, now(), 'hold ' || _id);
            RETURN _id;
        END $$;
        """
}
