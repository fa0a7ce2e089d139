import StockDomain
@testable import StockStore

/// Everything that the model and the store must agree on after each step, as rows of numbers: cheap to take and to
/// compare, and readable where they differ.
struct HoldPicture: Hashable, Sendable {
    enum Kind: Int64 {
        case level = 1, saleLine, customer, standing, states, notice, next
    }

    var rows: [[Int64]]

    /// Those of this picture that the other lacks, as text.
    func difference(from other: HoldPicture) -> String {
        let missing = rows.filter { !other.rows.contains($0) }
        return missing.isEmpty ? "nothing" : missing.map(HoldPicture.text).joined(separator: ", ")
    }

    private static func text(_ row: [Int64]) -> String {
        func units(_ column: Int) -> Quantity { Quantity(scaled: row[column]) }
        return switch Kind(rawValue: row[0]) {
        case .level:
            "p\(row[1])@l\(row[2]): \(units(3)) there, \(units(4)) held, tracking \(row[5]), ledger \(units(6)) "
                + "of \(row[7]) movements, demand \(units(8))"
        case .saleLine: "p\(row[2])@l\(row[3]) in s\(row[1]): \(units(4)) held, \(units(5)) sold"
        case .customer: "c\(row[4]) has \(units(5)) of p\(row[2])@l\(row[3]) in s\(row[1])"
        case .standing: "o\(row[1]) stands until \(row[2])"
        case .states:
            "\(row[1]) held, \(row[2]) confirmed, \(row[3]) cancelled, \(row[4]) expired, \(row[5]) refunds, \(row[6]) lines"
        case .notice: "a notice of l\(row[1])"
        case .next: "next expiry \(row[1])"
        case nil: "\(row)"
        }
    }
}

extension HoldModel {
    var picture: HoldPicture {
        var rows: [[Int64]] = []
        for key in levels.keys.sorted() {
            let level = levels[key]!
            rows.append([
                HoldPicture.Kind.level.rawValue, Int64(key.product), Int64(key.location), level.onHand.scaled,
                sum(key, .held).scaled, Int64(tracking(key).rawValue), level.onHand.scaled, level.movements,
                level.demand.scaled,
            ])
        }
        for (id, sale) in sales.sorted(by: { $0.key < $1.key }) {
            for key in sale.lines.keys.sorted() {
                rows.append([
                    HoldPicture.Kind.saleLine.rawValue, Int64(id), Int64(key.product), Int64(key.location),
                    sum(key, .held, sale: id).scaled, sum(key, .confirmed, sale: id).scaled,
                ])
            }
        }
        rows += customers()
        let standing = holds.values.filter { $0.state == .held }.sorted { $0.order < $1.order }
        rows += standing.map { [HoldPicture.Kind.standing.rawValue, Int64($0.order), $0.expiresAt] }
        func count(_ state: HoldState) -> Int64 { Int64(holds.values.count { $0.state == state }) }
        rows.append([
            HoldPicture.Kind.states.rawValue, count(.held), count(.confirmed), count(.cancelled), count(.expired),
            Int64(holds.values.reduce(0) { $0 + $1.refunds.count }), Int64(holds.values.reduce(0) { $0 + $1.lines.count }),
        ])
        for location in Set(levels.keys.filter(isAtRisk).map(\.location)).sorted() {
            rows.append([HoldPicture.Kind.notice.rawValue, Int64(location)])
        }
        if let next = standing.map(\.expiresAt).min() { rows.append([HoldPicture.Kind.next.rawValue, next]) }
        return HoldPicture(rows: rows)
    }

    /// Where a sale limits them, those who have something of it.
    private func customers() -> [[Int64]] {
        var rows: [[Int64]] = []
        for (id, sale) in sales.sorted(by: { $0.key < $1.key }) {
            let buyers = Set(holds.values.filter { $0.sale == id }.compactMap(\.customer)).sorted()
            for key in sale.lines.keys.sorted() where sale.lines[key]!.limit != nil {
                for customer in buyers {
                    let units = sum(key, .held, .confirmed, sale: id, customer: customer)
                    guard units > .zero else { continue }
                    rows.append([
                        HoldPicture.Kind.customer.rawValue, Int64(id), Int64(key.product), Int64(key.location),
                        Int64(customer), units.scaled,
                    ])
                }
            }
        }
        return rows
    }
}

