@testable import StockStore

/// A shop as an earlier stockd left it: rows of every table that its schema has, which belong together as its own would.
/// Written down as SQL, because what wrote them then is no longer there.
enum OldShop {
    /// A Monday morning; all of it is of the days before.
    static let now: Int64 = 1_777_881_600_000

    /// Fills a database of that schema, 1 or 2.
    static func fill(_ sql: SQLiteConnection, version: Int64) throws {
        try sql.script(catalogue + stock + people + alerts + deliveries + records)
        if version >= 2 { try sql.script(holds) }
    }

    private static let catalogue = """
        INSERT INTO meta (key, value) VALUES ('instance', 'b0a3'), ('event_floor', '3'), ('reminded_on', '20576');
        INSERT INTO tenant (id, name, time_zone, created_at) VALUES (1, 'default', 'UTC', 100), (2, 'other', 'Asia/Tokyo', 200);
        INSERT INTO location (id, tenant_id, name, time_zone, stale_since, created_at) VALUES
            (1, 1, 'store-1', 'Europe/London', NULL, 100), (2, 1, 'store-2', 'Europe/London', 1777881000000, 100),
            (3, 2, 'shop', 'Asia/Tokyo', NULL, 200);
        INSERT INTO product (id, tenant_id, sku, name, category, unit, pack_size, price, cost, currency, par_level, tracked,
                source_threshold, retired_at, created_at) VALUES
            (1, 1, 'A', 'Widget', 'Tools', 'piece', 12, 999, 500, 'EUR', 2000000, 1, NULL, NULL, 100),
            (2, 1, 'B', 'Gadget', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, 300000, NULL, 100),
            (3, 1, 'C', 'Käse', 'Dairy', NULL, NULL, NULL, NULL, NULL, NULL, 1, NULL, 1777800000000, 100),
            (4, 2, 'A', 'Sake', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, NULL, NULL, 200);
        INSERT INTO source (id, name, tenant_id, kind, resume, state, phase, added_at, last_success_at, pages, counts_applied,
                sales_applied, skipped) VALUES (1, 'square-main', 1, 'square', '{"cursor":"x"}', 'running', 'counts', 100,
                1777880000000, 17, 120, 30, 1);
        INSERT INTO skipped_object VALUES (1, 'count of Z at L1', 'the product or location is not known', 1777880000000);
        INSERT INTO product_ref VALUES (1, 'sq-a', 1), (1, 'sq-b', 2);
        INSERT INTO stock_conversion VALUES (1, 'sq-glass', 'sq-a', 100000, 600000);
        INSERT INTO location_ref VALUES (1, 'L1', 1), (1, 'L2', 2);
        INSERT INTO threshold (id, tenant_id, product_id, category, location_id, low, critical, enabled, require_sales_days) VALUES
            (1, 1, 1, NULL, NULL, '10', '2', NULL, NULL), (2, 1, NULL, 'Dairy', 2, '3d', NULL, 0, 7);

        """

