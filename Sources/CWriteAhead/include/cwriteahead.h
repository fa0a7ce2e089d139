#ifndef CWRITEAHEAD_H
#define CWRITEAHEAD_H

#include <sqlite3.h>

/// The name of a VFS that is what is now the default one, but that its write-ahead logs can gather. NULL: no memory.
const char *cwriteahead_vfs(void);

/// Lets a log that this VFS has opened gather what is appended to it, to be written in one piece when it is synced: SQLite
/// writes each page in two, and a commit touches ten of them. Returns an SQLite code.
///
/// To be called only where nothing is appended that is not synced before anybody else may read it, nor before its commit:
/// the connection has `PRAGMA synchronous = FULL` and `cache_spill = OFF`, and the database's file is
/// SQLITE_IOCAP_POWERSAFE_OVERWRITE, or SQLite pads what it has synced.
int cwriteahead_gather(sqlite3_file *log);

#endif