extension StoreReader {
    /// Names are numbers after a letter or two; instants count from `epoch`.
    func holdPicture(since epoch: Timestamp) throws -> HoldPicture {
        HoldPicture(rows: try sql.all(PictureStatements.picture, .int(epoch.milliseconds)) { row in
            let kind = row.int(0)
            var numbers = [kind]
            let width: [Int64: Int] = [1: 8, 2: 5, 3: 5, 4: 2, 5: 6, 6: 1, 7: 1]
            for column in 1...(width[kind] ?? 1) { numbers.append(row.int(column)) }
            return numbers
        })
    }
}

private enum PictureStatements {
    static let picture = SQL(
        """
        WITH named AS (
            SELECT level.*, CAST(SUBSTR(sku, 2) AS BIGINT) AS p, CAST(SUBSTR(location.name, 2) AS BIGINT) AS l
            FROM level JOIN product ON product.id = level.product_id JOIN location ON location.id = level.location_id),
        ledger AS (
            SELECT product_id, location_id, SUM(delta) AS delta, COUNT(*) AS movements
            FROM movement GROUP BY product_id, location_id),
        demand AS (
            SELECT product_id, location_id, SUM(units) AS units FROM demand_day GROUP BY product_id, location_id)
        SELECT 1 AS kind, p AS a, l AS b, on_hand AS c, held AS d, tracking AS e, COALESCE(delta, 0) AS f,
            COALESCE(movements, 0) AS g, COALESCE(units, 0) AS h
        FROM named LEFT JOIN ledger ON ledger.product_id = named.product_id AND ledger.location_id = named.location_id
        LEFT JOIN demand ON demand.product_id = named.product_id AND demand.location_id = named.location_id
        UNION ALL
        SELECT 2, CAST(SUBSTR(flash_sale.name, 2) AS BIGINT), p, l, line.held, line.sold, 0, 0, 0
        FROM flash_sale_line AS line JOIN flash_sale ON flash_sale.id = sale_id
        JOIN named ON named.product_id = line.product_id AND named.location_id = line.location_id
        UNION ALL
        SELECT 3, CAST(SUBSTR(flash_sale.name, 2) AS BIGINT), p, l, CAST(SUBSTR(customer, 2) AS BIGINT), units, 0, 0, 0
        FROM flash_sale_customer AS buyer JOIN flash_sale ON flash_sale.id = sale_id
        JOIN named ON named.product_id = buyer.product_id AND named.location_id = buyer.location_id
        UNION ALL
        SELECT 4, CAST(SUBSTR(order_ref, 2) AS BIGINT), expires_at - ?1, 0, 0, 0, 0, 0, 0 FROM hold WHERE state = 'held'
        UNION ALL
        SELECT 5, COUNT(CASE WHEN state = 'held' THEN 1 END), COUNT(CASE WHEN state = 'confirmed' THEN 1 END),
            COUNT(CASE WHEN state = 'cancelled' THEN 1 END), COUNT(CASE WHEN state = 'expired' THEN 1 END),
            (SELECT COUNT(*) FROM refused_payment), (SELECT COUNT(*) FROM hold_line), 0, 0
        FROM hold
        UNION ALL
        SELECT 6, CAST(SUBSTR(location.name, 2) AS BIGINT), 0, 0, 0, 0, 0, 0, 0
        FROM notice JOIN location ON key = 'holds.' || location.id WHERE resolved_at IS NULL
        UNION ALL
        SELECT 7, MIN(expires_at) - ?1, 0, 0, 0, 0, 0, 0, 0 FROM hold WHERE state = 'held' HAVING COUNT(*) > 0
        ORDER BY kind, a, b, c, d
        """)
}
