#ifndef FAULT_HANDLE_H
#define FAULT_HANDLE_H

#include "disk.h"

/// An open file of a disk, as SQLite holds it.
struct fault_handle {
    sqlite3_file base;
    fault_disk *disk;
    fault_file *file;
    bool is_database;
    /// The first sync syncs the directory as well, as SQLite's own VFS does for the files it makes beside a database.
    bool syncs_names;
    int lock;
    unsigned memory_shared;
    unsigned memory_exclusive;
    bool uses_memory;
};

int fault_lock(sqlite3_file *base, int level);
int fault_unlock(sqlite3_file *base, int level);
int fault_check_reserved(sqlite3_file *base, int *reserved);

int fault_memory_map(sqlite3_file *base, int region, int size, int extend, void volatile **memory);
int fault_memory_lock(sqlite3_file *base, int offset, int count, int flags);
void fault_memory_barrier(sqlite3_file *base);
int fault_memory_unmap(sqlite3_file *base, int deletes);

#endif
