#include "cfloor.h"
#include "plain.h"
#include "reply.h"

#include <stdlib.h>

/// What counting a level needs.
struct counting {
    sqlite3_stmt *load, *insert, *update, *movement, *alert, *timeline, *change;
    int64_t last_id, now;
};

static void prepare(struct counting *counting, sqlite3 *database) {
    counting->load = plain_prepare(
        database,
        "SELECT on_hand, last_movement, low_at, critical_at, alert_severity FROM level WHERE product_id = ? AND location_id = ?");
    counting->insert = plain_prepare(
        database,
        "INSERT INTO level (product_id, location_id, on_hand, tracking, counted_at, last_movement, low_at, critical_at,"
        " low_origin, critical_origin, alerts_on, rate_dependent, severity, alert_severity, known_since)"
        " VALUES (?1, ?2, ?3, 1, ?4, ?5, 500000, 100000, 7, 7, 1, 0, ?6, ?6, ?4)");
    counting->update = plain_prepare(
        database,
        "UPDATE level SET on_hand = ?3, counted_at = ?4, last_movement = ?5, severity = ?6, alert_severity = ?6"
        " WHERE product_id = ?1 AND location_id = ?2");
    counting->movement = plain_prepare(
        database,
        "INSERT INTO movement (id, previous_id, product_id, location_id, kind, delta, balance, at, recorded_at, source_id)"
        " VALUES (?1, ?2, ?3, ?4, 'count', ?5, ?6, ?7, ?7, 1)");
    counting->alert = plain_prepare(
        database,
        "INSERT INTO alert (tenant_id, product_id, location_id, severity, state, stock, threshold, threshold_origin, opened_at)"
        " VALUES (1, ?, ?, ?, 'open', ?, 500000, 7, ?)");
    counting->timeline = plain_prepare(database, "INSERT INTO alert_event VALUES (?, 1, ?, 'opened', ?, ?, NULL, NULL)");
    counting->change = plain_prepare(
        database,
        "UPDATE alert SET severity = ?3, state = CASE WHEN ?3 = 0 THEN 'resolved' ELSE state END, stock = ?4"
        " WHERE product_id = ?1 AND location_id = ?2 AND state <> 'resolved'");
}

static void follow_up(
    struct counting *counting, int64_t product, int64_t location, int severity, int was, int64_t on_hand) {
    if (was > 0) {
        sqlite3_bind_int64(counting->change, 1, product);
        sqlite3_bind_int64(counting->change, 2, location);
        sqlite3_bind_int(counting->change, 3, severity);
        sqlite3_bind_int64(counting->change, 4, on_hand);
        plain_step(counting->change);
        return;
    }
    sqlite3_bind_int64(counting->alert, 1, product);
    sqlite3_bind_int64(counting->alert, 2, location);
    sqlite3_bind_int(counting->alert, 3, severity);
    sqlite3_bind_int64(counting->alert, 4, on_hand);
    sqlite3_bind_int64(counting->alert, 5, counting->now);
    plain_step(counting->alert);
    sqlite3_bind_int64(counting->timeline, 1, sqlite3_last_insert_rowid(sqlite3_db_handle(counting->alert)));
    sqlite3_bind_int64(counting->timeline, 2, counting->now);
    sqlite3_bind_int(counting->timeline, 3, severity);
    sqlite3_bind_int64(counting->timeline, 4, on_hand);
    plain_step(counting->timeline);
}

