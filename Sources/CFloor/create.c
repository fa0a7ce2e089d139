#include "cfloor.h"
#include "plain.h"

#include <stdio.h>
#include <string.h>

void cfloor_create(const char *path, int64_t products, int64_t locations, int64_t on_hand) {
    sqlite3 *database = plain_open(path);
    int64_t now = plain_now();
    plain_run(database, "BEGIN");
    plain_run(database, plain_schema);
    plain_run(database, "INSERT INTO tenant VALUES (1, 'default')");
    sqlite3_stmt *location = plain_prepare(database, "INSERT INTO location VALUES (?1, 1, ?2, 'UTC', NULL, ?3)");
    char name[64];
    for (int64_t i = 0; i < locations; i++) {
        sqlite3_bind_int64(location, 1, i + 1);
        plain_text(location, 2, name, (size_t)snprintf(name, sizeof name, "Store %lld", (long long)i));
        sqlite3_bind_int64(location, 3, now);
        plain_step(location);
    }
    sqlite3_finalize(location);
    sqlite3_stmt *product = plain_prepare(
        database, "INSERT INTO product (id, tenant_id, sku, name, category, created_at) VALUES (?, 1, ?, ?, ?, ?)");
    sqlite3_stmt *level = plain_prepare(
        database,
        "INSERT INTO level (product_id, location_id, on_hand, tracking, counted_at, low_at, critical_at, low_origin,"
        " critical_origin, alerts_on, rate_dependent, severity, known_since)"
        " VALUES (?1, ?2, ?3, 1, ?4, 500000, 100000, 7, 7, 1, 0, 0, ?4)");
    char sku[64], category[64];
    for (int64_t i = 0; i < products; i++) {
        sqlite3_bind_int64(product, 1, i + 1);
        plain_text(product, 2, sku, (size_t)snprintf(sku, sizeof sku, "SKU-%lld", (long long)i));
        plain_text(product, 3, name, (size_t)snprintf(name, sizeof name, "Product %lld", (long long)i));
        plain_text(product, 4, category, (size_t)snprintf(category, sizeof category, "Category %lld", (long long)(i % 20)));
        sqlite3_bind_int64(product, 5, now);
        plain_step(product);
        for (int64_t j = 0; j < locations; j++) {
            sqlite3_bind_int64(level, 1, i + 1);
            sqlite3_bind_int64(level, 2, j + 1);
            sqlite3_bind_int64(level, 3, on_hand * unit);
            sqlite3_bind_int64(level, 4, now);
            plain_step(level);
        }
    }
    plain_run(database, "COMMIT");
    plain_run(database, "PRAGMA wal_checkpoint(TRUNCATE)");
    plain_close(database);
}
