#include "disk.h"

#include <stdlib.h>
#include <string.h>

static pthread_mutex_t registry = PTHREAD_MUTEX_INITIALIZER;
static fault_disk *disks;

/// SplitMix64 (Steele, Lea & Flood 2014).
static uint64_t random_next(uint64_t *state) {
    uint64_t z = (*state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

uint64_t fault_random_below(uint64_t *state, uint64_t bound) { return bound == 0 ? 0 : random_next(state) % bound; }

static void names_append(names *table, const char *name, fault_file *file) {
    if (table->count == table->capacity) {
        table->capacity = table->capacity * 2 + 4;
        table->entries = realloc(table->entries, table->capacity * sizeof *table->entries);
        if (table->entries == NULL) abort();
    }
    if (file != NULL) file->references++;
    table->entries[table->count++] = (entry){.name = strdup(name), .file = file};
}

static void names_clear(names *table) {
    for (size_t i = 0; i < table->count; i++) {
        free(table->entries[i].name);
        if (table->entries[i].file != NULL) fault_file_release(table->entries[i].file);
    }
    table->count = 0;
}

fault_file *names_find(const names *table, const char *name) {
    for (size_t i = 0; i < table->count; i++) {
        if (strcmp(table->entries[i].name, name) == 0) return table->entries[i].file;
    }
    return NULL;
}

static void names_set(names *table, const char *name, fault_file *file) {
    for (size_t i = 0; i < table->count; i++) {
        entry *found = &table->entries[i];
        if (strcmp(found->name, name) != 0) continue;
        if (file != NULL) file->references++;
        if (found->file != NULL) fault_file_release(found->file);
        found->file = file;
        return;
    }
    names_append(table, name, file);
}

void fault_disk_link(fault_disk *disk, const char *name, fault_file *file) {
    names_append(&disk->unsynced, name, file);
    names_set(&disk->seen, name, file);
}

void fault_disk_sync_names(fault_disk *disk) {
    for (size_t i = 0; i < disk->unsynced.count; i++) {
        names_set(&disk->platter, disk->unsynced.entries[i].name, disk->unsynced.entries[i].file);
    }
    names_clear(&disk->unsynced);
}

static fault_disk *disk_create(const char *directory) {
    char *whole = realpath(directory, NULL);
    if (whole == NULL) return NULL;
    fault_disk *disk = calloc(1, sizeof *disk);
    if (disk == NULL) abort();
    disk->references = 1;
    disk->directory = whole;
    pthread_mutex_init(&disk->mutex, NULL);
    return disk;
}

static fault_disk *registered(fault_disk *disk) {
    pthread_mutex_lock(&registry);
    disk->next = disks;
    disks = disk;
    pthread_mutex_unlock(&registry);
    return disk;
}

fault_disk *fault_disk_create(const char *directory) {
    fault_disk *disk = disk_create(directory);
    return disk == NULL ? NULL : registered(disk);
}

fault_disk *fault_disk_after_kill(fault_disk *disk, const char *directory) {
    fault_disk *next = disk_create(directory);
    if (next == NULL) return NULL;
    pthread_mutex_lock(&disk->mutex);
    next->random = disk->random;
    for (size_t i = 0; i < disk->seen.count; i++) {
        if (disk->seen.entries[i].file == NULL) continue;
        fault_file *file = fault_file_copy(disk->seen.entries[i].file);
        const char *name = disk->seen.entries[i].name;
        if (names_find(&disk->platter, name) == disk->seen.entries[i].file) {
            names_set(&next->seen, name, file);
            names_set(&next->platter, name, file);
        } else {
            fault_disk_link(next, name, file);
        }
        fault_file_release(file);
    }
    pthread_mutex_unlock(&disk->mutex);
    return registered(next);
}

fault_disk *fault_disk_after_cut(fault_disk *disk, const char *directory, uint64_t seed) {
    fault_disk *next = disk_create(directory);
    if (next == NULL) return NULL;
    pthread_mutex_lock(&disk->mutex);
    next->random = seed;
    // What each name leads to: as of any of the changes since the directory was synced.
    names kept = {0};
    for (size_t i = 0; i < disk->platter.count; i++) {
        names_set(&kept, disk->platter.entries[i].name, disk->platter.entries[i].file);
    }
    names stopped = {0};
    for (size_t i = 0; i < disk->unsynced.count; i++) {
        const entry *made = &disk->unsynced.entries[i];
        bool arrives = true;
        for (size_t j = 0; j < stopped.count; j++) arrives = arrives && strcmp(stopped.entries[j].name, made->name) != 0;
        if (arrives && fault_random_below(&next->random, 3) == 0) {
            names_append(&stopped, made->name, NULL);
            arrives = false;
        }
        if (arrives) names_set(&kept, made->name, made->file);
    }
    for (size_t i = 0; i < kept.count; i++) {
        if (kept.entries[i].file == NULL) continue;
        fault_file *file = fault_file_survivor(kept.entries[i].file, &next->random);
        names_set(&next->seen, kept.entries[i].name, file);
        names_set(&next->platter, kept.entries[i].name, file);
        fault_file_release(file);
    }
    names_clear(&kept);
    free(kept.entries);
    names_clear(&stopped);
    free(stopped.entries);
    pthread_mutex_unlock(&disk->mutex);
    return registered(next);
}

void fault_disk_retain(fault_disk *disk) {
    pthread_mutex_lock(&registry);
    disk->references++;
    pthread_mutex_unlock(&registry);
}

void fault_disk_release(fault_disk *disk) {
    pthread_mutex_lock(&registry);
    bool last = --disk->references == 0;
    pthread_mutex_unlock(&registry);
    if (!last) return;
    names *tables[] = {&disk->seen, &disk->platter, &disk->unsynced};
    for (size_t i = 0; i < 3; i++) {
        names_clear(tables[i]);
        free(tables[i]->entries);
    }
    pthread_mutex_destroy(&disk->mutex);
    free(disk->directory);
    free(disk);
}

void fault_disk_remove(fault_disk *disk) {
    pthread_mutex_lock(&registry);
    for (fault_disk **link = &disks; *link != NULL; link = &(*link)->next) {
        if (*link != disk) continue;
        *link = disk->next;
        break;
    }
    pthread_mutex_unlock(&registry);
    fault_disk_release(disk);
}

fault_disk *fault_disk_of(const char *path, const char **name) {
    fault_disk *found = NULL;
    pthread_mutex_lock(&registry);
    for (fault_disk *disk = disks; disk != NULL && found == NULL; disk = disk->next) {
        size_t length = strlen(disk->directory);
        if (strncmp(path, disk->directory, length) != 0 || path[length] != '/') continue;
        *name = path + length + 1;
        disk->references++;
        found = disk;
    }
    pthread_mutex_unlock(&registry);
    return found;
}

static int code_of(int kind, fault_manner manner) {
    if (manner == FAULT_AS_FULL && kind != FAULT_MEMORY) return SQLITE_FULL;
    switch (kind) {
    case FAULT_READ: return manner == FAULT_AS_SHORT ? SQLITE_IOERR_SHORT_READ : SQLITE_IOERR_READ;
    case FAULT_WRITE: return SQLITE_IOERR_WRITE;
    case FAULT_SYNC: return SQLITE_IOERR_FSYNC;
    case FAULT_TRUNCATE: return SQLITE_IOERR_TRUNCATE;
    case FAULT_DELETE: return SQLITE_IOERR_DELETE;
    case FAULT_OPEN: return SQLITE_CANTOPEN;
    default: return SQLITE_IOERR_SHMSIZE;
    }
}

verdict fault_disk_judge(fault_disk *disk, int kind, int *code) {
    *code = SQLITE_OK;
    if (disk->cut) {
        *code = SQLITE_IOERR;
        return IS_OFF;
    }
    if ((kind & (FAULT_WRITE | FAULT_SYNC | FAULT_TRUNCATE | FAULT_DELETE)) != 0) {
        disk->changes++;
        if (disk->changes == disk->cut_at) {
            disk->cut = true;
            *code = SQLITE_IOERR;
            return IS_CUT;
        }
    }
    if ((disk->failing & kind) == 0) return PROCEEDS;
    if (disk->countdown > 1) {
        disk->countdown--;
        return PROCEEDS;
    }
    if (!disk->lasting) disk->failing = 0;
    disk->failures++;
    *code = code_of(kind, disk->manner);
    return FAILS;
}

int64_t fault_disk_changes(fault_disk *disk) {
    pthread_mutex_lock(&disk->mutex);
    int64_t changes = disk->changes;
    pthread_mutex_unlock(&disk->mutex);
    return changes;
}

void fault_disk_cut(fault_disk *disk, int64_t nth) {
    pthread_mutex_lock(&disk->mutex);
    if (nth == 0) {
        disk->cut = true;
    } else {
        disk->cut_at = disk->changes + nth;
    }
    pthread_mutex_unlock(&disk->mutex);
}

bool fault_disk_is_cut(fault_disk *disk) {
    pthread_mutex_lock(&disk->mutex);
    bool cut = disk->cut;
    pthread_mutex_unlock(&disk->mutex);
    return cut;
}

void fault_disk_fail(fault_disk *disk, int kinds, int64_t nth, bool lasting, fault_manner manner) {
    pthread_mutex_lock(&disk->mutex);
    disk->failing = kinds;
    disk->countdown = nth;
    disk->lasting = lasting;
    disk->manner = manner;
    disk->failures = 0;
    pthread_mutex_unlock(&disk->mutex);
}

void fault_disk_heal(fault_disk *disk) {
    pthread_mutex_lock(&disk->mutex);
    disk->failing = 0;
    pthread_mutex_unlock(&disk->mutex);
}

int64_t fault_disk_failures(fault_disk *disk) {
    pthread_mutex_lock(&disk->mutex);
    int64_t failures = disk->failures;
    pthread_mutex_unlock(&disk->mutex);
    return failures;
}

void fault_disk_ignore_syncs(fault_disk *disk, bool ignore) {
    pthread_mutex_lock(&disk->mutex);
    disk->ignores_syncs = ignore;
    pthread_mutex_unlock(&disk->mutex);
}

int64_t fault_disk_size(fault_disk *disk, const char *name) {
    pthread_mutex_lock(&disk->mutex);
    const fault_file *file = names_find(&disk->seen, name);
    int64_t size = file == NULL ? -1 : file->seen.size;
    pthread_mutex_unlock(&disk->mutex);
    return size;
}
