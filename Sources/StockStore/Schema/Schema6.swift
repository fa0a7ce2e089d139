/// Where the audit ends stands beside what is counted: a commit changes both, and each page that it changes takes its time.
enum Schema6 {
    /// `tenant_id` 0: of none. Of `audit`, `n` is the number of the last entry, and `hash` what it has.
    static let statements = """
        CREATE TABLE new_tally (
            tenant_id BIGINT NOT NULL,
            name TEXT NOT NULL,
            n BIGINT NOT NULL CHECK (n >= 0),
            hash TEXT,
            PRIMARY KEY (tenant_id, name)) {clustered};
        INSERT INTO new_tally (tenant_id, name, n) SELECT tenant_id, name, n FROM tally;
        INSERT INTO new_tally (tenant_id, name, n, hash)
            SELECT 0, 'audit', CAST(SUBSTR(value, 1, LENGTH(value) - 65) AS BIGINT), SUBSTR(value, LENGTH(value) - 63)
            FROM meta WHERE key = 'audit_head';
        DELETE FROM meta WHERE key = 'audit_head';
        DROP TABLE tally;
        ALTER TABLE new_tally RENAME TO tally;
        """
}
