#ifndef REPLY_H
#define REPLY_H

#include <stddef.h>
#include <stdint.h>

/// Bytes that grow.
struct reply {
    char *bytes;
    size_t size, room;
};

void reply_text(struct reply *reply, const char *text);
void reply_bytes(struct reply *reply, const void *bytes, size_t size);
void reply_number(struct reply *reply, int64_t number);
/// A string in quotes, or null where there is none. Nothing in it needs an escape.
void reply_string(struct reply *reply, const char *text, size_t size);
/// A quantity in units.
void reply_quantity(struct reply *reply, int64_t scaled);
/// An instant as RFC 3339, or null for 0.
void reply_time(struct reply *reply, int64_t milliseconds);

#endif
