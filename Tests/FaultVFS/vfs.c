#include "handle.h"

#include <stdlib.h>
#include <string.h>

/// What was the default before, and takes all paths that no disk has.
static sqlite3_vfs *real;

static fault_handle *entered(sqlite3_file *base) {
    fault_handle *handle = (fault_handle *)base;
    pthread_mutex_lock(&handle->disk->mutex);
    return handle;
}

static int left(fault_handle *handle, int code) {
    pthread_mutex_unlock(&handle->disk->mutex);
    return code;
}

static int fault_close(sqlite3_file *base) {
    fault_memory_unmap(base, 0);
    fault_unlock(base, SQLITE_LOCK_NONE);
    fault_handle *handle = entered(base);
    fault_file_release(handle->file);
    (void)left(handle, SQLITE_OK);
    fault_disk_release(handle->disk);
    return SQLITE_OK;
}

static int fault_read(sqlite3_file *base, void *buffer, int amount, sqlite3_int64 offset) {
    fault_handle *handle = entered(base);
    const contents *seen = &handle->file->seen;
    int code;
    verdict verdict = fault_disk_judge(handle->disk, FAULT_READ, &code);
    if (verdict == IS_OFF) return left(handle, SQLITE_IOERR_READ);
    int64_t there = seen->size - offset;
    if (there < 0) there = 0;
    if (there > amount) there = amount;
    if (verdict == FAILS) {
        if (code != SQLITE_IOERR_SHORT_READ) return left(handle, code);
        there = (int64_t)fault_random_below(&handle->disk->random, (uint64_t)there);
        // In the midst of a database SQLite's own VFS reads on until nothing comes, which is a failure.
        if (handle->is_database) {
            memcpy(buffer, seen->bytes + offset, (size_t)there);
            return left(handle, SQLITE_IOERR_READ);
        }
    }
    if (there > 0) memcpy(buffer, seen->bytes + offset, (size_t)there);
    if (there == amount) return left(handle, SQLITE_OK);
    // SQLite relies on the zeros.
    memset((char *)buffer + there, 0, (size_t)(amount - there));
    return left(handle, SQLITE_IOERR_SHORT_READ);
}

static int fault_write(sqlite3_file *base, const void *bytes, int amount, sqlite3_int64 offset) {
    fault_handle *handle = entered(base);
    int code;
    // SQLite's own VFS takes so much for a full disk.
    if (amount > 0x1FFFF) return left(handle, SQLITE_FULL);
    switch (fault_disk_judge(handle->disk, FAULT_WRITE, &code)) {
    case IS_OFF: return left(handle, SQLITE_IOERR_WRITE);
    case FAILS: {
        int part = (int)fault_random_below(&handle->disk->random, (uint64_t)amount);
        fault_file_change(handle->file, offset, bytes, part);
        return left(handle, code);
    }
    case IS_CUT: code = SQLITE_IOERR_WRITE; break;
    case PROCEEDS: break;
    }
    fault_file_change(handle->file, offset, bytes, amount);
    return left(handle, code);
}

static int fault_truncate(sqlite3_file *base, sqlite3_int64 size) {
    fault_handle *handle = entered(base);
    int code;
    verdict verdict = fault_disk_judge(handle->disk, FAULT_TRUNCATE, &code);
    if (verdict == PROCEEDS || verdict == IS_CUT) fault_file_change(handle->file, size, NULL, 0);
    return left(handle, verdict == IS_CUT || verdict == IS_OFF ? SQLITE_IOERR_TRUNCATE : code);
}

static int fault_sync(sqlite3_file *base, int flags) {
    (void)flags;
    fault_handle *handle = entered(base);
    int code;
    switch (fault_disk_judge(handle->disk, FAULT_SYNC, &code)) {
    case IS_OFF: case IS_CUT: return left(handle, SQLITE_IOERR_FSYNC);
    case FAILS:
        fault_file_fail_sync(handle->file, &handle->disk->random);
        return left(handle, code);
    case PROCEEDS: break;
    }
    if (handle->disk->ignores_syncs) return left(handle, SQLITE_OK);
    fault_file_sync(handle->file);
    if (handle->syncs_names) fault_disk_sync_names(handle->disk);
    handle->syncs_names = false;
    return left(handle, SQLITE_OK);
}

static int fault_size(sqlite3_file *base, sqlite3_int64 *size) {
    fault_handle *handle = entered(base);
    *size = handle->file->seen.size;
    return left(handle, handle->disk->cut ? SQLITE_IOERR_FSTAT : SQLITE_OK);
}

static int fault_control(sqlite3_file *base, int operation, void *argument) {
    (void)base, (void)operation, (void)argument;
    return SQLITE_NOTFOUND;
}

static int fault_sector_size(sqlite3_file *base) {
    (void)base;
    return 4096;
}

