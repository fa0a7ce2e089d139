#include "disk.h"

#include <stdlib.h>
#include <string.h>

/// What a disk writes whole or not at all, as far as SQLite is concerned.
enum { SECTOR = 512 };

static void *checked(void *memory) {
    if (memory == NULL) abort();
    return memory;
}

static void contents_resize(contents *data, int64_t size) {
    if (size > data->capacity) {
        int64_t capacity = size + size / 2 + 4096;
        data->bytes = checked(realloc(data->bytes, (size_t)capacity));
        data->capacity = capacity;
    }
    if (size > data->size) memset(data->bytes + data->size, 0, (size_t)(size - data->size));
    data->size = size;
}

static void contents_put(contents *data, int64_t offset, const unsigned char *bytes, int64_t length) {
    if (length <= 0) return;
    if (offset + length > data->size) contents_resize(data, offset + length);
    memcpy(data->bytes + offset, bytes, (size_t)length);
}

static void contents_copy(contents *data, const contents *original) {
    contents_resize(data, original->size);
    if (original->size > 0) memcpy(data->bytes, original->bytes, (size_t)original->size);
}

static void apply(contents *data, const change *made) {
    if (made->bytes != NULL) {
        contents_put(data, made->offset, made->bytes, made->length);
    } else {
        contents_resize(data, made->offset);
    }
}

fault_file *fault_file_create(void) {
    fault_file *file = checked(calloc(1, sizeof *file));
    file->references = 1;
    return file;
}

static void forget_changes(fault_file *file) {
    for (size_t i = 0; i < file->unsynced_count; i++) free(file->unsynced[i].bytes);
    file->unsynced_count = 0;
}

void fault_file_release(fault_file *file) {
    if (--file->references > 0) return;
    forget_changes(file);
    free(file->unsynced);
    free(file->seen.bytes);
    free(file->platter.bytes);
    for (int i = 0; i < file->region_count; i++) free(file->regions[i]);
    free(file->regions);
    free(file);
}

static void remember(fault_file *file, int64_t offset, const void *bytes, int64_t length) {
    if (file->unsynced_count == file->unsynced_capacity) {
        file->unsynced_capacity = file->unsynced_capacity * 2 + 16;
        file->unsynced = checked(realloc(file->unsynced, file->unsynced_capacity * sizeof *file->unsynced));
    }
    change *made = &file->unsynced[file->unsynced_count++];
    *made = (change){.offset = offset, .length = length};
    if (bytes != NULL) {
        made->bytes = checked(malloc((size_t)length + 1));
        memcpy(made->bytes, bytes, (size_t)length);
    }
}

void fault_file_change(fault_file *file, int64_t offset, const void *bytes, int64_t length) {
    if (bytes != NULL && length == 0) return;
    remember(file, offset, bytes, length);
    apply(&file->seen, &file->unsynced[file->unsynced_count - 1]);
}

void fault_file_sync(fault_file *file) {
    for (size_t i = 0; i < file->unsynced_count; i++) apply(&file->platter, &file->unsynced[i]);
    forget_changes(file);
}

void fault_file_fail_sync(fault_file *file, uint64_t *random) {
    for (size_t i = 0; i < file->unsynced_count; i++) {
        if (fault_random_below(random, 2) == 0) apply(&file->platter, &file->unsynced[i]);
    }
    forget_changes(file);
}

fault_file *fault_file_copy(const fault_file *file) {
    fault_file *copy = fault_file_create();
    contents_copy(&copy->seen, &file->seen);
    contents_copy(&copy->platter, &file->platter);
    for (size_t i = 0; i < file->unsynced_count; i++) {
        const change *made = &file->unsynced[i];
        remember(copy, made->offset, made->bytes, made->length);
    }
    return copy;
}

/// A write of which some sectors have arrived, or only what came before a byte.
static void apply_torn(contents *data, const change *made, uint64_t *random) {
    if (made->bytes == NULL) return;
    if (fault_random_below(random, 2) == 0) {
        contents_put(data, made->offset, made->bytes, (int64_t)fault_random_below(random, (uint64_t)made->length));
        return;
    }
    int64_t done = 0;
    while (done < made->length) {
        int64_t left = SECTOR - (made->offset + done) % SECTOR;
        if (left > made->length - done) left = made->length - done;
        if (fault_random_below(random, 2) == 0) contents_put(data, made->offset + done, made->bytes + done, left);
        done += left;
    }
}

/// The file has grown for a write that has not arrived: what stands there is zeros, or whatever stood there before.
static void grow(contents *data, const change *made, uint64_t *random) {
    int64_t begin = data->size;
    if (made->bytes == NULL || made->offset + made->length <= begin) return;
    contents_resize(data, made->offset + made->length);
    if (fault_random_below(random, 2) == 0) {
        for (int64_t i = begin; i < data->size; i++) data->bytes[i] = (unsigned char)fault_random_below(random, 256);
    }
}

static void apply_shuffled(contents *data, const fault_file *file, uint64_t *random) {
    size_t count = file->unsynced_count;
    size_t *order = checked(malloc(count * sizeof *order));
    for (size_t i = 0; i < count; i++) order[i] = i;
    for (size_t i = count; i > 1; i--) {
        size_t other = (size_t)fault_random_below(random, i), kept = order[i - 1];
        order[i - 1] = order[other];
        order[other] = kept;
    }
    for (size_t i = 0; i < count; i++) {
        const change *made = &file->unsynced[order[i]];
        switch (fault_random_below(random, 8)) {
        case 0: apply_torn(data, made, random); break;
        case 1: grow(data, made, random); break;
        case 2: case 3: case 4: break;
        default: apply(data, made);
        }
    }
    free(order);
}

fault_file *fault_file_survivor(const fault_file *file, uint64_t *random) {
    fault_file *survivor = fault_file_create();
    contents *data = &survivor->platter;
    contents_copy(data, &file->platter);
    size_t count = file->unsynced_count;
    if (count > 0) {
        switch (fault_random_below(random, 4)) {
        case 0: break;
        case 1: {
            // As a disk does that keeps to the order: all up to a point.
            size_t whole = (size_t)fault_random_below(random, count + 1);
            for (size_t i = 0; i < whole; i++) apply(data, &file->unsynced[i]);
            if (whole < count) apply_torn(data, &file->unsynced[whole], random);
            break;
        }
        case 2: {
            // All but one.
            size_t missing = (size_t)fault_random_below(random, count);
            for (size_t i = 0; i < count; i++) {
                if (i != missing) apply(data, &file->unsynced[i]);
            }
            break;
        }
        default: apply_shuffled(data, file, random);
        }
    }
    contents_copy(&survivor->seen, data);
    return survivor;
}
