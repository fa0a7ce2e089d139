/// What events must carry to say the same whenever they are read, what is forgotten, what is held, what is to be given back,
/// settings that levels do not follow yet, and notices that wait for their window to end.
///
/// Events of before keep no more than they had: what they lack is read from the present, or left out.
enum Schema4 {
    static let statements = movement + hold + event + notice + expiry + holds + refunds + settings

    /// Of the level, right after the movement: what is held of it, and how short it is, null where it is not tracked.
    private static let movement = """
        ALTER TABLE movement ADD COLUMN held BIGINT;
        ALTER TABLE movement ADD COLUMN severity BIGINT;

        """

    /// When it was to expire as it was placed, where that was changed since.
    private static let hold = """
        ALTER TABLE hold ADD COLUMN first_expires_at BIGINT;

        """

    /// `numbers` are as many as the event's kind says.
    private static let event = """
        ALTER TABLE event RENAME COLUMN remaining TO numbers;
        ALTER TABLE event ADD COLUMN state TEXT;
        ALTER TABLE event ADD COLUMN held BIGINT;
        ALTER TABLE event ADD COLUMN threshold BIGINT;
        ALTER TABLE event ADD COLUMN expires_at BIGINT;

        """

    /// `about` is the channel that it can't be told by; `due_at` is when the window ends that holds it back.
    private static let notice = """
        ALTER TABLE notice ADD COLUMN about TEXT;
        ALTER TABLE notice ADD COLUMN due_at BIGINT;

        """

    /// What is forgotten is found by when it ended, one by one, and not by where it stands among the others: a row that was
    /// dated while the clock was ahead keeps nothing but itself. Each index has only what has ended, so that what is written
    /// most does not touch it.
    private static let expiry = """
        CREATE INDEX hold_ended ON hold (COALESCE(confirmed_at, cancelled_at, expired_at)) WHERE state <> 'held';
        CREATE INDEX delivery_finished ON delivery (created_at) WHERE state IN ('sent', 'dropped');
        CREATE INDEX alert_resolved ON alert (resolved_at) WHERE state = 'resolved';
        CREATE INDEX notice_resolved ON notice (resolved_at) WHERE resolved_at IS NOT NULL;

        """

    /// Those that are held stand in an index of their own, from which a page is read: of hundreds of thousands, it had to
    /// look at all. To place a hold takes the store a twentieth more instructions for it. Lines have no index by level:
    /// it would cost as much again and be as long as the history of all holds, for a list of those at risk.
    private static let holds = """
        CREATE INDEX hold_held ON hold (tenant_id, id) WHERE state = 'held';
        INSERT INTO tally (tenant_id, name, n)
            SELECT tenant_id, 'holds_held', COUNT(*) FROM hold WHERE state = 'held' GROUP BY tenant_id;

        """

    /// Of payments that were refused, how many, and which came last.
    private static let refunds = """
        ALTER TABLE hold ADD COLUMN refused BIGINT NOT NULL DEFAULT 0;
        UPDATE hold SET refused = (SELECT COUNT(*) FROM refused_payment WHERE hold_id = hold.id)
        WHERE id IN (SELECT hold_id FROM refused_payment);
        CREATE INDEX refused_payment_at ON refused_payment (hold_id, at, payment_ref);

        """

    /// Settings that bear on more levels than one transaction settles, and the last level that was.
    private static let settings = """
        CREATE TABLE unsettled (
            id {id},
            tenant_id BIGINT NOT NULL REFERENCES tenant (id),
            category TEXT,
            location_id BIGINT REFERENCES location (id),
            last_product BIGINT NOT NULL,
            last_location BIGINT NOT NULL);

        """
}
