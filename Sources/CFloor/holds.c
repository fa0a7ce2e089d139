#include "holds.h"

#include <string.h>

void holds_open(struct holds *holds, const char *path) {
    sqlite3 *database = holds->database = plain_open(path);
    holds->begin = plain_prepare(database, "BEGIN");
    holds->commit = plain_prepare(database, "COMMIT");
    holds->savepoint = plain_prepare(database, "SAVEPOINT operation");
    holds->release = plain_prepare(database, "RELEASE operation");
    holds->find = plain_prepare(
        database,
        "SELECT tenant.id, product.id, location.id, product.name, on_hand - held, tracking, retired_at"
        " FROM tenant JOIN product ON product.tenant_id = tenant.id AND sku = ?1"
        " JOIN location ON location.tenant_id = tenant.id AND location.name = ?2"
        " JOIN level ON level.product_id = product.id AND level.location_id = location.id WHERE tenant.name = 'default'");
    holds->take = plain_prepare(
        database, "UPDATE level SET held = held + ?1 WHERE product_id = ?2 AND location_id = ?3 AND on_hand - held >= ?1");
    holds->insert = plain_prepare(
        database,
        "INSERT INTO hold (id, tenant_id, state, order_ref, placed_at, lifetime, expires_at) VALUES (?, ?, 'held', ?, ?, ?, ?)");
    holds->insert_line = plain_prepare(database, "INSERT INTO hold_line VALUES (?, ?, ?, 0, ?, ?)");
    holds->load = plain_prepare(
        database,
        "SELECT state, order_ref, placed_at, expires_at, confirmed_at, payment_ref, quantity, remaining, line.product_id,"
        " line.location_id, sku, product.name, location.name, on_hand, low_at, critical_at, last_movement"
        " FROM hold JOIN hold_line AS line ON hold_id = hold.id JOIN product ON product.id = line.product_id"
        " JOIN location ON location.id = line.location_id"
        " JOIN level ON level.product_id = line.product_id AND level.location_id = line.location_id WHERE hold.id = ?");
    holds->confirm = plain_prepare(
        database, "UPDATE hold SET state = 'confirmed', confirmed_at = ?, payment_ref = ?, late = ? WHERE id = ?");
    holds->sell = plain_prepare(
        database,
        "UPDATE level SET held = held - ?1, on_hand = ?2, last_movement = ?3, severity = ?4, last_sold_at = ?5"
        " WHERE product_id = ?6 AND location_id = ?7");
    holds->movement = plain_prepare(
        database,
        "INSERT INTO movement (id, previous_id, product_id, location_id, kind, delta, balance, at, recorded_at, reason)"
        " VALUES (?1, ?2, ?3, ?4, 'sale', ?5, ?6, ?7, ?7, ?8)");
    holds->demand = plain_prepare(
        database,
        "INSERT INTO demand_day VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET units = units + excluded.units");
    holds->level = plain_prepare(
        database,
        "SELECT sku, product.name, category, location.name, on_hand, held, incoming, tracking, stale_since, severity, low_at,"
        " critical_at, rate, counted_at FROM tenant JOIN product ON product.tenant_id = tenant.id AND sku = ?1"
        " JOIN location ON location.tenant_id = tenant.id AND location.name = ?2"
        " JOIN level ON level.product_id = product.id AND level.location_id = location.id WHERE tenant.name = 'default'");
    sqlite3_stmt *last = plain_prepare(
        database, "SELECT MAX((SELECT COALESCE(MAX(id), 0) FROM hold), (SELECT COALESCE(MAX(id), 0) FROM movement))");
    sqlite3_step(last);
    holds->last_id = sqlite3_column_int64(last, 0);
    sqlite3_finalize(last);
}

void reply_begin(struct reply *reply, const struct request *request) {
    reply_text(reply, "{\"jsonrpc\":\"2.0\",\"id\":");
    reply_bytes(reply, request->id.at, request->id.size);
}