    /// Five tracked levels, of which three are short, and one of a retired product.
    private static let stock = """
        INSERT INTO level (product_id, location_id, on_hand, tracking, counted_at, last_movement, low_at, critical_at, low_origin,
                critical_origin, alerts_on, rate_dependent, severity, alert_severity, rate, rate_day, last_sold_at, out_since,
                known_since, par_level, source_threshold, kept_count, incoming) VALUES
            (1, 1, 700000, 1, 1777880000000, 9, 1000000, 200000, 1, 1, 1, 0, 1, 1, 150000, 20577, 1777870000000, NULL, 50, NULL, NULL, NULL, 0),
            (1, 2, 100000, 1, 1777870000000, 5, 1000000, 200000, 1, 1, 1, 0, 2, 2, NULL, NULL, NULL, NULL, 50, 500000, NULL, NULL, 200000),
            (2, 1, 5000000, 1, 1777870000000, 11, 300000, 0, 2, 7, 1, 0, 0, 0, NULL, NULL, NULL, NULL, 50, NULL, 300000, NULL, 0),
            (2, 2, 0, 1, 1777870000000, 12, 300000, 0, 2, 7, 1, 0, 3, 3, NULL, NULL, NULL, 1777870000000, 50, NULL, NULL, NULL, 0),
            (3, 1, 500000, 2, 1777860000000, 8, 0, 0, 7, 7, 1, 0, 0, 0, NULL, NULL, NULL, NULL, 50, NULL, NULL, 500000, 0),
            (4, 3, 2000000, 1, 1777860000000, 13, 0, 0, 7, 7, 1, 1, 0, 0, NULL, NULL, NULL, NULL, 60, NULL, NULL, NULL, 0);
        INSERT INTO movement (id, previous_id, product_id, location_id, kind, delta, balance, at, recorded_at, actor, reason,
                source_id, external_id) VALUES
            (4, NULL, 1, 1, 'count', 1000000, 1000000, 1777860000000, 1777860000001, NULL, NULL, 1, NULL),
            (5, NULL, 1, 2, 'count', 100000, 100000, 1777870000000, 1777870000001, 'root', 'stock-taking', NULL, NULL),
            (6, NULL, 2, 1, 'count', 100000, 100000, 1777860000000, 1777860000001, NULL, NULL, 1, NULL),
            (7, NULL, 2, 2, 'receipt', 200000, 200000, 1777860000000, 1777860000001, 'olivia', NULL, NULL, NULL),
            (8, NULL, 3, 1, 'count', 500000, 500000, 1777860000000, 1777860000001, NULL, NULL, NULL, NULL),
            (9, 4, 1, 1, 'sale', -300000, 700000, 1777870000000, 1777870000001, NULL, NULL, 1, 'order-7:line-1'),
            (11, 6, 2, 1, 'receipt', 4900000, 5000000, 1777870000000, 1777870000001, 'olivia', NULL, NULL, NULL),
            (12, 7, 2, 2, 'sale', -200000, 0, 1777870000000, 1777870000001, NULL, NULL, 1, 'order-8:line-1'),
            (13, NULL, 4, 3, 'count', 2000000, 2000000, 1777860000000, 1777860000001, NULL, NULL, NULL, NULL);
        INSERT INTO sale VALUES (1, 'order-7:line-1', 1777870000000), (1, 'order-8:line-1', 1777870000000);
        INSERT INTO demand_day VALUES (1, 1, 20577, 300000), (2, 2, 20577, 200000);
        INSERT INTO outage VALUES (2, 1, 1777850000000, 1777860000000);

        """

    private static let people = """
        INSERT INTO contact (id, tenant_id, name, enabled, deleted_at) VALUES
            (1, 1, 'olivia', 1, NULL), (2, 1, 'gone', 0, 1777860000000), (3, 2, 'kenji', 1, NULL);
        INSERT INTO address (id, contact_id, kind, value, enabled, disabled_reason, min_severity, locations, categories, reminders,
                resolves, summaries, deleted_at) VALUES
            (1, 1, 'email', 'olivia@example.com', 1, NULL, 1, '["store-1"]', '[]', 1, 1, 0, NULL),
            (2, 1, 'slack', 'ops', 1, NULL, 2, '[]', '["Dairy"]', 0, 1, 1, NULL),
            (3, 2, 'email', 'gone@example.com', 0, 'bounced', 1, '[]', '[]', 1, 1, 1, 1777860000000),
            (4, 3, 'email', 'kenji@example.com', 1, NULL, 3, '[]', '[]', 1, 1, 1, NULL);

        """

    /// One in each state; thresholds are those at which each was opened, which for the first two were others than now.
    private static let alerts = """
        INSERT INTO alert (id, tenant_id, product_id, location_id, severity, state, stock, threshold, threshold_origin, told,
                pending, opened_at, last_notified_at, acknowledged_by, resolved_at, resolved_cause) VALUES
            (1, 1, 2, 1, 1, 'resolved', 100000, 150000, 6, 1, 0, 1777860000000, 1777860000000, NULL, 1777870000000, 'restocked'),
            (3, 1, 1, 1, 1, 'open', 700000, 800000, 6, 1, 0, 1777870000000, 1777870000000, NULL, NULL, NULL),
            (4, 1, 1, 2, 2, 'acknowledged', 100000, 1000000, 1, 1, 0, 1777870000000, 1777870000000, 'olivia', NULL, NULL),
            (5, 1, 2, 2, 3, 'open', 0, 300000, 2, 0, 1, 1777870000000, NULL, NULL, NULL, NULL);
        INSERT INTO alert_event (alert_id, seq, at, kind, severity, stock, actor, note) VALUES
            (1, 1, 1777860000000, 'opened', 1, 100000, NULL, NULL), (1, 2, 1777870000000, 'resolved', 1, 5000000, NULL, 'restocked'),
            (3, 1, 1777870000000, 'opened', 1, 700000, NULL, NULL), (4, 1, 1777870000000, 'opened', 2, 100000, NULL, NULL),
            (4, 2, 1777870000001, 'acknowledged', 2, 100000, 'olivia', 'ordered'), (5, 1, 1777870000000, 'opened', 3, 0, NULL, NULL);
        INSERT INTO suppression VALUES (1, 1, 1, 1777870000000, 1777956400000), (2, 2, 3, 1777860000000, 1777946400000);

        """

