/// Who is told what, when, and why: silences, escalations, quiet hours, and what was true before it was changed.
enum Schema5 {
    static let statements = former + alert + contact + delivery + silence + escalation + inbox + audit + summary + source

    /// What held of something until it was changed, as JSON: any past moment can be explained. Of two changes in one
    /// millisecond the first is kept, as only what it says ever held for any time.
    private static let former = """
        CREATE TABLE former (
            tenant_id BIGINT NOT NULL REFERENCES tenant (id),
            subject TEXT NOT NULL CHECK (subject <> ''),
            subject_id BIGINT NOT NULL,
            location_id BIGINT NOT NULL DEFAULT 0,
            until BIGINT NOT NULL,
            facts TEXT NOT NULL,
            PRIMARY KEY (tenant_id, subject, subject_id, location_id, until)) {clustered};
        CREATE INDEX former_until ON former (until);
        ALTER TABLE threshold ADD COLUMN set_at BIGINT NOT NULL DEFAULT 0;

        """

    /// `due_at`: when what was held back is looked at again; `held_at`: when that was said. `untold`: which addresses an
    /// entry of the timeline was not told to, and why.
    private static let alert = """
        ALTER TABLE alert ADD COLUMN due_at BIGINT;
        ALTER TABLE alert ADD COLUMN held_at BIGINT;
        ALTER TABLE alert ADD COLUMN escalation_id BIGINT;
        ALTER TABLE alert ADD COLUMN escalation_step BIGINT;
        ALTER TABLE alert ADD COLUMN escalate_at BIGINT;
        ALTER TABLE alert ADD COLUMN escalation_set_at BIGINT;
        UPDATE alert SET (due_at, held_at) =
                (SELECT next_notify_at, notified_at FROM suppression
                 WHERE suppression.product_id = alert.product_id AND suppression.location_id = alert.location_id)
            WHERE pending = 1;
        DROP INDEX alert_pending;
        ALTER TABLE alert DROP COLUMN pending;
        CREATE INDEX alert_due ON alert (due_at) WHERE due_at IS NOT NULL;
        CREATE INDEX alert_held ON alert (held_at) WHERE due_at IS NOT NULL;
        CREATE INDEX alert_escalation ON alert (escalate_at) WHERE escalate_at IS NOT NULL;
        CREATE INDEX alert_escalation_set ON alert (escalation_set_at) WHERE escalate_at IS NOT NULL;
        CREATE INDEX alert_opened ON alert (tenant_id, opened_at);
        CREATE INDEX alert_place ON alert (product_id, location_id, id);
        ALTER TABLE alert_event ADD COLUMN untold TEXT;

        """

    /// Quiet hours are minutes of the contact's local day; no time zone: the tenant's.
    private static let contact = """
        ALTER TABLE contact ADD COLUMN time_zone TEXT;
        ALTER TABLE address ADD COLUMN quiet_from BIGINT CHECK (quiet_from BETWEEN 0 AND 1439);
        ALTER TABLE address ADD COLUMN quiet_to BIGINT CHECK (quiet_to BETWEEN 0 AND 1439);
        ALTER TABLE address ADD COLUMN quiet_lets_out BIGINT NOT NULL DEFAULT 0;
        ALTER TABLE address ADD COLUMN paused_until BIGINT;
        ALTER TABLE address ADD COLUMN set_at BIGINT NOT NULL DEFAULT 0;

        """

    /// `held_until`: its address wants nothing before that. `apart_at`: when it told its address apart from everybody else,
    /// because it had been held or was an escalation. `left_out`: what a held one was to tell and did not. `summary_day`: the day
    /// that it tells of. `follow_at`: when the other side is asked what became of it. `words`: what it says, where each attempt
    /// must say the same.
    private static let delivery = """
        ALTER TABLE delivery ADD COLUMN held_until BIGINT;
        ALTER TABLE delivery ADD COLUMN held_because TEXT;
        ALTER TABLE delivery ADD COLUMN apart_at BIGINT;
        ALTER TABLE delivery ADD COLUMN follow_at BIGINT;
        ALTER TABLE delivery ADD COLUMN delivered_at BIGINT;
        ALTER TABLE delivery ADD COLUMN summary_day BIGINT;
        ALTER TABLE delivery ADD COLUMN words TEXT;
        CREATE INDEX delivery_apart ON delivery (address_id, apart_at) WHERE apart_at IS NOT NULL;
        CREATE INDEX delivery_summary ON delivery (tenant_id, summary_day) WHERE summary_day IS NOT NULL;
        CREATE INDEX delivery_follow ON delivery (channel, follow_at) WHERE follow_at IS NOT NULL;
        CREATE TABLE left_out (
            alert_id BIGINT NOT NULL REFERENCES alert (id) ON DELETE CASCADE,
            delivery_id BIGINT NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
            at BIGINT NOT NULL,
            reason TEXT NOT NULL,
            PRIMARY KEY (delivery_id, alert_id)) {clustered};
        CREATE INDEX left_out_alert ON left_out (alert_id);
        CREATE TABLE delivery_attempt (
            delivery_id BIGINT NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
            seq BIGINT NOT NULL,
            at BIGINT NOT NULL,
            took BIGINT NOT NULL,
            outcome TEXT NOT NULL,
            reason TEXT,
            PRIMARY KEY (delivery_id, seq)) {clustered};

        """