void reply_refusal(struct reply *reply, const struct request *request, const char *message) {
    reply_begin(reply, request);
    reply_text(reply, ",\"error\":{\"code\":-32000,\"message\":\"");
    reply_text(reply, message);
    reply_text(reply, "\"}}\n");
}

/// A hold as the reply shows it.
struct shown {
    int64_t id, placed_at, expires_at, confirmed_at, quantity, remaining;
    struct slice order_ref, payment_ref, sku, name, location;
    const char *state;
};

static void reply_hold(struct reply *reply, const struct request *request, const struct shown *hold) {
    reply_begin(reply, request);
    reply_text(reply, ",\"result\":{\"hold\":{\"id\":");
    reply_number(reply, hold->id);
    reply_text(reply, ",\"tenant\":\"default\",\"state\":\"");
    reply_text(reply, hold->state);
    reply_text(reply, "\",\"order_ref\":");
    reply_string(reply, hold->order_ref.at, hold->order_ref.size);
    reply_text(reply, ",\"customer\":null,\"sale\":null,\"placed_at\":");
    reply_time(reply, hold->placed_at);
    reply_text(reply, ",\"expires_at\":");
    reply_time(reply, hold->expires_at);
    reply_text(reply, ",\"confirmed_at\":");
    reply_time(reply, hold->confirmed_at);
    reply_text(reply, ",\"cancelled_at\":null,\"expired_at\":null,\"payment_ref\":");
    reply_string(reply, hold->payment_ref.at, hold->payment_ref.size);
    reply_text(reply, ",\"late\":false,\"at_risk\":false,\"lines\":[{\"sku\":");
    reply_string(reply, hold->sku.at, hold->sku.size);
    reply_text(reply, ",\"name\":");
    reply_string(reply, hold->name.at, hold->name.size);
    reply_text(reply, ",\"location\":");
    reply_string(reply, hold->location.at, hold->location.size);
    reply_text(reply, ",\"quantity\":");
    reply_quantity(reply, hold->quantity);
    reply_text(reply, ",\"price\":null,\"remaining\":");
    reply_quantity(reply, hold->remaining);
    reply_text(reply, "}],\"refused_payments\":[]}");
}

static struct slice column(sqlite3_stmt *statement, int index) {
    const char *text = (const char *)sqlite3_column_text(statement, index);
    return (struct slice){text, (size_t)sqlite3_column_bytes(statement, index)};
}

void holds_place(struct holds *holds, const struct request *request, int64_t now, struct reply *reply) {
    int64_t quantity = request->quantity * unit;
    sqlite3_stmt *find = holds->find;
    plain_text(find, 1, request->sku.at, request->sku.size);
    plain_text(find, 2, request->location.at, request->location.size);
    if (sqlite3_step(find) != SQLITE_ROW) {
        sqlite3_reset(find);
        reply_refusal(reply, request, "no such product or location");
        return;
    }
    int64_t tenant = sqlite3_column_int64(find, 0), product = sqlite3_column_int64(find, 1);
    int64_t location = sqlite3_column_int64(find, 2), available = sqlite3_column_int64(find, 4);
    if (available < quantity || sqlite3_column_int(find, 5) != 1 || sqlite3_column_type(find, 6) != SQLITE_NULL) {
        sqlite3_reset(find);
        reply_refusal(reply, request, "not so much can be held");
        return;
    }
    int64_t id = ++holds->last_id, lifetime = (request->ttl_s ? request->ttl_s : 600) * 1000;

    sqlite3_bind_int64(holds->take, 1, quantity);
    sqlite3_bind_int64(holds->take, 2, product);
    sqlite3_bind_int64(holds->take, 3, location);
    plain_step(holds->take);
    sqlite3_bind_int64(holds->insert, 1, id);
    sqlite3_bind_int64(holds->insert, 2, tenant);
    plain_text(holds->insert, 3, request->order_ref.at, request->order_ref.size);
    sqlite3_bind_int64(holds->insert, 4, now);
    sqlite3_bind_int64(holds->insert, 5, lifetime);
    sqlite3_bind_int64(holds->insert, 6, now + lifetime);
    plain_step(holds->insert);
    sqlite3_bind_int64(holds->insert_line, 1, id);
    sqlite3_bind_int64(holds->insert_line, 2, product);
    sqlite3_bind_int64(holds->insert_line, 3, location);
    sqlite3_bind_int64(holds->insert_line, 4, quantity);
    sqlite3_bind_int64(holds->insert_line, 5, available - quantity);
    plain_step(holds->insert_line);

    struct shown shown = {
        .id = id, .placed_at = now, .expires_at = now + lifetime, .quantity = quantity, .remaining = available - quantity,
        .order_ref = request->order_ref, .sku = request->sku, .name = column(find, 3), .location = request->location,
        .state = "held"};
    reply_hold(reply, request, &shown);
    sqlite3_reset(find);
    reply_text(reply, ",\"remaining\":");
    reply_quantity(reply, available - quantity);
    reply_text(reply, "}}\n");
}

