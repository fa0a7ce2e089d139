/// What is counted as it changes, indexes for what is due, and the number of a delivery's lease.
enum Schema3 {
    static let statements = """
        DELETE FROM tally WHERE name IN ('locations', 'alerts_open', 'deliveries_queued', 'deliveries_dead');
        INSERT INTO tally (tenant_id, name, n) SELECT tenant_id, 'locations', COUNT(*) FROM location GROUP BY tenant_id;
        INSERT INTO tally (tenant_id, name, n)
            SELECT tenant_id, 'alerts_open', COUNT(*) FROM alert WHERE state <> 'resolved' GROUP BY tenant_id;
        INSERT INTO tally (tenant_id, name, n)
            SELECT tenant_id, 'deliveries_queued', COUNT(*) FROM delivery WHERE state IN ('queued', 'sending')
            GROUP BY tenant_id;
        INSERT INTO tally (tenant_id, name, n)
            SELECT tenant_id, 'deliveries_dead', COUNT(*) FROM delivery WHERE state = 'dead' GROUP BY tenant_id;

        ALTER TABLE delivery ADD COLUMN lease BIGINT NOT NULL DEFAULT 0;
        DROP INDEX delivery_due;
        CREATE INDEX delivery_wanted ON delivery (channel, (COALESCE(lease_until, next_attempt_at)))
            WHERE state IN ('queued', 'sending');
        CREATE INDEX sale_sold_at ON sale (sold_at);
        CREATE INDEX outage_ended_at ON outage (ended_at);

        UPDATE alert SET threshold = (SELECT CASE alert.severity WHEN 2 THEN critical_at ELSE low_at END FROM level
                WHERE level.product_id = alert.product_id AND level.location_id = alert.location_id),
            threshold_origin = (SELECT CASE alert.severity WHEN 2 THEN critical_origin ELSE low_origin END FROM level
                WHERE level.product_id = alert.product_id AND level.location_id = alert.location_id)
        WHERE state <> 'resolved';
        """
}
