#ifndef CFLOOR_H
#define CFLOOR_H

#include <stddef.h>
#include <stdint.h>

/// Floors: what work of stockd's kind costs in C over SQLite's interface, with nothing around it. Tables are of the same
/// shape as stockd's. They end the process with a message where something fails: there is nothing to measure then.

/// Makes a database with `products` products named SKU-0…, at `locations` locations named Store 0…, `on_hand` units of
/// each at each; nothing is short.
void cfloor_create(const char *path, int64_t products, int64_t locations, int64_t on_hand);

/// Serves `path` at the socket for ever: a line of JSON a request, as stockd does, on one thread. All that is ready is
/// read, run in one transaction and committed before any of it is answered.
_Noreturn void cfloor_serve(const char *path, const char *socket);

/// Sends every connection its own bytes back, for ever, one connection at a time. On CPU `cpu`, where it is not negative.
_Noreturn void cfloor_echo(const char *socket, int cpu);

/// Sends a line and waits for one. Returns 0 when it came.
int cfloor_ask(const char *socket, const char *line);

/// Places `count` holds on products drawn from `products`, `batch` in a transaction, each in a savepoint if
/// `savepoints`. Returns the seconds taken.
double cfloor_place(const char *path, int64_t products, int64_t count, int64_t batch, int savepoints);

/// Counts `products` × `locations` levels, in an order that has nothing to do with keys, `batch` in a transaction: level,
/// ledger and alert rule. `begun`: they have been counted before. Returns the seconds taken.
double cfloor_count(
    const char *path, int64_t products, int64_t locations, int64_t batch, int64_t quantity, int begun);

/// Reads every open alert as a list of JSON objects. Returns the seconds taken; `alerts` is how many there were.
double cfloor_list_alerts(const char *path, int64_t *alerts);

/// Compares every level of stockd's database at `path` with its alert, in one loop in C. Returns the seconds taken; `short`
/// is how many breach.
double cfloor_check_by_loop(const char *path, int64_t *breaches);

/// The same, by one SQL statement.
double cfloor_check_by_statement(const char *path, int64_t *breaches);

/// Takes `cycles` messages through queue, lease and completion, `batch` at a time: a transaction for each of the three.
/// Returns the seconds taken.
double cfloor_queue(const char *path, int64_t cycles, int64_t batch);

#endif
