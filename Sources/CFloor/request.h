#ifndef REQUEST_H
#define REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// A part of the line that is being answered.
struct slice {
    const char *at;
    size_t size;
};

/// A request's members; those that are not there are empty or 0. Strings with escapes are not understood.
struct request {
    struct slice id, method, sku, location, order_ref, payment_ref;
    int64_t quantity, ttl_s, hold;
};

/// Returns false where the line is no request.
bool request_parse(const char *line, size_t size, struct request *request);
bool slice_is(struct slice slice, const char *text);

#endif
