#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stdint.h>

/// Counts durations in buckets that are never wider than 1/128 of what they hold.
struct histogram {
    uint64_t buckets[64 * 128];
    uint64_t count;
};

void histogram_clear(struct histogram *histogram);
void histogram_add(struct histogram *histogram, uint64_t nanoseconds);
/// The duration, in nanoseconds, that the share `quantile` does not exceed.
double histogram_quantile(const struct histogram *histogram, double quantile);

#endif
