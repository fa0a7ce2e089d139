/// Instants are milliseconds since 1970 UTC, quantities 1/100,000 of a unit, days count from 1970-01-01.
enum Schema1 {
    static let statements = """
        CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);

        CREATE TABLE tenant (
            id {id},
            name TEXT NOT NULL UNIQUE CHECK (name <> ''),
            time_zone TEXT NOT NULL,
            created_at BIGINT NOT NULL);

        CREATE TABLE location (
            id {id},
            tenant_id BIGINT NOT NULL REFERENCES tenant (id),
            name TEXT NOT NULL CHECK (name <> ''),
            time_zone TEXT NOT NULL,
            stale_since BIGINT,
            created_at BIGINT NOT NULL,
            UNIQUE (tenant_id, name));

        CREATE TABLE product (
            id {id},
            tenant_id BIGINT NOT NULL REFERENCES tenant (id),
            sku TEXT NOT NULL CHECK (sku <> ''),
            name TEXT NOT NULL CHECK (name <> ''),
            category TEXT,
            unit TEXT,
            pack_size BIGINT CHECK (pack_size > 0),
            price BIGINT CHECK (price >= 0),
            cost BIGINT CHECK (cost >= 0),
            currency TEXT,
            par_level BIGINT CHECK (par_level >= 0),
            tracked BIGINT NOT NULL DEFAULT 1,
            source_threshold BIGINT,
            retired_at BIGINT,
            created_at BIGINT NOT NULL,
            UNIQUE (tenant_id, sku));
        CREATE INDEX product_category ON product (tenant_id, category);

        CREATE TABLE source (
            id {id},
            name TEXT NOT NULL UNIQUE,
            tenant_id BIGINT NOT NULL REFERENCES tenant (id),
            kind TEXT NOT NULL,
            resume TEXT,
            state TEXT NOT NULL DEFAULT 'idle',
            phase TEXT,
            added_at BIGINT NOT NULL,
            started_at BIGINT,
            last_success_at BIGINT,
            failed_at BIGINT,
            error TEXT,
            misconfigured BIGINT NOT NULL DEFAULT 0,
            pages BIGINT NOT NULL DEFAULT 0,
            counts_applied BIGINT NOT NULL DEFAULT 0,
            sales_applied BIGINT NOT NULL DEFAULT 0,
            skipped BIGINT NOT NULL DEFAULT 0);

        CREATE TABLE skipped_object (
            source_id BIGINT NOT NULL REFERENCES source (id) ON DELETE CASCADE,
            object TEXT NOT NULL,
            reason TEXT NOT NULL,
            at BIGINT NOT NULL,
            PRIMARY KEY (source_id, object)) {clustered};

        CREATE TABLE product_ref (
            source_id BIGINT NOT NULL REFERENCES source (id),
            external_id TEXT NOT NULL,
            product_id BIGINT NOT NULL REFERENCES product (id),
            PRIMARY KEY (source_id, external_id)) {clustered};
        CREATE INDEX product_ref_product ON product_ref (product_id);

        CREATE TABLE stock_conversion (
            source_id BIGINT NOT NULL REFERENCES source (id),
            external_id TEXT NOT NULL,
            stocked_id TEXT NOT NULL,
            stocked BIGINT NOT NULL CHECK (stocked > 0),
            sold BIGINT NOT NULL CHECK (sold > 0),
            PRIMARY KEY (source_id, external_id)) {clustered};
        CREATE INDEX stock_conversion_stocked ON stock_conversion (source_id, stocked_id);

        CREATE TABLE location_ref (
            source_id BIGINT NOT NULL REFERENCES source (id),
            external_id TEXT NOT NULL,
            location_id BIGINT NOT NULL REFERENCES location (id),
            PRIMARY KEY (source_id, external_id)) {clustered};
        CREATE INDEX location_ref_location ON location_ref (location_id);

        CREATE TABLE level (
            product_id BIGINT NOT NULL REFERENCES product (id),
            location_id BIGINT NOT NULL REFERENCES location (id),
            on_hand BIGINT NOT NULL DEFAULT 0,
            held BIGINT NOT NULL DEFAULT 0 CHECK (held >= 0),
            incoming BIGINT NOT NULL DEFAULT 0 CHECK (incoming >= 0),
            tracking BIGINT NOT NULL CHECK (tracking IN (0, 1, 2)),
            sold_out BIGINT NOT NULL DEFAULT 0 CHECK (sold_out IN (0, 1)),
            kept_count BIGINT,
            override_tracked BIGINT,
            par_level BIGINT CHECK (par_level >= 0),
            source_threshold BIGINT,
            counted_at BIGINT,
            last_movement BIGINT,
            low_at BIGINT NOT NULL,
            critical_at BIGINT NOT NULL,
            low_origin BIGINT NOT NULL,
            critical_origin BIGINT NOT NULL,
            alerts_on BIGINT NOT NULL,
            require_sales_days BIGINT,
            rate_dependent BIGINT NOT NULL,
            severity BIGINT NOT NULL CHECK (severity BETWEEN 0 AND 3),
            alert_severity BIGINT NOT NULL DEFAULT 0 CHECK (alert_severity BETWEEN 0 AND 3),
            rate BIGINT,
            rate_day BIGINT,
            last_sold_at BIGINT,
            out_since BIGINT,
            known_since BIGINT NOT NULL,
            PRIMARY KEY (product_id, location_id)) {clustered};
        CREATE INDEX level_short ON level (severity, product_id, location_id) WHERE severity > 0;

        CREATE TABLE movement (
            id BIGINT NOT NULL PRIMARY KEY,
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
        CREATE UNIQUE INDEX movement_external ON movement (source_id, external_id) WHERE external_id IS NOT NULL;

        CREATE TABLE sale (
            source_id BIGINT NOT NULL REFERENCES source (id),
            external_id TEXT NOT NULL,
            sold_at BIGINT NOT NULL,
            PRIMARY KEY (source_id, external_id)) {clustered};

        CREATE TABLE demand_day (
            product_id BIGINT NOT NULL REFERENCES product (id),
            location_id BIGINT NOT NULL REFERENCES location (id),
            day BIGINT NOT NULL,
            units BIGINT NOT NULL,
            PRIMARY KEY (product_id, location_id, day)) {clustered};

        CREATE TABLE outage (
            product_id BIGINT NOT NULL,
            location_id BIGINT NOT NULL,
            began_at BIGINT NOT NULL,
            ended_at BIGINT NOT NULL,
            PRIMARY KEY (product_id, location_id, began_at)) {clustered};

        CREATE TABLE threshold (
            id {id},
            tenant_id BIGINT NOT NULL REFERENCES tenant (id),
            product_id BIGINT REFERENCES product (id),
            category TEXT,
            location_id BIGINT REFERENCES location (id),
            low TEXT,
            critical TEXT,
            enabled BIGINT,
            require_sales_days BIGINT CHECK (require_sales_days > 0),
            CHECK (product_id IS NULL OR category IS NULL));
        CREATE UNIQUE INDEX threshold_scope
            ON threshold (tenant_id, COALESCE(product_id, 0), COALESCE(category, ''), COALESCE(location_id, 0));

        CREATE TABLE alert (
            id {id},
            tenant_id BIGINT NOT NULL REFERENCES tenant (id),
            product_id BIGINT NOT NULL REFERENCES product (id),
            location_id BIGINT NOT NULL REFERENCES location (id),
            severity BIGINT NOT NULL CHECK (severity BETWEEN 1 AND 3),
            state TEXT NOT NULL CHECK (state IN ('open', 'acknowledged', 'resolved')),
            stock BIGINT NOT NULL,
            threshold BIGINT,
            threshold_origin BIGINT NOT NULL,
            told BIGINT NOT NULL DEFAULT 0,
            pending BIGINT NOT NULL DEFAULT 0,
            opened_at BIGINT NOT NULL,
            last_notified_at BIGINT,
            acknowledged_by TEXT,
            resolved_at BIGINT,
            resolved_cause TEXT CHECK (resolved_cause IN
                ('restocked', 'setting_changed', 'untracked', 'product_retired', 'manual')),
            CHECK ((state = 'resolved') = (resolved_at IS NOT NULL)));
        CREATE UNIQUE INDEX alert_active ON alert (product_id, location_id) WHERE state <> 'resolved';
        CREATE INDEX alert_by_severity ON alert (severity DESC, id) WHERE state <> 'resolved';
        CREATE INDEX alert_pending ON alert (product_id, location_id) WHERE pending = 1;
        CREATE INDEX alert_history ON alert (product_id, location_id, id);

        CREATE TABLE alert_event (
            alert_id BIGINT NOT NULL REFERENCES alert (id),
            seq BIGINT NOT NULL,
            at BIGINT NOT NULL,
            kind TEXT NOT NULL,
            severity BIGINT NOT NULL,
            stock BIGINT NOT NULL,
            actor TEXT,
            note TEXT,
            PRIMARY KEY (alert_id, seq)) {clustered};

        CREATE TABLE suppression (
            product_id BIGINT NOT NULL REFERENCES product (id),
            location_id BIGINT NOT NULL REFERENCES location (id),
            severity BIGINT NOT NULL CHECK (severity BETWEEN 1 AND 3),
            notified_at BIGINT NOT NULL,
            next_notify_at BIGINT NOT NULL,
            PRIMARY KEY (product_id, location_id)) {clustered};

        CREATE TABLE contact (
            id {id},
            tenant_id BIGINT NOT NULL REFERENCES tenant (id),
            name TEXT NOT NULL CHECK (name <> ''),
            enabled BIGINT NOT NULL DEFAULT 1,
            deleted_at BIGINT);
        CREATE UNIQUE INDEX contact_name ON contact (tenant_id, name) WHERE deleted_at IS NULL;

        CREATE TABLE address (
            id {id},
            contact_id BIGINT NOT NULL REFERENCES contact (id),
            kind TEXT NOT NULL,
            value TEXT NOT NULL CHECK (value <> ''),
            enabled BIGINT NOT NULL DEFAULT 1,
            disabled_reason TEXT,
            min_severity BIGINT NOT NULL CHECK (min_severity BETWEEN 1 AND 3),
            locations TEXT NOT NULL DEFAULT '[]',
            categories TEXT NOT NULL DEFAULT '[]',
            reminders BIGINT NOT NULL DEFAULT 1,
            resolves BIGINT NOT NULL DEFAULT 1,
            summaries BIGINT NOT NULL DEFAULT 1,
            deleted_at BIGINT);
        CREATE INDEX address_contact ON address (contact_id);

        CREATE TABLE notice (
            id {id},
            tenant_id BIGINT NOT NULL REFERENCES tenant (id),
            key TEXT NOT NULL,
            subject TEXT NOT NULL,
            detail TEXT NOT NULL,
            opened_at BIGINT NOT NULL,
            resolved_at BIGINT);
        CREATE UNIQUE INDEX notice_active ON notice (key) WHERE resolved_at IS NULL;
        CREATE INDEX notice_key ON notice (key, id);

        CREATE TABLE delivery (
            id {id},
            tenant_id BIGINT NOT NULL REFERENCES tenant (id),
            address_id BIGINT NOT NULL REFERENCES address (id),
            channel TEXT NOT NULL,
            kind TEXT NOT NULL,
            notice_id BIGINT REFERENCES notice (id),
            state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'dead', 'dropped')),
            created_at BIGINT NOT NULL,
            ready_at BIGINT NOT NULL,
            next_attempt_at BIGINT NOT NULL,
            lease_until BIGINT,
            attempts BIGINT NOT NULL DEFAULT 0,
            first_failure_at BIGINT,
            last_error TEXT,
            reason TEXT,
            reference TEXT,
            sent_at BIGINT,
            CHECK ((state = 'sending') = (lease_until IS NOT NULL)));
        CREATE INDEX delivery_due ON delivery (channel, next_attempt_at) WHERE state IN ('queued', 'sending');
        CREATE INDEX delivery_group ON delivery (address_id, kind) WHERE state = 'queued';
        CREATE INDEX delivery_notice ON delivery (notice_id) WHERE notice_id IS NOT NULL;
        CREATE INDEX delivery_dead ON delivery (id) WHERE state = 'dead';

        CREATE TABLE delivery_alert (
            delivery_id BIGINT NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
            alert_id BIGINT NOT NULL REFERENCES alert (id),
            occasion TEXT NOT NULL,
            severity BIGINT NOT NULL,
            stock BIGINT NOT NULL,
            PRIMARY KEY (delivery_id, alert_id)) {clustered};
        CREATE INDEX delivery_alert_alert ON delivery_alert (alert_id, delivery_id);

        CREATE TABLE channel (
            kind TEXT NOT NULL PRIMARY KEY,
            reason TEXT NOT NULL,
            paused_at BIGINT NOT NULL,
            retry_at BIGINT NOT NULL);

        CREATE TABLE event (
            id BIGINT NOT NULL PRIMARY KEY,
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
            note TEXT);

        CREATE TABLE recorded_reply (
            tenant_id BIGINT NOT NULL REFERENCES tenant (id),
            method TEXT NOT NULL,
            key TEXT NOT NULL,
            params_hash TEXT NOT NULL,
            reply TEXT NOT NULL,
            at BIGINT NOT NULL,
            PRIMARY KEY (tenant_id, method, key)) {clustered};
        CREATE INDEX recorded_reply_at ON recorded_reply (at);

        CREATE TABLE tally (
            tenant_id BIGINT NOT NULL REFERENCES tenant (id),
            name TEXT NOT NULL,
            n BIGINT NOT NULL CHECK (n >= 0),
            PRIMARY KEY (tenant_id, name)) {clustered};
        """
}
