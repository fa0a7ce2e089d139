#include "cfloor.h"
#include "plain.h"

#include <stdlib.h>

double cfloor_queue(const char *path, int64_t cycles, int64_t batch) {
    sqlite3 *database = plain_open(path);
    plain_run(database, plain_schema);
    sqlite3_stmt *enqueue = plain_prepare(
        database,
        "INSERT INTO delivery (tenant_id, address_id, channel, kind, state, created_at, ready_at, next_attempt_at)"
        " VALUES (1, ?1, 'email', 'alert', 'queued', ?2, ?2, ?2)");
    sqlite3_stmt *due = plain_prepare(
        database,
        "SELECT id FROM delivery WHERE channel = 'email' AND state IN ('queued', 'sending') AND next_attempt_at <= ?1"
        " ORDER BY next_attempt_at LIMIT ?2");
    sqlite3_stmt *lease = plain_prepare(database, "UPDATE delivery SET state = 'sending', lease_until = ? WHERE id = ?");
    sqlite3_stmt *complete = plain_prepare(
        database,
        "UPDATE delivery SET state = 'sent', lease_until = NULL, attempts = attempts + 1, sent_at = ?,"
        " reference = 'r' WHERE id = ?");
    int64_t *leased = calloc((size_t)batch, sizeof *leased), now = plain_now();
    double began = plain_clock();
    for (int64_t done = 0; done < cycles; done += batch) {
        plain_run(database, "BEGIN IMMEDIATE");
        for (int64_t i = 0; i < batch; i++) {
            sqlite3_bind_int64(enqueue, 1, i + 1);
            sqlite3_bind_int64(enqueue, 2, now);
            plain_step(enqueue);
        }
        plain_run(database, "COMMIT");

        plain_run(database, "BEGIN IMMEDIATE");
        int64_t count = 0;
        sqlite3_bind_int64(due, 1, now);
        sqlite3_bind_int64(due, 2, batch);
        while (sqlite3_step(due) == SQLITE_ROW) leased[count++] = sqlite3_column_int64(due, 0);
        sqlite3_reset(due);
        for (int64_t i = 0; i < count; i++) {
            sqlite3_bind_int64(lease, 1, now + 60000);
            sqlite3_bind_int64(lease, 2, leased[i]);
            plain_step(lease);
        }
        plain_run(database, "COMMIT");
        if (count != batch) die("queue", "not everything that was queued could be leased");

        plain_run(database, "BEGIN IMMEDIATE");
        for (int64_t i = 0; i < count; i++) {
            sqlite3_bind_int64(complete, 1, now);
            sqlite3_bind_int64(complete, 2, leased[i]);
            plain_step(complete);
        }
        plain_run(database, "COMMIT");
    }
    double seconds = plain_clock() - began;
    free(leased);
    plain_close(database);
    return seconds;
}
