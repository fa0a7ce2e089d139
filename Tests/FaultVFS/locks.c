#include "handle.h"

#include <stdlib.h>

static fault_handle *entered(sqlite3_file *base) {
    fault_handle *handle = (fault_handle *)base;
    pthread_mutex_lock(&handle->disk->mutex);
    return handle;
}

static int left(fault_handle *handle, int code) {
    pthread_mutex_unlock(&handle->disk->mutex);
    return code;
}

static bool taken(const fault_handle *owner, const fault_handle *handle) { return owner != NULL && owner != handle; }

int fault_lock(sqlite3_file *base, int level) {
    fault_handle *handle = entered(base);
    fault_file *file = handle->file;
    if (handle->lock >= level) return left(handle, SQLITE_OK);
    if (handle->lock == SQLITE_LOCK_NONE) {
        if (taken(file->pending, handle) || taken(file->exclusive, handle)) return left(handle, SQLITE_BUSY);
        file->shared++;
        handle->lock = SQLITE_LOCK_SHARED;
    }
    if (level >= SQLITE_LOCK_RESERVED && handle->lock < SQLITE_LOCK_RESERVED) {
        if (taken(file->reserved, handle)) return left(handle, SQLITE_BUSY);
        file->reserved = handle;
        handle->lock = SQLITE_LOCK_RESERVED;
    }
    if (level == SQLITE_LOCK_EXCLUSIVE) {
        if (taken(file->pending, handle)) return left(handle, SQLITE_BUSY);
        file->pending = handle;
        handle->lock = SQLITE_LOCK_PENDING;
        if (file->shared > 1) return left(handle, SQLITE_BUSY);
        file->exclusive = handle;
        handle->lock = SQLITE_LOCK_EXCLUSIVE;
    }
    return left(handle, SQLITE_OK);
}

int fault_unlock(sqlite3_file *base, int level) {
    fault_handle *handle = entered(base);
    fault_file *file = handle->file;
    if (handle->lock <= level) return left(handle, SQLITE_OK);
    if (file->exclusive == handle) file->exclusive = NULL;
    if (file->pending == handle) file->pending = NULL;
    if (file->reserved == handle) file->reserved = NULL;
    if (level == SQLITE_LOCK_NONE) file->shared--;
    handle->lock = level;
    return left(handle, SQLITE_OK);
}

int fault_check_reserved(sqlite3_file *base, int *reserved) {
    fault_handle *handle = entered(base);
    *reserved = handle->file->reserved != NULL;
    return left(handle, SQLITE_OK);
}

int fault_memory_map(sqlite3_file *base, int region, int size, int extend, void volatile **memory) {
    fault_handle *handle = entered(base);
    fault_file *file = handle->file;
    *memory = NULL;
    if (!handle->uses_memory) {
        handle->uses_memory = true;
        file->memory_users++;
    }
    if (region >= file->region_count) {
        if (!extend) return left(handle, SQLITE_OK);
        int code;
        if (fault_disk_judge(handle->disk, FAULT_MEMORY, &code) != PROCEEDS) return left(handle, code);
        file->regions = realloc(file->regions, (size_t)(region + 1) * sizeof *file->regions);
        if (file->regions == NULL) abort();
        while (file->region_count <= region) {
            void *fresh = calloc(1, (size_t)size);
            if (fresh == NULL) abort();
            file->regions[file->region_count++] = fresh;
        }
    }
    *memory = file->regions[region];
    return left(handle, SQLITE_OK);
}

static int memory_lock(fault_handle *handle, int slot, bool exclusive) {
    fault_file *file = handle->file;
    unsigned bit = 1u << slot;
    if (taken(file->memory_exclusive[slot], handle)) return SQLITE_BUSY;
    if (!exclusive) {
        if ((handle->memory_shared & bit) == 0) file->memory_shared[slot]++;
        handle->memory_shared |= bit;
        return SQLITE_OK;
    }
    int others = file->memory_shared[slot] - ((handle->memory_shared & bit) != 0);
    if (others > 0) return SQLITE_BUSY;
    file->memory_exclusive[slot] = handle;
    handle->memory_exclusive |= bit;
    return SQLITE_OK;
}

static void memory_unlock(fault_handle *handle, int slot) {
    fault_file *file = handle->file;
    unsigned bit = 1u << slot;
    if ((handle->memory_shared & bit) != 0) file->memory_shared[slot]--;
    if (file->memory_exclusive[slot] == handle) file->memory_exclusive[slot] = NULL;
    handle->memory_shared &= ~bit;
    handle->memory_exclusive &= ~bit;
}

int fault_memory_lock(sqlite3_file *base, int offset, int count, int flags) {
    fault_handle *handle = entered(base);
    for (int slot = offset; slot < offset + count; slot++) {
        if ((flags & SQLITE_SHM_UNLOCK) != 0) {
            memory_unlock(handle, slot);
            continue;
        }
        int code = memory_lock(handle, slot, (flags & SQLITE_SHM_EXCLUSIVE) != 0);
        if (code == SQLITE_OK) continue;
        // All of them or none.
        while (slot-- > offset) memory_unlock(handle, slot);
        return left(handle, code);
    }
    return left(handle, SQLITE_OK);
}

void fault_memory_barrier(sqlite3_file *base) {
    (void)entered(base);
    (void)left((fault_handle *)base, SQLITE_OK);
}

int fault_memory_unmap(sqlite3_file *base, int deletes) {
    (void)deletes;
    fault_handle *handle = entered(base);
    fault_file *file = handle->file;
    if (!handle->uses_memory) return left(handle, SQLITE_OK);
    for (int slot = 0; slot < SQLITE_SHM_NLOCK; slot++) memory_unlock(handle, slot);
    handle->uses_memory = false;
    // The next to come finds nothing of it, and reads the log again.
    if (--file->memory_users == 0) {
        for (int i = 0; i < file->region_count; i++) free(file->regions[i]);
        free(file->regions);
        file->regions = NULL;
        file->region_count = 0;
    }
    return left(handle, SQLITE_OK);
}
