#define _GNU_SOURCE
#include "reply.h"
#include "plain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void reply_bytes(struct reply *reply, const void *bytes, size_t size) {
    if (reply->size + size > reply->room) {
        reply->room = (reply->size + size) * 2 + 4096;
        reply->bytes = realloc(reply->bytes, reply->room);
        if (!reply->bytes) die("reply", "out of memory");
    }
    memcpy(reply->bytes + reply->size, bytes, size);
    reply->size += size;
}

void reply_text(struct reply *reply, const char *text) { reply_bytes(reply, text, strlen(text)); }

void reply_number(struct reply *reply, int64_t number) {
    char digits[24];
    size_t at = sizeof digits;
    uint64_t left = number < 0 ? -(uint64_t)number : (uint64_t)number;
    do {
        digits[--at] = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (number < 0) digits[--at] = '-';
    reply_bytes(reply, digits + at, sizeof digits - at);
}

void reply_string(struct reply *reply, const char *text, size_t size) {
    if (!text) {
        reply_text(reply, "null");
        return;
    }
    reply_text(reply, "\"");
    reply_bytes(reply, text, size);
    reply_text(reply, "\"");
}

void reply_quantity(struct reply *reply, int64_t scaled) {
    reply_number(reply, scaled / unit);
    if (scaled % unit == 0) return;
    char places[16];
    snprintf(places, sizeof places, ".%05d", abs((int)(scaled % unit)));
    reply_text(reply, places);
}

void reply_time(struct reply *reply, int64_t milliseconds) {
    if (milliseconds == 0) {
        reply_text(reply, "null");
        return;
    }
    // A second is the same for thousands of replies.
    static int64_t known = -1;
    static char text[32];
    if (milliseconds / 1000 != known) {
        known = milliseconds / 1000;
        time_t seconds = (time_t)known;
        struct tm parts;
        gmtime_r(&seconds, &parts);
        strftime(text, sizeof text, "\"%Y-%m-%dT%H:%M:%S.", &parts);
    }
    char rest[8];
    int thousandths = (int)(milliseconds % 1000);
    rest[0] = (char)('0' + thousandths / 100);
    rest[1] = (char)('0' + thousandths / 10 % 10);
    rest[2] = (char)('0' + thousandths % 10);
    memcpy(rest + 3, "Z\"", 2);
    reply_text(reply, text);
    reply_bytes(reply, rest, 5);
}
