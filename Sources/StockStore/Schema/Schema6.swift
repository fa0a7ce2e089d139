/// Where the audit ends stands beside what is counted: a commit changes both, and each page that it changes takes its time.
enum Schema6 {
    /// `tenant_id` 0: of none. Of `audit`, `n` is the number of the last entry, and `hash` what it has. A mark that somebody has
    /// spoilt stays one that no entry has.
    static let statements = """
        CREATE TABLE new_tally (
            tenant_id BIGINT NOT NULL,
            name TEXT NOT NULL,
            n BIGINT NOT NULL CHECK (n >= 0),
            hash TEXT,
            CHECK ((tenant_id = 0) = (hash IS NOT NULL)),
            PRIMARY KEY (tenant_id, name)) {clustered};
        INSERT INTO new_tally (tenant_id, name, n) SELECT tenant_id, name, n FROM tally;
        INSERT INTO new_tally (tenant_id, name, n, hash)
            SELECT 0, 'audit', CAST(SUBSTR(value, 1, LENGTH(value) - 65) AS BIGINT), SUBSTR(value, LENGTH(value) - 63)
            FROM meta WHERE key = 'audit_head' AND LENGTH(value) BETWEEN 66 AND 83
                AND TRIM(SUBSTR(value, 1, LENGTH(value) - 65), '0123456789') = '';
        INSERT INTO new_tally (tenant_id, name, n, hash)
            SELECT 0, 'audit', 0, value FROM meta WHERE key = 'audit_head' AND NOT EXISTS (SELECT 1 FROM new_tally WHERE tenant_id = 0);
        DELETE FROM meta WHERE key = 'audit_head';
        DROP TABLE tally;
        ALTER TABLE new_tally RENAME TO tally;
        """
}
