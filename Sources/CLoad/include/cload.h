#ifndef CLOAD_H
#define CLOAD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// How replies look, and which of them is a refusal.
enum cload_protocol {
    /// A line each; a refusal has the member "error".
    CLOAD_JSON_LINES,
    /// Redis's; a refusal begins with a minus.
    CLOAD_RESP,
};

/// What to ask, of whom, and how hard. In a request, ten '#' in a row stand for a number that is never the same twice,
/// and ten '@' for the id that the reply to the request before has brought.
struct cload_plan {
    const char *socket;
    enum cload_protocol protocol;
    int connections;
    int in_flight;
    /// How long it runs before it counts, and how long it counts.
    double warmup;
    double seconds;
    /// Requests, one after the other; request n is from offsets[n] to offsets[n + 1].
    const char *requests;
    const size_t *offsets;
    size_t count;
    /// Asked after each request, on the same connection, with the id from its reply; NULL: nothing is. Goes with one
    /// in flight only.
    const char *follow_up;
    /// Lines in a reply.
    int reply_lines;
};

struct cload_outcome {
    uint64_t replies;
    uint64_t refusals;
    /// For which replies were counted.
    double seconds;
    /// Of the time from sending to the reply, in microseconds.
    double p50;
    double p99;
    /// The first refusal, or what went wrong.
    char text[512];
};

/// Runs the plan on the calling thread. Returns 0, or an errno with `text` saying what failed.
int cload_run(const struct cload_plan *plan, struct cload_outcome *outcome);

/// A connected Unix stream socket, or -1 with errno set.
int cload_connect(const char *path);

/// Starts a program with nothing on its standard input and output; what it says on standard error goes to the file
/// `log`. It is killed if this process dies. Returns its pid, or -1 with errno set.
pid_t cload_spawn(const char *const argv[], const char *const environment[], const char *log);

/// Keeps the calling thread on one processor; -1: on any.
void cload_stay_on(int processor);

/// Runs a program to its end. Returns how long that took in seconds, or -1 if it could not be run or failed.
double cload_time(const char *const argv[], const char *const environment[]);

/// On SIGINT and SIGTERM, kills what was spawned and removes `directory`.
void cload_clean_up_when_interrupted(const char *directory);

#endif
