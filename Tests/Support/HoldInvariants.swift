/// What must be true of holds and flash sales at any time, whatever has happened, until holds of a sale are forgotten.
/// Constraints keep some of it; this adds up what they cannot.
package enum HoldInvariants {
    /// Each row says what is wrong; none, where nothing is. It reads whole tables, once each.
    package static let sql = """
        WITH line AS (
            SELECT hold_line.product_id, hold_line.location_id, quantity, state, sale_id, customer
            FROM hold_line JOIN hold ON hold.id = hold_id),
        sums AS (
            SELECT product_id, location_id, SUM(quantity) AS held FROM line WHERE state = 'held' GROUP BY product_id, location_id),
        ledger AS (
            SELECT product_id, location_id, SUM(delta) AS delta FROM movement GROUP BY product_id, location_id),
        bought AS (
            SELECT sale_id, product_id, location_id, SUM(CASE WHEN state = 'held' THEN quantity ELSE 0 END) AS held,
                SUM(CASE WHEN state = 'confirmed' THEN quantity ELSE 0 END) AS sold
            FROM line WHERE sale_id IS NOT NULL GROUP BY sale_id, product_id, location_id),
        buyers AS (
            SELECT sale_id, product_id, location_id, customer, SUM(quantity) AS units
            FROM line WHERE sale_id IS NOT NULL AND customer IS NOT NULL AND state IN ('held', 'confirmed')
            GROUP BY sale_id, product_id, location_id, customer)
        SELECT 'the level of product ' || level.product_id || ' at ' || level.location_id || ' has ' || on_hand || ' and holds '
            || level.held || ', but its movements make ' || COALESCE(ledger.delta, 0) || ' and its holds '
            || COALESCE(sums.held, 0)
        FROM level LEFT JOIN sums ON sums.product_id = level.product_id AND sums.location_id = level.location_id
        LEFT JOIN ledger ON ledger.product_id = level.product_id AND ledger.location_id = level.location_id
        WHERE level.held <> COALESCE(sums.held, 0) OR level.held < 0 OR on_hand <> COALESCE(ledger.delta, 0)
        UNION ALL
        SELECT 'hold ' || hold.id || ' is ' || state || ', and ' || COUNT(movement.id) || ' movements sold '
            || COALESCE(-SUM(delta), 0) || ' for its ' || quantity
        FROM hold JOIN hold_line ON hold_id = hold.id
        LEFT JOIN movement ON reason = 'hold ' || hold.id || ', order ' || order_ref AND kind = 'sale'
            AND movement.product_id = hold_line.product_id AND movement.location_id = hold_line.location_id
        GROUP BY hold.id, hold_line.product_id, hold_line.location_id
        HAVING COUNT(movement.id) <> (state = 'confirmed') OR -SUM(delta) <> quantity
        UNION ALL
        SELECT 'the sale ' || l.sale_id || ' has ' || l.held || ' held and ' || l.sold || ' sold of ' || l.quantity
            || ', but its holds make ' || COALESCE(bought.held, 0) || ' and ' || COALESCE(bought.sold, 0)
        FROM flash_sale_line AS l LEFT JOIN bought ON bought.sale_id = l.sale_id AND bought.product_id = l.product_id
            AND bought.location_id = l.location_id
        WHERE l.held <> COALESCE(bought.held, 0) OR l.sold <> COALESCE(bought.sold, 0) OR l.held + l.sold > l.quantity
        UNION ALL
        SELECT 'in the sale ' || l.sale_id || ' the customer ' || COALESCE(c.customer, b.customer) || ' has '
            || COALESCE(c.units, 0) || ' noted and ' || COALESCE(b.units, 0) || ' in holds, of at most ' || limit_per_customer
        FROM flash_sale_line AS l
        JOIN buyers AS b ON b.sale_id = l.sale_id AND b.product_id = l.product_id AND b.location_id = l.location_id
        LEFT JOIN flash_sale_customer AS c ON c.sale_id = l.sale_id AND c.product_id = l.product_id
            AND c.location_id = l.location_id AND c.customer = b.customer
        WHERE limit_per_customer IS NOT NULL AND (COALESCE(c.units, 0) <> b.units OR b.units > limit_per_customer)
        UNION ALL
        SELECT 'in the sale ' || c.sale_id || ' the customer ' || c.customer || ' has ' || c.units || ' noted and no hold'
        FROM flash_sale_customer AS c LEFT JOIN buyers AS b ON b.sale_id = c.sale_id AND b.product_id = c.product_id
            AND b.location_id = c.location_id AND b.customer = c.customer
        WHERE b.units IS NULL
        UNION ALL
        SELECT 'hold ' || id || ' is ' || state || ', with more than one end, or none'
        FROM hold
        WHERE (state = 'confirmed') <> (confirmed_at IS NOT NULL) OR (state = 'cancelled') <> (cancelled_at IS NOT NULL)
            OR (state = 'confirmed') <> (payment_ref IS NOT NULL) OR (state = 'expired' AND expired_at IS NULL)
            OR (state IN ('held', 'cancelled') AND expired_at IS NOT NULL)
        UNION ALL
        SELECT 'hold ' || id || ' has no lines' FROM hold WHERE NOT EXISTS (SELECT 1 FROM hold_line WHERE hold_id = hold.id)
        UNION ALL
        SELECT 'hold ' || id || ' counts ' || refused || ' refused payments' FROM hold
        WHERE refused <> (SELECT COUNT(*) FROM refused_payment WHERE hold_id = hold.id)
        UNION ALL
        SELECT 'tenant ' || tenant.id || ' holds ' || COUNT(hold.id) || ', counted are ' || COALESCE(n, 0)
        FROM tenant LEFT JOIN hold ON hold.tenant_id = tenant.id AND state = 'held'
        LEFT JOIN tally ON tally.tenant_id = tenant.id AND tally.name = 'holds_held'
        GROUP BY tenant.id HAVING COUNT(hold.id) <> COALESCE(n, 0)
        UNION ALL
        SELECT 'payment ' || r.payment_ref || ' of hold ' || hold.id || ' was taken and refused'
        FROM refused_payment AS r JOIN hold ON hold.id = r.hold_id AND hold.payment_ref = r.payment_ref
        """
}