    /// One in each state, beside what the operators were told.
    private static let deliveries = """
        INSERT INTO notice (id, tenant_id, key, subject, detail, opened_at, resolved_at) VALUES
            (1, 1, 'source.square-main', 'square-main is silent', 'since yesterday', 1777850000000, 1777860000000),
            (2, 1, 'channel.slack', 'slack is misconfigured', 'no token', 1777860000000, NULL);
        INSERT INTO delivery (id, tenant_id, address_id, channel, kind, notice_id, state, created_at, ready_at, next_attempt_at,
                lease_until, attempts, first_failure_at, last_error, reason, reference, sent_at) VALUES
            (1, 1, 1, 'email', 'alert', NULL, 'sent', 1777860000000, 1777860030000, 1777860030000, NULL, 0, NULL, NULL, NULL, '<1@shop>', 1777860031000),
            (2, 1, 1, 'email', 'alert', NULL, 'sending', 1777870000000, 1777870030000, 1777870030000, 1777882000000, 1, 1777870031000, 'timed out', NULL, NULL, NULL),
            (3, 1, 2, 'slack', 'alert', NULL, 'queued', 1777870000000, 1777870030000, 1777885000000, NULL, 2, 1777870031000, 'timed out', NULL, NULL, NULL),
            (5, 1, 2, 'slack', 'operational', 2, 'dead', 1777860000000, 1777860000000, 1777860000000, NULL, 9, 1777860000000, 'no such channel', 'gave up', NULL, NULL),
            (6, 1, 3, 'email', 'operational', 1, 'dropped', 1777850000000, 1777850000000, 1777850000000, NULL, 0, NULL, NULL, 'the contact is gone', NULL, NULL);
        INSERT INTO delivery_alert VALUES (1, 1, 'opened', 1, 100000), (2, 3, 'opened', 1, 700000), (2, 4, 'opened', 2, 100000),
            (3, 5, 'opened', 3, 0);
        INSERT INTO channel VALUES ('slack', 'no token', 1777860000000, 1777890000000);

        """

    /// With tallies of a version that kept them otherwise: too few of some, and none of the rest.
    private static let records = """
        INSERT INTO event (id, at, tenant_id, kind, product_id, location_id, alert_id, delivery_id, source_id, severity, was, stock,
                note) VALUES
            (10, 1777870000000, 1, 'alert.opened', 1, 1, 3, NULL, NULL, 1, 0, 700000, NULL),
            (14, 1777870031000, 1, 'delivery.sent', NULL, NULL, NULL, 1, NULL, NULL, NULL, NULL, 'email');
        INSERT INTO recorded_reply VALUES (1, 'stock.adjust', 'key-1', 'e3b0', '{"movement_id":9}', 1777870000000);
        INSERT INTO tally VALUES (1, 'products', 2), (1, 'levels', 4), (2, 'products', 1), (2, 'levels', 1), (1, 'alerts_open', 1),
            (1, 'deliveries_dead', 7);

        """