void holds_confirm(struct holds *holds, const struct request *request, int64_t now, struct reply *reply) {
    sqlite3_stmt *load = holds->load;
    sqlite3_bind_int64(load, 1, request->hold);
    if (sqlite3_step(load) != SQLITE_ROW) {
        sqlite3_reset(load);
        reply_refusal(reply, request, "no such hold");
        return;
    }
    struct shown shown = {
        .id = request->hold, .placed_at = sqlite3_column_int64(load, 2), .expires_at = sqlite3_column_int64(load, 3),
        .confirmed_at = now, .quantity = sqlite3_column_int64(load, 6), .remaining = sqlite3_column_int64(load, 7),
        .order_ref = column(load, 1), .payment_ref = request->payment_ref, .sku = column(load, 10),
        .name = column(load, 11), .location = column(load, 12), .state = "confirmed"};
    int64_t on_hand = sqlite3_column_int64(load, 13);
    if (!slice_is(column(load, 0), "held")) {
        // The same payment again gets the same answer, another one a refusal.
        struct slice known = column(load, 5);
        if (known.size == request->payment_ref.size && memcmp(known.at, request->payment_ref.at, known.size) == 0) {
            shown.confirmed_at = sqlite3_column_int64(load, 4);
            reply_hold(reply, request, &shown);
            reply_text(reply, "}}\n");
        } else {
            reply_refusal(reply, request, "paid already");
        }
        sqlite3_reset(load);
        return;
    }
    if (on_hand < shown.quantity) {
        sqlite3_reset(load);
        reply_refusal(reply, request, "it is gone: give the money back");
        return;
    }
    int64_t product = sqlite3_column_int64(load, 8), location = sqlite3_column_int64(load, 9);
    int64_t balance = on_hand - shown.quantity, id = ++holds->last_id;
    int severity = balance <= 0 ? 3
        : balance <= sqlite3_column_int64(load, 15) ? 2
        : balance <= sqlite3_column_int64(load, 14) ? 1
                                                    : 0;

    sqlite3_bind_int64(holds->sell, 1, shown.quantity);
    sqlite3_bind_int64(holds->sell, 2, balance);
    sqlite3_bind_int64(holds->sell, 3, id);
    sqlite3_bind_int(holds->sell, 4, severity);
    sqlite3_bind_int64(holds->sell, 5, now);
    sqlite3_bind_int64(holds->sell, 6, product);
    sqlite3_bind_int64(holds->sell, 7, location);
    plain_step(holds->sell);
    sqlite3_bind_int64(holds->movement, 1, id);
    sqlite3_bind_value(holds->movement, 2, sqlite3_column_value(load, 16));
    sqlite3_bind_int64(holds->movement, 3, product);
    sqlite3_bind_int64(holds->movement, 4, location);
    sqlite3_bind_int64(holds->movement, 5, -shown.quantity);
    sqlite3_bind_int64(holds->movement, 6, balance);
    sqlite3_bind_int64(holds->movement, 7, now);
    plain_text(holds->movement, 8, shown.order_ref.at, shown.order_ref.size);
    plain_step(holds->movement);
    sqlite3_bind_int64(holds->demand, 1, product);
    sqlite3_bind_int64(holds->demand, 2, location);
    sqlite3_bind_int64(holds->demand, 3, now / 86400000);
    sqlite3_bind_int64(holds->demand, 4, shown.quantity);
    plain_step(holds->demand);
    sqlite3_bind_int64(holds->confirm, 1, now);
    plain_text(holds->confirm, 2, request->payment_ref.at, request->payment_ref.size);
    sqlite3_bind_int(holds->confirm, 3, now >= shown.expires_at);
    sqlite3_bind_int64(holds->confirm, 4, request->hold);
    plain_step(holds->confirm);

    reply_hold(reply, request, &shown);
    reply_text(reply, "}}\n");
    sqlite3_reset(load);
}

