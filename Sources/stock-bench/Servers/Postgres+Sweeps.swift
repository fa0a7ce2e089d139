import Foundation

extension Postgres {
    /// How long a sweep over `levels` levels takes, some of them short, in milliseconds.
    func check(levels: Int, shortOfThousand: Int) throws -> Double {
        try run(
            sql: """
                CREATE TABLE IF NOT EXISTS swept AS SELECT n, CASE WHEN n % 1000 < \(shortOfThousand) THEN 3 ELSE 50 END AS on_hand,
                    5 AS low_at, 1 AS critical_at, CASE WHEN n % 1000 < \(shortOfThousand) THEN 1 ELSE 0 END AS alert_severity
                FROM generate_series(1, \(levels)) AS n
                """)
        try run(sql: "VACUUM ANALYZE swept")
        let log = try pgbench(
            """
            SELECT COUNT(*) FROM swept WHERE alert_severity <> CASE WHEN on_hand <= 0 THEN 3 WHEN on_hand <= critical_at THEN 2
                WHEN on_hand <= low_at THEN 1 ELSE 0 END;

            """, 1, ["-t", "5"])
        return quantile(0.5, log) / 1000
    }

    /// Copies counts of `levels` levels in an order that has nothing to do with keys, 50,000 a transaction, and upserts
    /// level, ledger and severity from them: for the first time, and again. Returns rows a second of both.
    func count(levels: Int) throws -> (fresh: Double, again: Double) {
        try run(sql: Postgres.countSchema)
        let rates = try [50, 60].map { quantity in
            let pages = try stride(from: 0, to: levels, by: 50_000).map { start in
                let page = bench.newPath("page")
                let lines = (start..<min(start + 50_000, levels)).map { index in
                    let level = index * 7_919 % levels
                    return "\(level / Bench.locations)\t\(level % Bench.locations)\t\(quantity)\n"
                }
                try lines.joined().write(toFile: page, atomically: true, encoding: .utf8)
                return page
            }
            defer { pages.forEach { try? FileManager.default.removeItem(atPath: $0) } }
            let script = bench.newPath("count.sql")
            let staging = "CREATE TEMP TABLE page (product bigint, location bigint, on_hand bigint) ON COMMIT DELETE ROWS;\n"
            try (staging + pages.map { "BEGIN;\n\\copy page FROM '\($0)'\n\(Postgres.applyPage)\nCOMMIT;\n" }.joined())
                .write(toFile: script, atomically: true, encoding: .utf8)
            return Double(levels) / (try timeToRun(ask(file: script)))
        }
        return (rates[0], rates[1])
    }

    private static let countSchema = """
        DROP TABLE IF EXISTS counted, ledger;
        CREATE TABLE counted (product bigint, location bigint, on_hand bigint NOT NULL, low_at bigint NOT NULL,
            critical_at bigint NOT NULL, severity int NOT NULL, last_movement bigint, PRIMARY KEY (product, location));
        CREATE TABLE ledger (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, product bigint NOT NULL,
            location bigint NOT NULL, delta bigint NOT NULL, balance bigint NOT NULL, at timestamptz NOT NULL);
        """
    private static let applyPage = """
        INSERT INTO ledger (product, location, delta, balance, at)
        SELECT page.product, page.location, page.on_hand - COALESCE(counted.on_hand, 0), page.on_hand, now()
        FROM page LEFT JOIN counted USING (product, location);
        INSERT INTO counted SELECT product, location, on_hand, 5, 1,
            CASE WHEN on_hand <= 0 THEN 3 WHEN on_hand <= 1 THEN 2 WHEN on_hand <= 5 THEN 1 ELSE 0 END FROM page
        ON CONFLICT (product, location) DO UPDATE SET on_hand = excluded.on_hand, severity = CASE
            WHEN excluded.on_hand <= 0 THEN 3 WHEN excluded.on_hand <= counted.critical_at THEN 2
            WHEN excluded.on_hand <= counted.low_at THEN 1 ELSE 0 END;
        """

    /// Four workers, a transaction for each of the three steps.
    func deliver(batch: Int) throws -> Double {
        try run(
            sql: """
                CREATE TABLE IF NOT EXISTS delivery (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, address bigint NOT NULL,
                    state text NOT NULL, next_attempt_at timestamptz NOT NULL, lease_until timestamptz, worker int,
                    sent_at timestamptz)
                """)
        try run(sql: "CREATE INDEX IF NOT EXISTS delivery_due ON delivery (next_attempt_at) WHERE state = 'queued'")
        try run(sql: "CREATE INDEX IF NOT EXISTS delivery_worker ON delivery (worker) WHERE state = 'sending'")
        try run(sql: "TRUNCATE delivery")
        let seconds = max(2, Int(bench.options.seconds.rounded()))
        let rounds = try pgbench(
            """
            INSERT INTO delivery (address, state, next_attempt_at) SELECT n, 'queued', now() FROM generate_series(1, \(batch)) AS n;
            UPDATE delivery SET state = 'sending', lease_until = now() + interval '1 minute', worker = :client_id
            WHERE id IN (SELECT id FROM delivery WHERE state = 'queued' AND next_attempt_at <= now() ORDER BY next_attempt_at
                LIMIT \(batch) FOR UPDATE SKIP LOCKED);
            UPDATE delivery SET state = 'sent', lease_until = NULL, sent_at = now() WHERE state = 'sending' AND worker = :client_id;

            """, 4, ["-T", "\(seconds)"])
        return Double(rounds.count * batch) / Double(seconds)
    }
}
