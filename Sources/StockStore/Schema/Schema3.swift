/// Tables that are written thousands of times a second, so that writing them is cheap; what is counted as it changes;
/// indexes for what is due; and the number of a delivery's lease.
///
/// For a list of three or more in a CHECK (`state IN (…)`) SQLite builds a table of its own at each row that is written,
/// which took half the time of an ingest: such checks are spelled out. A key that SQLite would keep an index for beside
/// the table is the table's own (`{key}`), and of a level the columns that every count reads stand first.
enum Schema3 {
    static let statements = level + movement + event + alert + delivery + tallies

    private static let level = """
        CREATE TABLE new_level (
            product_id BIGINT NOT NULL REFERENCES product (id),
            location_id BIGINT NOT NULL REFERENCES location (id),
            on_hand BIGINT NOT NULL DEFAULT 0,
            held BIGINT NOT NULL DEFAULT 0 CHECK (held >= 0),
            tracking BIGINT NOT NULL CHECK (tracking BETWEEN 0 AND 2),
            sold_out BIGINT NOT NULL DEFAULT 0 CHECK (sold_out BETWEEN 0 AND 1),
            counted_at BIGINT,
            last_movement BIGINT,
            low_at BIGINT NOT NULL,
            critical_at BIGINT NOT NULL,
            severity BIGINT NOT NULL CHECK (severity BETWEEN 0 AND 3),
            alert_severity BIGINT NOT NULL DEFAULT 0 CHECK (alert_severity BETWEEN 0 AND 3),
            alerts_on BIGINT NOT NULL,
            require_sales_days BIGINT,
            out_since BIGINT,
            last_sold_at BIGINT,
            kept_count BIGINT,
            override_tracked BIGINT,
            par_level BIGINT CHECK (par_level >= 0),
            source_threshold BIGINT,
            low_origin BIGINT NOT NULL,
            critical_origin BIGINT NOT NULL,
            rate_dependent BIGINT NOT NULL,
            rate BIGINT,
            rate_day BIGINT,
            known_since BIGINT NOT NULL,
            incoming BIGINT NOT NULL DEFAULT 0 CHECK (incoming >= 0),
            PRIMARY KEY (product_id, location_id)) {clustered};
        INSERT INTO new_level (product_id, location_id, on_hand, held, tracking, sold_out, counted_at, last_movement, low_at,
                critical_at, severity, alert_severity, alerts_on, require_sales_days, out_since, last_sold_at, kept_count,
                override_tracked, par_level, source_threshold, low_origin, critical_origin, rate_dependent, rate, rate_day,
                known_since, incoming)
            SELECT product_id, location_id, on_hand, held, tracking, sold_out, counted_at, last_movement, low_at,
                critical_at, severity, alert_severity, alerts_on, require_sales_days, out_since, last_sold_at, kept_count,
                override_tracked, par_level, source_threshold, low_origin, critical_origin, rate_dependent, rate, rate_day,
                known_since, incoming
            FROM level ORDER BY product_id, location_id;
        DROP TABLE level;
        ALTER TABLE new_level RENAME TO level;
        CREATE INDEX level_short ON level (severity, product_id, location_id) WHERE severity > 0;
        CREATE INDEX level_at_risk ON level (location_id, product_id) WHERE held > on_hand AND held > 0;

        """

    private static let movement = """
        CREATE TABLE new_movement (
            id {key},
            previous_id BIGINT,
            product_id BIGINT NOT NULL,
            location_id BIGINT NOT NULL,
            kind TEXT NOT NULL,
            delta BIGINT NOT NULL,
            balance BIGINT NOT NULL,
            at BIGINT NOT NULL,
            recorded_at BIGINT NOT NULL,
            actor TEXT,
            reason TEXT,
            source_id BIGINT REFERENCES source (id),
            external_id TEXT,
            FOREIGN KEY (product_id, location_id) REFERENCES level (product_id, location_id));
        INSERT INTO new_movement (id, previous_id, product_id, location_id, kind, delta, balance, at, recorded_at, actor,
                reason, source_id, external_id)
            SELECT id, previous_id, product_id, location_id, kind, delta, balance, at, recorded_at, actor, reason,
                source_id, external_id
            FROM movement ORDER BY id;
        DROP TABLE movement;
        ALTER TABLE new_movement RENAME TO movement;
        CREATE UNIQUE INDEX movement_external ON movement (source_id, external_id) WHERE external_id IS NOT NULL;

        """

    private static let event = """
        CREATE TABLE new_event (
            id {key},
            at BIGINT NOT NULL,
            tenant_id BIGINT NOT NULL REFERENCES tenant (id),
            kind TEXT NOT NULL,
            product_id BIGINT,
            location_id BIGINT,
            alert_id BIGINT,
            delivery_id BIGINT,
            source_id BIGINT,
            severity BIGINT,
            was BIGINT,
            stock BIGINT,
            note TEXT,
            hold_id BIGINT,
            sale_id BIGINT,
            remaining TEXT);
        INSERT INTO new_event (id, at, tenant_id, kind, product_id, location_id, alert_id, delivery_id, source_id, severity,
                was, stock, note, hold_id, sale_id, remaining)
            SELECT id, at, tenant_id, kind, product_id, location_id, alert_id, delivery_id, source_id, severity, was,
                stock, note, hold_id, sale_id, remaining
            FROM event ORDER BY id;
        DROP TABLE event;
        ALTER TABLE new_event RENAME TO event;

        """

