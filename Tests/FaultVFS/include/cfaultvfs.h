#ifndef CFAULTVFS_H
#define CFAULTVFS_H

#include <stdbool.h>
#include <stdint.h>

/// A disk in memory on which SQLite keeps every file of one directory, and which loses power and fails on command.
///
/// Each file has what is on the platter, as of its last sync, what a reader sees, and the changes between the two in
/// order. Names are kept in the same way: a file made or removed is so for certain once its directory is synced.
/// What SQLite relies on is kept (sqlite.org/atomiccommit.html): what was synced stays, and a write that is cut
/// damages no byte outside of its own range (SQLITE_IOCAP_POWERSAFE_OVERWRITE, as on the real disk).
typedef struct fault_disk fault_disk;

/// Kinds of calls that can fail; a set of them is their sum.
enum {
    FAULT_READ = 1,
    FAULT_WRITE = 2,
    FAULT_SYNC = 4,
    FAULT_TRUNCATE = 8,
    FAULT_DELETE = 16,
    FAULT_OPEN = 32,
    /// A further part of the shared memory that the connections' index of the log takes.
    FAULT_MEMORY = 64,
};

/// How they fail.
typedef enum {
    /// An I/O error.
    FAULT_AS_BROKEN,
    /// No space is left.
    FAULT_AS_FULL,
    /// A read gives less than was asked for.
    FAULT_AS_SHORT,
} fault_manner;

/// Makes the faulty VFS the default of this process, in front of the one that was. Paths outside of the directories of
/// disks go through to that. Returns an SQLite code; a second call changes nothing.
int fault_vfs_install(void);

/// An empty disk for the files of `directory`, which exists. NULL: it does not.
fault_disk *fault_disk_create(const char *directory);

/// The disk as the next process finds it after this one was killed: everything written is there, synced or not.
fault_disk *fault_disk_after_kill(fault_disk *disk, const char *directory);

/// The disk as it is when power comes back. What was not synced has reached the platter or not, in any order, some of
/// it in part, as the seed has it.
fault_disk *fault_disk_after_cut(fault_disk *disk, const char *directory, uint64_t seed);

/// No path leads to the disk any more. What is still open stays usable until it is closed.
void fault_disk_remove(fault_disk *disk);

/// Writes, syncs, truncations and deletions so far.
int64_t fault_disk_changes(fault_disk *disk);

/// Power goes in the middle of the `nth` such call from now (1: the next), and every later call fails. 0: now.
void fault_disk_cut(fault_disk *disk, int64_t nth);
bool fault_disk_is_cut(fault_disk *disk);

/// The `nth` call of `kinds` from now fails in that manner, `lasting`: and all after it, until healed.
/// A write that fails has written a part. Of a sync that fails some writes have reached the platter, and the rest are
/// lost to it although readers see them, as Linux has it: a later sync that succeeds does not bring them back.
void fault_disk_fail(fault_disk *disk, int kinds, int64_t nth, bool lasting, fault_manner manner);
void fault_disk_heal(fault_disk *disk);
/// Calls that failed since the last `fault_disk_fail`.
int64_t fault_disk_failures(fault_disk *disk);

/// Syncs say that they succeed, and do nothing.
void fault_disk_ignore_syncs(fault_disk *disk, bool ignore);

/// What a reader sees of a file: its size, -1 where there is none.
int64_t fault_disk_size(fault_disk *disk, const char *name);

#endif
