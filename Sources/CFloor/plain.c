#define _GNU_SOURCE
#include "plain.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

void die(const char *what, const char *why) {
    fprintf(stderr, "floor: %s: %s\n", what, why);
    exit(1);
}

sqlite3 *plain_open(const char *path) {
    sqlite3 *database;
    if (sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
        die(path, "cannot be opened");
    }
    sqlite3_busy_timeout(database, 5000);
    plain_run(
        database,
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000");
    return database;
}

void plain_close(sqlite3 *database) {
    sqlite3_stmt *statement;
    while ((statement = sqlite3_next_stmt(database, NULL))) sqlite3_finalize(statement);
    if (sqlite3_close(database) != SQLITE_OK) die("close", sqlite3_errmsg(database));
}

void plain_run(sqlite3 *database, const char *sql) {
    if (sqlite3_exec(database, sql, NULL, NULL, NULL) != SQLITE_OK) die(sql, sqlite3_errmsg(database));
}

sqlite3_stmt *plain_prepare(sqlite3 *database, const char *sql) {
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK) {
        die(sql, sqlite3_errmsg(database));
    }
    return statement;
}

void plain_text(sqlite3_stmt *statement, int position, const char *text, size_t size) {
    sqlite3_bind_text(statement, position, text, (int)size, SQLITE_STATIC);
}

void plain_step(sqlite3_stmt *statement) {
    int code = sqlite3_step(statement);
    if (code != SQLITE_DONE && code != SQLITE_ROW) die(sqlite3_sql(statement), sqlite3_errmsg(sqlite3_db_handle(statement)));
    sqlite3_reset(statement);
}

double plain_clock(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int64_t plain_now(void) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}
