#include "cfloor.h"
#include "holds.h"

#include <stdio.h>
#include <stdlib.h>

double cfloor_place(const char *path, int64_t products, int64_t count, int64_t batch, int savepoints) {
    struct holds holds = {0};
    holds_open(&holds, path);
    struct reply reply = {0};
    char sku[32], order[32];
    struct request request = {
        .id = {"1", 1}, .sku = {.at = sku}, .location = {"Store 0", 7}, .order_ref = {.at = order}, .quantity = 1,
        .ttl_s = 86400};
    double began = plain_clock();
    for (int64_t first = 0; first < count; first += batch) {
        plain_step(holds.begin);
        for (int64_t i = first; i < first + batch && i < count; i++) {
            request.sku.size = (size_t)snprintf(sku, sizeof sku, "SKU-%lld", (long long)(i * 7919 % products));
            request.order_ref.size = (size_t)snprintf(order, sizeof order, "order-%010lld", (long long)i);
            if (savepoints) plain_step(holds.savepoint);
            holds_place(&holds, &request, plain_now(), &reply);
            if (savepoints) plain_step(holds.release);
            reply.size = 0;
        }
        plain_step(holds.commit);
    }
    double seconds = plain_clock() - began;
    free(reply.bytes);
    plain_close(holds.database);
    return seconds;
}