    /// One hold in each state, two of them in a flash sale, and a payment that came too late.
    private static let holds = """
        INSERT INTO flash_sale (id, tenant_id, name, starts_at, ends_at, ended_at, created_at) VALUES
            (1, 1, 'friday', 1777880000000, 1777890000000, NULL, 1777870000000),
            (2, 1, 'thursday', 1777790000000, 1777800000000, 1777795000000, 1777780000000);
        INSERT INTO flash_sale_line VALUES (1, 1, 1, 0, 2000000, 599, 'EUR', 500000, 200000, 100000),
            (2, 2, 1, 0, 1000000, NULL, NULL, NULL, 0, 0);
        INSERT INTO flash_sale_customer VALUES (1, 1, 1, 'c-7', 300000);
        INSERT INTO hold (id, tenant_id, state, order_ref, customer, sale_id, placed_at, lifetime, expires_at, confirmed_at,
                cancelled_at, expired_at, cancel_reason, payment_ref, late) VALUES
            (20, 1, 'held', 'o-1', 'c-7', 1, 1777881500000, 600000, 1777882100000, NULL, NULL, NULL, NULL, NULL, 0),
            (21, 1, 'confirmed', 'o-2', 'c-7', 1, 1777881000000, 600000, 1777881600000, 1777881100000, NULL, NULL, NULL, 'pay-1', 0),
            (23, 1, 'cancelled', 'o-3', NULL, NULL, 1777881000000, 600000, 1777881600000, NULL, 1777881200000, NULL, 'too slow', NULL, 0),
            (24, 1, 'expired', 'o-4', NULL, NULL, 1777870000000, 600000, 1777870600000, NULL, NULL, 1777870600000, NULL, NULL, 0),
            (25, 1, 'held', 'o-5', 'c-9', NULL, 1777881500000, 600000, 1777882100000, NULL, NULL, NULL, NULL, NULL, 0);
        INSERT INTO hold_line VALUES (20, 1, 1, 0, 200000, 300000), (21, 1, 1, 0, 100000, 500000), (23, 2, 1, 0, 100000, 4900000),
            (24, 2, 2, 0, 100000, 100000), (25, 1, 2, 0, 100000, 0), (25, 2, 1, 1, 200000, 4800000);
        INSERT INTO refused_payment VALUES (24, 'pay-2', 1777870700000, 'insufficient_stock', 0, 0);
        INSERT INTO movement (id, previous_id, product_id, location_id, kind, delta, balance, at, recorded_at, actor, reason)
            VALUES (22, 9, 1, 1, 'sale', -100000, 600000, 1777881100000, 1777881100000, 'shop', 'hold 21, order o-2');
        UPDATE level SET held = 200000, on_hand = 600000, last_movement = 22 WHERE product_id = 1 AND location_id = 1;
        UPDATE level SET held = 100000 WHERE product_id = 1 AND location_id = 2;
        UPDATE level SET held = 200000 WHERE product_id = 2 AND location_id = 1;
        INSERT INTO event (id, at, tenant_id, kind, hold_id, sale_id, remaining) VALUES
            (26, 1777870700000, 1, 'hold.refund_due', 24, NULL, '[]'), (27, 1777881200000, 1, 'hold.cancelled', 23, NULL, NULL);

        """

    static let auditHash = String(repeating: "c0ffee00", count: 8)

    /// What the fifth schema began.
    static let telling = """
        INSERT INTO former VALUES (1, 'threshold', 1, 0, 1777870000000, '{"low":1}');
        INSERT INTO left_out VALUES (3, 2, 1777870000000, 'silenced');
        INSERT INTO delivery_attempt VALUES (2, 1, 1777870000000, 12, 'retry', '451');
        INSERT INTO silence (id, tenant_id, sku, starts_at, ends_at, author, comment, created_at) VALUES
            (1, 1, 'A*', 1777870000000, 1777970000000, 'ana', 'stocktaking', 1777860000000);
        INSERT INTO escalation (id, tenant_id, name, severity, set_at, set_by) VALUES (1, 1, 'night', 3, 1777860000000, 'ana');
        INSERT INTO escalation_step VALUES (1, 0, 900000, 1);
        INSERT INTO inbox_message (id, tenant_id, address_id, delivery_id, kind, message, created_at) VALUES
            (1, 1, 1, 2, 'alert', '{}', 1777870000000);
        INSERT INTO audit (id, at, tenant_id, uid, name, method, params, outcome, hash) VALUES
            (12, 1777870000000, 1, 0, 'root', 'stock.set', '{}', 'done', '\(auditHash)');
        INSERT INTO meta (key, value) VALUES ('audit_head', '12 \(auditHash)'), ('audit_anchor', '11 ab');
        INSERT INTO summary_day VALUES (1, 20576, 1777870000000, 1, 1, 1, 0, 0, 0, '{}', NULL);
        INSERT INTO csv_file VALUES (1, 'd1', 'stock.csv', 1777870000000, 1777870000000);
        """
}