    /// Without an index of the first schema by product, location and id, which nothing reads.
    private static let alert = """
        CREATE TABLE new_alert (
            id {id},
            tenant_id BIGINT NOT NULL REFERENCES tenant (id),
            product_id BIGINT NOT NULL REFERENCES product (id),
            location_id BIGINT NOT NULL REFERENCES location (id),
            severity BIGINT NOT NULL CHECK (severity BETWEEN 1 AND 3),
            state TEXT NOT NULL CHECK (state = 'open' OR state = 'acknowledged' OR state = 'resolved'),
            stock BIGINT NOT NULL,
            threshold BIGINT,
            threshold_origin BIGINT NOT NULL,
            told BIGINT NOT NULL DEFAULT 0,
            pending BIGINT NOT NULL DEFAULT 0,
            opened_at BIGINT NOT NULL,
            last_notified_at BIGINT,
            acknowledged_by TEXT,
            resolved_at BIGINT,
            resolved_cause TEXT CHECK (resolved_cause = 'restocked' OR resolved_cause = 'setting_changed'
                OR resolved_cause = 'untracked' OR resolved_cause = 'product_retired' OR resolved_cause = 'manual'),
            CHECK ((state = 'resolved') = (resolved_at IS NOT NULL)));
        INSERT INTO new_alert (id, tenant_id, product_id, location_id, severity, state, stock, threshold, threshold_origin,
                told, pending, opened_at, last_notified_at, acknowledged_by, resolved_at, resolved_cause)
            SELECT alert.id, tenant_id, alert.product_id, alert.location_id, alert.severity, state, stock,
                CASE WHEN state = 'resolved' THEN threshold WHEN alert.severity = 2 THEN critical_at ELSE low_at END,
                CASE WHEN state = 'resolved' THEN threshold_origin WHEN alert.severity = 2 THEN critical_origin
                    ELSE low_origin END,
                told, pending, opened_at, last_notified_at, acknowledged_by, resolved_at, resolved_cause
            FROM alert JOIN level ON level.product_id = alert.product_id AND level.location_id = alert.location_id
            ORDER BY alert.id;
        DROP TABLE alert;
        ALTER TABLE new_alert RENAME TO alert;
        CREATE UNIQUE INDEX alert_active ON alert (product_id, location_id) WHERE state <> 'resolved';
        CREATE INDEX alert_by_severity ON alert (severity DESC, id) WHERE state <> 'resolved';
        CREATE INDEX alert_pending ON alert (product_id, location_id) WHERE pending = 1;

        """

    private static let delivery = """
        CREATE TABLE new_delivery (
            id {id},
            tenant_id BIGINT NOT NULL REFERENCES tenant (id),
            address_id BIGINT NOT NULL REFERENCES address (id),
            channel TEXT NOT NULL,
            kind TEXT NOT NULL,
            notice_id BIGINT REFERENCES notice (id),
            state TEXT NOT NULL CHECK (state = 'queued' OR state = 'sending' OR state = 'sent' OR state = 'dead'
                OR state = 'dropped'),
            created_at BIGINT NOT NULL,
            ready_at BIGINT NOT NULL,
            next_attempt_at BIGINT NOT NULL,
            lease BIGINT NOT NULL DEFAULT 0,
            lease_until BIGINT,
            attempts BIGINT NOT NULL DEFAULT 0,
            first_failure_at BIGINT,
            last_error TEXT,
            reason TEXT,
            reference TEXT,
            sent_at BIGINT,
            CHECK ((state = 'sending') = (lease_until IS NOT NULL)));
        INSERT INTO new_delivery (id, tenant_id, address_id, channel, kind, notice_id, state, created_at, ready_at,
                next_attempt_at, lease_until, attempts, first_failure_at, last_error, reason, reference, sent_at)
            SELECT id, tenant_id, address_id, channel, kind, notice_id, state, created_at, ready_at, next_attempt_at,
                lease_until, attempts, first_failure_at, last_error, reason, reference, sent_at
            FROM delivery ORDER BY id;
        DROP TABLE delivery;
        ALTER TABLE new_delivery RENAME TO delivery;
        CREATE INDEX delivery_wanted ON delivery (channel, (COALESCE(lease_until, next_attempt_at)))
            WHERE state IN ('queued', 'sending');
        CREATE INDEX delivery_group ON delivery (address_id, kind) WHERE state = 'queued' AND notice_id IS NULL;
        CREATE INDEX delivery_notice ON delivery (notice_id) WHERE notice_id IS NOT NULL;
        CREATE INDEX delivery_dead ON delivery (id) WHERE state = 'dead';

        """

    private static let tallies = """
        DELETE FROM tally WHERE name = 'locations' OR name = 'alerts_open' OR name = 'deliveries_queued'
            OR name = 'deliveries_dead';
        INSERT INTO tally (tenant_id, name, n) SELECT tenant_id, 'locations', COUNT(*) FROM location GROUP BY tenant_id;
        INSERT INTO tally (tenant_id, name, n)
            SELECT tenant_id, 'alerts_open', COUNT(*) FROM alert WHERE state <> 'resolved' GROUP BY tenant_id;
        INSERT INTO tally (tenant_id, name, n)
            SELECT tenant_id, 'deliveries_queued', COUNT(*) FROM delivery WHERE state IN ('queued', 'sending')
            GROUP BY tenant_id;
        INSERT INTO tally (tenant_id, name, n)
            SELECT tenant_id, 'deliveries_dead', COUNT(*) FROM delivery WHERE state = 'dead' GROUP BY tenant_id;
        CREATE INDEX sale_sold_at ON sale (sold_at);
        CREATE INDEX outage_ended_at ON outage (ended_at);
        """
}
