#ifndef PLAIN_H
#define PLAIN_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

/// Ends the process, saying what failed.
_Noreturn void die(const char *what, const char *why);

/// Opens a database with the settings that stockd's has: write-ahead log, synced at each commit.
sqlite3 *plain_open(const char *path);
/// Closes it with all that was prepared.
void plain_close(sqlite3 *database);
void plain_run(sqlite3 *database, const char *sql);
sqlite3_stmt *plain_prepare(sqlite3 *database, const char *sql);

/// Binds text without copying it: it must last until the statement has run.
void plain_text(sqlite3_stmt *statement, int position, const char *text, size_t size);
/// Runs a statement that gives no rows.
void plain_step(sqlite3_stmt *statement);

/// Seconds of a clock that only goes forward.
double plain_clock(void);
/// Milliseconds since 1970.
int64_t plain_now(void);

/// Tables of the same shape as stockd's.
extern const char plain_schema[];

/// Quantities are kept in 1/100,000 of a unit.
enum { unit = 100000 };

#endif
