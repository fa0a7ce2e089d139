#include "histogram.h"

#include <string.h>

static unsigned bucket(uint64_t nanoseconds) {
    if (nanoseconds < 128) return (unsigned)nanoseconds;
    unsigned shift = 63 - (unsigned)__builtin_clzll(nanoseconds) - 7;
    return (shift + 1) * 128 + (unsigned)((nanoseconds >> shift) & 127);
}

static double middle(unsigned bucket) {
    if (bucket < 128) return bucket;
    unsigned shift = bucket / 128 - 1;
    return (double)(((uint64_t)(128 + bucket % 128) << shift) + ((1ull << shift) >> 1));
}

void histogram_clear(struct histogram *histogram) { memset(histogram, 0, sizeof *histogram); }

void histogram_add(struct histogram *histogram, uint64_t nanoseconds) {
    histogram->buckets[bucket(nanoseconds)]++;
    histogram->count++;
}

double histogram_quantile(const struct histogram *histogram, double quantile) {
    uint64_t wanted = (uint64_t)(quantile * (double)histogram->count), seen = 0;
    for (unsigned i = 0; i < 64 * 128; i++) {
        seen += histogram->buckets[i];
        if (seen > wanted) return middle(i);
    }
    return 0;
}