static void count(struct counting *counting, int64_t product, int64_t location, int64_t on_hand) {
    sqlite3_stmt *load = counting->load;
    sqlite3_bind_int64(load, 1, product);
    sqlite3_bind_int64(load, 2, location);
    int known = sqlite3_step(load) == SQLITE_ROW;
    int64_t before = known ? sqlite3_column_int64(load, 0) : 0, previous = known ? sqlite3_column_int64(load, 1) : 0;
    int64_t low = known ? sqlite3_column_int64(load, 2) : 500000, critical = known ? sqlite3_column_int64(load, 3) : 100000;
    int was = known ? sqlite3_column_int(load, 4) : 0;
    sqlite3_reset(load);
    int severity = on_hand <= 0 ? 3 : on_hand <= critical ? 2 : on_hand <= low ? 1 : 0;
    int64_t id = ++counting->last_id;
    sqlite3_bind_int64(counting->movement, 1, id);
    if (previous) sqlite3_bind_int64(counting->movement, 2, previous);
    else sqlite3_bind_null(counting->movement, 2);
    sqlite3_bind_int64(counting->movement, 3, product);
    sqlite3_bind_int64(counting->movement, 4, location);
    sqlite3_bind_int64(counting->movement, 5, on_hand - before);
    sqlite3_bind_int64(counting->movement, 6, on_hand);
    sqlite3_bind_int64(counting->movement, 7, counting->now);
    plain_step(counting->movement);
    sqlite3_stmt *save = known ? counting->update : counting->insert;
    sqlite3_bind_int64(save, 1, product);
    sqlite3_bind_int64(save, 2, location);
    sqlite3_bind_int64(save, 3, on_hand);
    sqlite3_bind_int64(save, 4, counting->now);
    sqlite3_bind_int64(save, 5, id);
    sqlite3_bind_int(save, 6, severity);
    plain_step(save);
    if (severity != was) follow_up(counting, product, location, severity, was, on_hand);
}

double cfloor_count(const char *path, int64_t products, int64_t locations, int64_t batch, int64_t quantity, int begun) {
    sqlite3 *database = plain_open(path);
    if (!begun) plain_run(database, plain_schema);
    struct counting counting = {.now = plain_now()};
    prepare(&counting, database);
    sqlite3_stmt *last = plain_prepare(database, "SELECT COALESCE(MAX(id), 0) FROM movement");
    sqlite3_step(last);
    counting.last_id = sqlite3_column_int64(last, 0);
    sqlite3_finalize(last);
    int64_t total = products * locations;
    double began = plain_clock();
    for (int64_t first = 0; first < total; first += batch) {
        plain_run(database, "BEGIN IMMEDIATE");
        for (int64_t i = first; i < first + batch && i < total; i++) {
            int64_t level = i * 7919 % total;
            count(&counting, level / locations + 1, level % locations + 1, quantity * unit);
        }
        plain_run(database, "COMMIT");
    }
    double seconds = plain_clock() - began;
    plain_close(database);
    return seconds;
}

double cfloor_list_alerts(const char *path, int64_t *alerts) {
    sqlite3 *database = plain_open(path);
    sqlite3_stmt *list = plain_prepare(
        database,
        "SELECT alert.id, severity, stock, threshold, opened_at, sku, product.name, category, location.name"
        " FROM alert JOIN product ON product.id = product_id JOIN location ON location.id = location_id"
        " WHERE state <> 'resolved' ORDER BY severity DESC, alert.id");
    struct reply reply = {0};
    *alerts = 0;
    double began = plain_clock();
    while (sqlite3_step(list) == SQLITE_ROW) {
        (*alerts)++;
        reply_text(&reply, "{\"id\":");
        reply_number(&reply, sqlite3_column_int64(list, 0));
        reply_text(&reply, ",\"severity\":");
        reply_number(&reply, sqlite3_column_int64(list, 1));
        reply_text(&reply, ",\"current_stock\":");
        reply_quantity(&reply, sqlite3_column_int64(list, 2));
        reply_text(&reply, ",\"threshold\":");
        reply_quantity(&reply, sqlite3_column_int64(list, 3));
        reply_text(&reply, ",\"opened_at\":");
        reply_time(&reply, sqlite3_column_int64(list, 4));
        static const char *const names[] = {",\"sku\":", ",\"product_name\":", ",\"category\":", ",\"location\":"};
        for (int i = 0; i < 4; i++) {
            reply_text(&reply, names[i]);
            reply_string(&reply, (const char *)sqlite3_column_text(list, 5 + i), (size_t)sqlite3_column_bytes(list, 5 + i));
        }
        reply_text(&reply, ",\"state\":\"open\"},");
    }
    double seconds = plain_clock() - began;
    free(reply.bytes);
    plain_close(database);
    return seconds;
}
