/// Holds and flash sales. `sale`, of the first schema, is of external ids of sales; a flash sale is a `flash_sale`.
enum Schema2 {
    static let statements = """
        CREATE TABLE flash_sale (
            id {id},
            tenant_id BIGINT NOT NULL REFERENCES tenant (id),
            name TEXT NOT NULL CHECK (name <> ''),
            starts_at BIGINT NOT NULL,
            ends_at BIGINT NOT NULL,
            ended_at BIGINT,
            created_at BIGINT NOT NULL,
            UNIQUE (tenant_id, name),
            CHECK (ends_at > starts_at));

        CREATE TABLE flash_sale_line (
            sale_id BIGINT NOT NULL REFERENCES flash_sale (id),
            product_id BIGINT NOT NULL,
            location_id BIGINT NOT NULL,
            seq BIGINT NOT NULL,
            quantity BIGINT NOT NULL CHECK (quantity > 0),
            price BIGINT CHECK (price >= 0),
            currency TEXT,
            limit_per_customer BIGINT CHECK (limit_per_customer > 0),
            held BIGINT NOT NULL DEFAULT 0 CHECK (held >= 0),
            sold BIGINT NOT NULL DEFAULT 0 CHECK (sold >= 0),
            PRIMARY KEY (sale_id, product_id, location_id),
            FOREIGN KEY (product_id, location_id) REFERENCES level (product_id, location_id),
            CHECK (held + sold <= quantity)) {clustered};

        CREATE TABLE flash_sale_customer (
            sale_id BIGINT NOT NULL,
            product_id BIGINT NOT NULL,
            location_id BIGINT NOT NULL,
            customer TEXT NOT NULL,
            units BIGINT NOT NULL CHECK (units > 0),
            PRIMARY KEY (sale_id, product_id, location_id, customer),
            FOREIGN KEY (sale_id, product_id, location_id)
                REFERENCES flash_sale_line (sale_id, product_id, location_id)) {clustered};

        CREATE TABLE hold (
            id BIGINT NOT NULL PRIMARY KEY,
            tenant_id BIGINT NOT NULL REFERENCES tenant (id),
            state TEXT NOT NULL CHECK (state = 'held' OR state = 'confirmed' OR state = 'cancelled' OR state = 'expired'),
            order_ref TEXT NOT NULL CHECK (order_ref <> ''),
            customer TEXT,
            sale_id BIGINT REFERENCES flash_sale (id),
            placed_at BIGINT NOT NULL,
            lifetime BIGINT NOT NULL CHECK (lifetime > 0),
            expires_at BIGINT NOT NULL,
            confirmed_at BIGINT,
            cancelled_at BIGINT,
            expired_at BIGINT,
            cancel_reason TEXT,
            payment_ref TEXT,
            late BIGINT NOT NULL DEFAULT 0 CHECK (late IN (0, 1)),
            CHECK ((state = 'confirmed') = (confirmed_at IS NOT NULL)),
            CHECK ((state = 'confirmed') = (payment_ref IS NOT NULL)),
            CHECK ((state = 'cancelled') = (cancelled_at IS NOT NULL))) {clustered};
        CREATE INDEX hold_expiry ON hold (expires_at) WHERE state = 'held';
        CREATE INDEX hold_order ON hold (tenant_id, order_ref);
        CREATE INDEX hold_customer ON hold (tenant_id, customer) WHERE customer IS NOT NULL;
        CREATE INDEX hold_sale ON hold (sale_id) WHERE sale_id IS NOT NULL;

        CREATE TABLE hold_line (
            hold_id BIGINT NOT NULL REFERENCES hold (id) ON DELETE CASCADE,
            product_id BIGINT NOT NULL,
            location_id BIGINT NOT NULL,
            seq BIGINT NOT NULL,
            quantity BIGINT NOT NULL CHECK (quantity > 0),
            remaining BIGINT NOT NULL CHECK (remaining >= 0),
            PRIMARY KEY (hold_id, product_id, location_id),
            FOREIGN KEY (product_id, location_id) REFERENCES level (product_id, location_id)) {clustered};

        CREATE TABLE refused_payment (
            hold_id BIGINT NOT NULL REFERENCES hold (id) ON DELETE CASCADE,
            payment_ref TEXT NOT NULL,
            at BIGINT NOT NULL,
            reason TEXT NOT NULL,
            available BIGINT NOT NULL CHECK (available >= 0),
            line BIGINT,
            PRIMARY KEY (hold_id, payment_ref)) {clustered};

        CREATE INDEX level_at_risk ON level (location_id, product_id) WHERE held > on_hand AND held > 0;

        ALTER TABLE event ADD COLUMN hold_id BIGINT;
        ALTER TABLE event ADD COLUMN sale_id BIGINT;
        ALTER TABLE event ADD COLUMN remaining TEXT;
        """
}