static int fault_characteristics(sqlite3_file *base) {
    (void)base;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = fault_close,
    .xRead = fault_read,
    .xWrite = fault_write,
    .xTruncate = fault_truncate,
    .xSync = fault_sync,
    .xFileSize = fault_size,
    .xLock = fault_lock,
    .xUnlock = fault_unlock,
    .xCheckReservedLock = fault_check_reserved,
    .xFileControl = fault_control,
    .xSectorSize = fault_sector_size,
    .xDeviceCharacteristics = fault_characteristics,
    .xShmMap = fault_memory_map,
    .xShmLock = fault_memory_lock,
    .xShmBarrier = fault_memory_barrier,
    .xShmUnmap = fault_memory_unmap,
};

static int open_on(fault_disk *disk, const char *name, fault_handle *handle, int flags) {
    int code;
    switch (fault_disk_judge(disk, FAULT_OPEN, &code)) {
    case IS_OFF: case IS_CUT: return SQLITE_CANTOPEN;
    case FAILS: return code;
    case PROCEEDS: break;
    }
    fault_file *file = names_find(&disk->seen, name);
    if (file != NULL) {
        file->references++;
    } else if ((flags & SQLITE_OPEN_CREATE) != 0) {
        file = fault_file_create();
        fault_disk_link(disk, name, file);
    } else {
        return SQLITE_CANTOPEN;
    }
    int beside = SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL;
    *handle = (fault_handle){
        .base = {.pMethods = &methods},
        .disk = disk,
        .file = file,
        .is_database = (flags & SQLITE_OPEN_MAIN_DB) != 0,
        .syncs_names = (flags & SQLITE_OPEN_CREATE) != 0 && (flags & beside) != 0,
    };
    return SQLITE_OK;
}

static int fault_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *base, int flags, int *opened) {
    (void)vfs;
    const char *name;
    fault_disk *disk = path == NULL ? NULL : fault_disk_of(path, &name);
    if (disk == NULL) return real->xOpen(real, path, base, flags, opened);
    base->pMethods = NULL;
    pthread_mutex_lock(&disk->mutex);
    int code = open_on(disk, name, (fault_handle *)base, flags);
    pthread_mutex_unlock(&disk->mutex);
    // An open handle keeps the disk.
    if (code != SQLITE_OK) fault_disk_release(disk);
    if (opened != NULL) *opened = flags;
    return code;
}

static int fault_delete(sqlite3_vfs *vfs, const char *path, int syncs_directory) {
    (void)vfs;
    const char *name;
    fault_disk *disk = fault_disk_of(path, &name);
    if (disk == NULL) return real->xDelete(real, path, syncs_directory);
    pthread_mutex_lock(&disk->mutex);
    int code;
    verdict verdict = fault_disk_judge(disk, FAULT_DELETE, &code);
    if (verdict == PROCEEDS || verdict == IS_CUT) {
        if (names_find(&disk->seen, name) == NULL) {
            code = SQLITE_IOERR_DELETE_NOENT;
        } else {
            fault_disk_link(disk, name, NULL);
            if (syncs_directory && verdict == PROCEEDS && !disk->ignores_syncs) fault_disk_sync_names(disk);
        }
    }
    pthread_mutex_unlock(&disk->mutex);
    fault_disk_release(disk);
    return verdict == IS_CUT || verdict == IS_OFF ? SQLITE_IOERR_DELETE : code;
}

static int fault_access(sqlite3_vfs *vfs, const char *path, int flags, int *result) {
    (void)vfs;
    const char *name;
    fault_disk *disk = fault_disk_of(path, &name);
    if (disk == NULL) return real->xAccess(real, path, flags, result);
    pthread_mutex_lock(&disk->mutex);
    const fault_file *file = names_find(&disk->seen, name);
    // To SQLite's own VFS an empty file does not exist either.
    *result = file != NULL && (flags != SQLITE_ACCESS_EXISTS || file->seen.size > 0);
    int code = disk->cut ? SQLITE_IOERR_ACCESS : SQLITE_OK;
    pthread_mutex_unlock(&disk->mutex);
    fault_disk_release(disk);
    return code;
}

static int fault_full_path(sqlite3_vfs *vfs, const char *path, int size, char *full) {
    (void)vfs;
    return real->xFullPathname(real, path, size, full);
}

static sqlite3_vfs fault_vfs;
static int installed;

static void install(void) {
    // As the store does, which may be opened in this process afterwards.
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    installed = sqlite3_initialize();
    if (installed != SQLITE_OK) return;
    real = sqlite3_vfs_find(NULL);
    // What is not about files is the real one's, which looks at nothing of the structure that it is called with.
    fault_vfs = *real;
    fault_vfs.zName = "fault";
    fault_vfs.pNext = NULL;
    if (fault_vfs.szOsFile < (int)sizeof(fault_handle)) fault_vfs.szOsFile = (int)sizeof(fault_handle);
    fault_vfs.xOpen = fault_open;
    fault_vfs.xDelete = fault_delete;
    fault_vfs.xAccess = fault_access;
    fault_vfs.xFullPathname = fault_full_path;
    installed = sqlite3_vfs_register(&fault_vfs, 1);
}

int fault_vfs_install(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, install);
    return installed;
}
