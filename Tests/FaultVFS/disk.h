#ifndef FAULT_DISK_H
#define FAULT_DISK_H

#include "cfaultvfs.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stddef.h>

typedef struct {
    unsigned char *bytes;
    int64_t size;
    int64_t capacity;
} contents;

/// A write, or a truncation to `offset` where `bytes` is NULL.
typedef struct {
    int64_t offset;
    int64_t length;
    unsigned char *bytes;
} change;

typedef struct fault_handle fault_handle;

typedef struct {
    int references;
    contents seen;
    contents platter;
    change *unsynced;
    size_t unsynced_count;
    size_t unsynced_capacity;

    /// Locks on the database, as connections hold them.
    int shared;
    fault_handle *reserved;
    fault_handle *pending;
    fault_handle *exclusive;

    /// The shared memory beside it. It is rebuilt after a cut, so that no platter has it.
    void **regions;
    int region_count;
    int memory_users;
    int memory_shared[SQLITE_SHM_NLOCK];
    fault_handle *memory_exclusive[SQLITE_SHM_NLOCK];
} fault_file;

/// What a name leads to; NULL: nothing.
typedef struct {
    char *name;
    fault_file *file;
} entry;

typedef struct {
    entry *entries;
    size_t count;
    size_t capacity;
} names;

struct fault_disk {
    pthread_mutex_t mutex;
    int references;
    char *directory;
    fault_disk *next;

    names seen;
    names platter;
    names unsynced;

    int64_t changes;
    int64_t cut_at;
    bool cut;
    bool ignores_syncs;
    uint64_t random;

    int failing;
    int64_t countdown;
    bool lasting;
    fault_manner manner;
    int64_t failures;
};

/// What becomes of a call.
typedef enum { PROCEEDS, FAILS, IS_CUT, IS_OFF } verdict;

/// The disk that holds `path`, and the name of the file on it, retained; NULL: none does.
fault_disk *fault_disk_of(const char *path, const char **name);
void fault_disk_retain(fault_disk *disk);
void fault_disk_release(fault_disk *disk);

/// The rest is called with the disk's mutex held.
verdict fault_disk_judge(fault_disk *disk, int kind, int *code);
uint64_t fault_random_below(uint64_t *state, uint64_t bound);

fault_file *names_find(const names *table, const char *name);
void fault_disk_link(fault_disk *disk, const char *name, fault_file *file);
void fault_disk_sync_names(fault_disk *disk);

fault_file *fault_file_create(void);
void fault_file_release(fault_file *file);
void fault_file_change(fault_file *file, int64_t offset, const void *bytes, int64_t length);
void fault_file_sync(fault_file *file);
void fault_file_fail_sync(fault_file *file, uint64_t *random);
fault_file *fault_file_copy(const fault_file *file);
/// What is left of it when power comes back.
fault_file *fault_file_survivor(const fault_file *file, uint64_t *random);

#endif