void holds_level(struct holds *holds, const struct request *request, struct reply *reply) {
    static const char *const severities[] = {"healthy", "low", "critical", "out"};
    sqlite3_stmt *level = holds->level;
    plain_text(level, 1, request->sku.at, request->sku.size);
    plain_text(level, 2, request->location.at, request->location.size);
    if (sqlite3_step(level) != SQLITE_ROW) {
        sqlite3_reset(level);
        reply_refusal(reply, request, "no such level");
        return;
    }
    struct slice sku = column(level, 0), name = column(level, 1), category = column(level, 2), location = column(level, 3);
    int64_t on_hand = sqlite3_column_int64(level, 4), held = sqlite3_column_int64(level, 5);
    reply_begin(reply, request);
    reply_text(reply, ",\"result\":{\"level\":{\"tenant\":\"default\",\"sku\":");
    reply_string(reply, sku.at, sku.size);
    reply_text(reply, ",\"name\":");
    reply_string(reply, name.at, name.size);
    reply_text(reply, ",\"category\":");
    reply_string(reply, category.at, category.size);
    reply_text(reply, ",\"location\":");
    reply_string(reply, location.at, location.size);
    reply_text(reply, ",\"on_hand\":");
    reply_quantity(reply, on_hand);
    reply_text(reply, ",\"held\":");
    reply_quantity(reply, held);
    reply_text(reply, ",\"available\":");
    reply_quantity(reply, on_hand - held);
    reply_text(reply, ",\"incoming\":");
    reply_quantity(reply, sqlite3_column_int64(level, 6));
    reply_text(reply, sqlite3_column_int(level, 7) == 1 ? ",\"tracking\":\"tracked\"" : ",\"tracking\":\"unknown\"");
    reply_text(reply, sqlite3_column_type(level, 8) == SQLITE_NULL ? ",\"stale\":false" : ",\"stale\":true");
    reply_text(reply, ",\"severity\":\"");
    reply_text(reply, severities[sqlite3_column_int(level, 9) & 3]);
    reply_text(reply, "\",\"low_threshold\":");
    reply_quantity(reply, sqlite3_column_int64(level, 10));
    reply_text(reply, ",\"critical_threshold\":");
    reply_quantity(reply, sqlite3_column_int64(level, 11));
    reply_text(reply, ",\"threshold_origin\":\"configuration\",\"velocity_per_day\":");
    reply_quantity(reply, sqlite3_column_int64(level, 12));
    reply_text(reply, ",\"days_until_stockout\":null,\"counted_at\":");
    reply_time(reply, sqlite3_column_int64(level, 13));
    reply_text(reply, "}}}\n");
    sqlite3_reset(level);
}
