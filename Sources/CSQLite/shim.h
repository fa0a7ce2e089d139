#ifndef CSQLITE_SHIM_H
#define CSQLITE_SHIM_H

#include <sqlite3.h>

/// SQLITE_TRANSIENT, a cast that Swift doesn't import: SQLite copies the bytes before it returns.
static inline sqlite3_destructor_type csqlite_transient(void) { return SQLITE_TRANSIENT; }

/// sqlite3_db_config takes variable arguments, which Swift can't call.
static inline int csqlite_set_defensive(sqlite3 *database) {
    return sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
}

/// Counting what SQLite allocates takes a lock for each piece of memory. To be called before anything else of SQLite's;
/// later it changes nothing.
static inline void csqlite_count_no_memory(void) { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

/// Codes that are expressions, which Swift doesn't import.
static const int csqlite_ioerr_write = SQLITE_IOERR_WRITE;

#endif
