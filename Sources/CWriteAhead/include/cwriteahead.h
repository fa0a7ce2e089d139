#ifndef CWRITEAHEAD_H
#define CWRITEAHEAD_H

/// The name of a VFS that is what is now the default one, but for write-ahead logs: of those it gathers what is appended,
/// and writes it in one piece when it is synced or read. SQLite itself writes each page in two, and a commit touches ten of
/// them. Others see only what was synced, so that whoever writes must have `PRAGMA synchronous = FULL`. NULL: no memory.
const char *cwriteahead_vfs(void);

#endif
