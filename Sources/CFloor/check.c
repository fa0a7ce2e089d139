#include "cfloor.h"
#include "plain.h"

static double timed(sqlite3 *database, sqlite3_stmt *statement, int64_t (*breaches)(sqlite3_stmt *), int64_t *found) {
    double began = plain_clock();
    *found = breaches(statement);
    double seconds = plain_clock() - began;
    plain_close(database);
    return seconds;
}

static sqlite3 *open_to_read(const char *path) {
    sqlite3 *database;
    if (sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
        die(path, "cannot be opened");
    }
    plain_run(database, "PRAGMA cache_size = -16000");
    return database;
}

static int64_t compare(sqlite3_stmt *levels) {
    int64_t breaches = 0, out_of_step = 0;
    while (sqlite3_step(levels) == SQLITE_ROW) {
        int64_t on_hand = sqlite3_column_int64(levels, 2);
        int severity = sqlite3_column_int(levels, 6) != 1 || !sqlite3_column_int(levels, 7) ? 0
            : on_hand <= 0                                   ? 3
            : on_hand <= sqlite3_column_int64(levels, 4)     ? 2
            : on_hand <= sqlite3_column_int64(levels, 3)     ? 1
                                                             : 0;
        breaches += severity > 0;
        out_of_step += severity != sqlite3_column_int(levels, 5);
    }
    if (out_of_step > 0) die("check", "alerts are out of step with their levels: nothing is as it was set up");
    return breaches;
}

double cfloor_check_by_loop(const char *path, int64_t *breaches) {
    sqlite3 *database = open_to_read(path);
    sqlite3_stmt *levels = plain_prepare(
        database,
        "SELECT product_id, location_id, on_hand, low_at, critical_at, alert_severity, tracking, alerts_on FROM level");
    return timed(database, levels, compare, breaches);
}

static int64_t first_column(sqlite3_stmt *statement) {
    sqlite3_step(statement);
    return sqlite3_column_int64(statement, 0);
}

double cfloor_check_by_statement(const char *path, int64_t *breaches) {
    sqlite3 *database = open_to_read(path);
    sqlite3_stmt *statement = plain_prepare(
        database,
        "SELECT SUM(alert_severity > 0) FROM level WHERE alert_severity > 0 OR (tracking = 1 AND alerts_on = 1"
        " AND on_hand <= low_at)");
    return timed(database, statement, first_column, breaches);
}