    private static let silence = """
        CREATE TABLE silence (
            id {id},
            tenant_id BIGINT NOT NULL REFERENCES tenant (id),
            sku TEXT,
            category TEXT,
            location TEXT,
            severity BIGINT CHECK (severity BETWEEN 1 AND 3),
            starts_at BIGINT NOT NULL,
            ends_at BIGINT NOT NULL,
            author TEXT NOT NULL,
            comment TEXT NOT NULL,
            created_at BIGINT NOT NULL,
            expired_at BIGINT,
            expired_by TEXT,
            announced_at BIGINT,
            CHECK (ends_at > starts_at));
        CREATE INDEX silence_end ON silence (ends_at) WHERE expired_at IS NULL;
        CREATE INDEX silence_over ON silence (COALESCE(expired_at, ends_at));

        """

    /// Rows never change but for the time they are unset: a new setting is a new row, and old ones can be explained. What is
    /// unsettled of `escalations` are the alerts that stand.
    private static let escalation = """
        CREATE TABLE escalation (
            id {id},
            tenant_id BIGINT NOT NULL REFERENCES tenant (id),
            name TEXT NOT NULL CHECK (name <> ''),
            severity BIGINT CHECK (severity BETWEEN 1 AND 3),
            category TEXT,
            location TEXT,
            repeat_after BIGINT CHECK (repeat_after > 0),
            set_at BIGINT NOT NULL,
            set_by TEXT NOT NULL,
            unset_at BIGINT,
            unset_by TEXT);
        CREATE UNIQUE INDEX escalation_name ON escalation (tenant_id, name) WHERE unset_at IS NULL;
        CREATE TABLE escalation_step (
            escalation_id BIGINT NOT NULL REFERENCES escalation (id),
            seq BIGINT NOT NULL,
            after BIGINT NOT NULL CHECK (after >= 0),
            contact_id BIGINT NOT NULL REFERENCES contact (id),
            PRIMARY KEY (escalation_id, seq)) {clustered};
        CREATE INDEX escalation_step_contact ON escalation_step (contact_id);
        ALTER TABLE unsettled ADD COLUMN escalations BIGINT NOT NULL DEFAULT 0;

        """

    private static let inbox = """
        CREATE TABLE inbox_message (
            id {id},
            tenant_id BIGINT NOT NULL REFERENCES tenant (id),
            address_id BIGINT NOT NULL REFERENCES address (id),
            delivery_id BIGINT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            severity BIGINT CHECK (severity BETWEEN 1 AND 3),
            message TEXT NOT NULL,
            created_at BIGINT NOT NULL,
            read_at BIGINT,
            read_by TEXT);
        CREATE INDEX inbox_message_created ON inbox_message (created_at);
        CREATE INDEX inbox_message_tenant ON inbox_message (tenant_id, id);
        CREATE INDEX inbox_message_unread ON inbox_message (tenant_id, id) WHERE read_at IS NULL;

        """

    /// Each entry's `hash` is of the one before it and of what it says itself.
    private static let audit = """
        CREATE TABLE audit (
            id {key},
            at BIGINT NOT NULL,
            tenant_id BIGINT,
            uid BIGINT NOT NULL,
            name TEXT NOT NULL,
            role TEXT,
            method TEXT NOT NULL,
            params TEXT NOT NULL,
            outcome TEXT NOT NULL,
            hash TEXT NOT NULL);

        """

    /// How each local day of a tenant stood when its summary was made: what was told, and which addresses were not.
    private static let summary = """
        CREATE TABLE summary_day (
            tenant_id BIGINT NOT NULL REFERENCES tenant (id),
            day BIGINT NOT NULL,
            at BIGINT NOT NULL,
            healthy BIGINT NOT NULL,
            low BIGINT NOT NULL,
            critical BIGINT NOT NULL,
            out BIGINT NOT NULL,
            untracked BIGINT NOT NULL,
            stale BIGINT NOT NULL,
            content TEXT NOT NULL,
            untold TEXT,
            PRIMARY KEY (tenant_id, day)) {clustered};

        """

    /// Of a file, `at` is when the levels were counted whose rows do not say.
    private static let source = """
        ALTER TABLE source ADD COLUMN paused_at BIGINT;
        ALTER TABLE source ADD COLUMN paused_until BIGINT;
        ALTER TABLE source ADD COLUMN paused_by TEXT;
        ALTER TABLE source ADD COLUMN pause_comment TEXT;
        CREATE TABLE csv_file (
            source_id BIGINT NOT NULL REFERENCES source (id),
            digest TEXT NOT NULL,
            name TEXT NOT NULL,
            at BIGINT NOT NULL,
            recorded_at BIGINT NOT NULL,
            PRIMARY KEY (source_id, digest)) {clustered};
        CREATE INDEX csv_file_at ON csv_file (source_id, at);
        CREATE INDEX csv_file_recorded ON csv_file (recorded_at);
        """
}
