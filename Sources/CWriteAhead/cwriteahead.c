#include "cwriteahead.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/// Of most commits the whole. SQLite's own files write less than twice as much at a time, and take more for a full disk.
enum { CAPACITY = 1 << 16 };

/// A log, with what is yet to be written to it. The file that it stands for comes behind it.
typedef struct {
    sqlite3_file base;
    /// NULL: it does not gather.
    char *gathered;
    int size;
    sqlite3_int64 offset;
} log_file;

static sqlite3_file *file_of(sqlite3_file *base) { return (sqlite3_file *)((log_file *)base + 1); }

/// What can't be written is given up, and with it the commit that it was a part of.
static int write_gathered(sqlite3_file *base) {
    log_file *log = (log_file *)base;
    int size = log->size;
    log->size = 0;
    return size == 0 ? SQLITE_OK : file_of(base)->pMethods->xWrite(file_of(base), log->gathered, size, log->offset);
}

static int log_write(sqlite3_file *base, const void *bytes, int amount, sqlite3_int64 offset) {
    log_file *log = (log_file *)base;
    if (log->size > 0 && (offset != log->offset + log->size || amount > CAPACITY - log->size)) {
        int code = write_gathered(base);
        if (code != SQLITE_OK) return code;
    }
    if (log->gathered == NULL || amount > CAPACITY) return file_of(base)->pMethods->xWrite(file_of(base), bytes, amount, offset);
    if (log->size == 0) log->offset = offset;
    memcpy(log->gathered + log->size, bytes, (size_t)amount);
    log->size += amount;
    return SQLITE_OK;
}

static int log_read(sqlite3_file *base, void *buffer, int amount, sqlite3_int64 offset) {
    int code = write_gathered(base);
    return code != SQLITE_OK ? code : file_of(base)->pMethods->xRead(file_of(base), buffer, amount, offset);
}

static int log_truncate(sqlite3_file *base, sqlite3_int64 size) {
    int code = write_gathered(base);
    return code != SQLITE_OK ? code : file_of(base)->pMethods->xTruncate(file_of(base), size);
}

static int log_sync(sqlite3_file *base, int flags) {
    int code = write_gathered(base);
    return code != SQLITE_OK ? code : file_of(base)->pMethods->xSync(file_of(base), flags);
}

static int log_size(sqlite3_file *base, sqlite3_int64 *size) {
    int code = write_gathered(base);
    return code != SQLITE_OK ? code : file_of(base)->pMethods->xFileSize(file_of(base), size);
}

static int log_close(sqlite3_file *base) {
    int written = write_gathered(base);
    free(((log_file *)base)->gathered);
    int closed = file_of(base)->pMethods->xClose(file_of(base));
    return written != SQLITE_OK ? written : closed;
}

static int log_lock(sqlite3_file *base, int level) { return file_of(base)->pMethods->xLock(file_of(base), level); }

static int log_unlock(sqlite3_file *base, int level) { return file_of(base)->pMethods->xUnlock(file_of(base), level); }

static int log_check_reserved(sqlite3_file *base, int *result) {
    return file_of(base)->pMethods->xCheckReservedLock(file_of(base), result);
}

static int log_control(sqlite3_file *base, int operation, void *argument) {
    return file_of(base)->pMethods->xFileControl(file_of(base), operation, argument);
}

static int log_sector_size(sqlite3_file *base) { return file_of(base)->pMethods->xSectorSize(file_of(base)); }

static int log_characteristics(sqlite3_file *base) {
    return file_of(base)->pMethods->xDeviceCharacteristics(file_of(base));
}

static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = log_close,
    .xRead = log_read,
    .xWrite = log_write,
    .xTruncate = log_truncate,
    .xSync = log_sync,
    .xFileSize = log_size,
    .xLock = log_lock,
    .xUnlock = log_unlock,
    .xCheckReservedLock = log_check_reserved,
    .xFileControl = log_control,
    .xSectorSize = log_sector_size,
    .xDeviceCharacteristics = log_characteristics,
};

/// In front of what was the default when it was made.
typedef struct {
    sqlite3_vfs base;
    sqlite3_vfs *real;
} log_vfs;

static int open_file(sqlite3_vfs *vfs, const char *path, sqlite3_file *base, int flags, int *opened) {
    sqlite3_vfs *real = ((log_vfs *)vfs)->real;
    if ((flags & SQLITE_OPEN_WAL) == 0) return real->xOpen(real, path, base, flags, opened);
    *(log_file *)base = (log_file){0};
    int code = real->xOpen(real, path, file_of(base), flags, opened);
    if (code == SQLITE_OK) base->pMethods = &methods;
    return code;
}

static log_vfs *create(sqlite3_vfs *real) {
    log_vfs *vfs = malloc(sizeof *vfs);
    if (vfs == NULL) return NULL;
    // What is not about opening is the real one's, which looks at nothing of the structure that it is called with.
    *vfs = (log_vfs){.base = *real, .real = real};
    vfs->base.zName = "write-ahead";
    vfs->base.pNext = NULL;
    vfs->base.szOsFile += (int)sizeof(log_file);
    vfs->base.xOpen = open_file;
    return vfs;
}

const char *cwriteahead_vfs(void) {
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    static log_vfs *newest;
    pthread_mutex_lock(&mutex);
    sqlite3_vfs *real = sqlite3_vfs_find(NULL);
    if (real != NULL && (newest == NULL || newest->real != real)) {
        log_vfs *former = newest;
        newest = create(real);
        if (newest != NULL) sqlite3_vfs_register(&newest->base, 0);
        // Connections that were made by it keep it.
        if (former != NULL) sqlite3_vfs_unregister(&former->base);
    }
    const char *name = newest == NULL ? NULL : newest->base.zName;
    pthread_mutex_unlock(&mutex);
    return name;
}

int cwriteahead_gather(sqlite3_file *log) {
    if (log->pMethods != &methods) return SQLITE_MISUSE;
    log_file *file = (log_file *)log;
    if (file->gathered == NULL) file->gathered = malloc(CAPACITY);
    return file->gathered == NULL ? SQLITE_NOMEM : SQLITE_OK;
}
