#ifndef CSQLITE_SHIM_H
#define CSQLITE_SHIM_H

#include <sqlite3.h>

/// SQLITE_TRANSIENT, a cast that Swift doesn't import: SQLite copies the bytes before it returns.
static inline sqlite3_destructor_type csqlite_transient(void) { return SQLITE_TRANSIENT; }

/// sqlite3_db_config takes variable arguments, which Swift can't call.
static inline int csqlite_set_defensive(sqlite3 *database) {
    return sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
}

/// Codes that are expressions, which Swift doesn't import.
static const int csqlite_ioerr_write = SQLITE_IOERR_WRITE;

#endif
