#include "request.h"

#include <string.h>

struct reader {
    const char *at, *end;
};

static void skip_space(struct reader *reader) {
    while (reader->at < reader->end && (*reader->at == ' ' || *reader->at == '\t' || *reader->at == '\r')) reader->at++;
}

static bool take(struct reader *reader, char wanted) {
    skip_space(reader);
    if (reader->at == reader->end || *reader->at != wanted) return false;
    reader->at++;
    return true;
}

static bool read_string(struct reader *reader, struct slice *string) {
    if (!take(reader, '"')) return false;
    string->at = reader->at;
    while (reader->at < reader->end && *reader->at != '"') {
        if (*reader->at == '\\') return false;
        reader->at++;
    }
    if (reader->at == reader->end) return false;
    string->size = (size_t)(reader->at++ - string->at);
    return true;
}

/// A number or a literal as it stands.
static bool read_word(struct reader *reader, struct slice *word) {
    skip_space(reader);
    word->at = reader->at;
    while (reader->at < reader->end && !strchr(",}] ", *reader->at)) reader->at++;
    word->size = (size_t)(reader->at - word->at);
    return word->size > 0;
}

static int64_t number(struct slice word) {
    int64_t value = 0;
    for (size_t i = 0; i < word.size && word.at[i] >= '0' && word.at[i] <= '9'; i++) value = value * 10 + (word.at[i] - '0');
    return value;
}

bool slice_is(struct slice slice, const char *text) {
    return slice.size == strlen(text) && memcmp(slice.at, text, slice.size) == 0;
}

static void keep(struct request *request, struct slice name, struct slice value, bool params) {
    if (!params) {
        if (slice_is(name, "id")) request->id = value;
        if (slice_is(name, "method")) request->method = value;
    } else if (slice_is(name, "sku")) {
        request->sku = value;
    } else if (slice_is(name, "location")) {
        request->location = value;
    } else if (slice_is(name, "order_ref")) {
        request->order_ref = value;
    } else if (slice_is(name, "payment_ref")) {
        request->payment_ref = value;
    } else if (slice_is(name, "quantity")) {
        request->quantity = number(value);
    } else if (slice_is(name, "ttl_s")) {
        request->ttl_s = number(value);
    } else if (slice_is(name, "id")) {
        request->hold = number(value);
    }
}

static bool read_object(struct reader *reader, struct request *request, bool params) {
    if (!take(reader, '{')) return false;
    if (take(reader, '}')) return true;
    do {
        struct slice name, value;
        if (!read_string(reader, &name) || !take(reader, ':')) return false;
        skip_space(reader);
        if (reader->at == reader->end) return false;
        if (*reader->at == '{') {
            if (params || !slice_is(name, "params") || !read_object(reader, request, true)) return false;
            continue;
        }
        if (!(*reader->at == '"' ? read_string(reader, &value) : read_word(reader, &value))) return false;
        keep(request, name, value, params);
    } while (take(reader, ','));
    return take(reader, '}');
}

bool request_parse(const char *line, size_t size, struct request *request) {
    memset(request, 0, sizeof *request);
    struct reader reader = {line, line + size};
    return read_object(&reader, request, false) && request->method.size > 0;
}
