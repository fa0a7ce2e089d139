#define _GNU_SOURCE
#include "cload.h"
#include "histogram.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

static const char number_mark[] = "##########";
static const char id_mark[] = "@@@@@@@@@@";
enum { mark_size = 10, input_size = 256 * 1024 };
/// How long a reply may take, in nanoseconds.
static const uint64_t patience = 10000000000u;

struct connection {
    int descriptor;
    /// When each request in flight was sent, oldest at `oldest`.
    uint64_t *sent;
    int outstanding, oldest;
    /// The next request is the follow-up, with this id.
    bool follows;
    char id[24];
    /// Lines of the reply under way that have come.
    int lines;
    char *input;
    size_t filled;
    char *output;
    size_t queued, written;
};

struct load {
    const struct cload_plan *plan;
    struct cload_outcome *outcome;
    struct connection *connections;
    struct histogram latencies;
    size_t next;
    uint64_t number;
    size_t largest;
    /// Replies from then on count, until it is over.
    uint64_t counts_from;
    bool over;
    int poll;
};

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static int fail(struct load *load, int code, const char *what) {
    snprintf(load->outcome->text, sizeof load->outcome->text, "%s: %s", what, strerror(code));
    return code;
}

/// Appends a request to the connection's output, its marks filled in.
static void append(struct load *load, struct connection *connection) {
    const struct cload_plan *plan = load->plan;
    const char *from;
    size_t size;
    if (connection->follows) {
        from = plan->follow_up;
        size = strlen(from);
    } else {
        from = plan->requests + plan->offsets[load->next];
        size = plan->offsets[load->next + 1] - plan->offsets[load->next];
        load->next = (load->next + 1) % plan->count;
    }
    char *to = connection->output + connection->queued;
    memcpy(to, from, size);
    char *mark = memmem(to, size, number_mark, mark_size);
    if (mark) {
        uint64_t number = load->number++;
        for (int i = mark_size - 1; i >= 0; i--, number /= 10) mark[i] = (char)('0' + number % 10);
    }
    if (connection->follows) {
        mark = memmem(to, size, id_mark, mark_size);
        if (mark) {
            size_t length = strlen(connection->id);
            memmove(mark + length, mark + mark_size, size - (size_t)(mark - to) - mark_size);
            memcpy(mark, connection->id, length);
            size = size - mark_size + length;
        }
        connection->follows = false;
    }
    connection->queued += size;
}

static int write_out(struct connection *connection) {
    while (connection->written < connection->queued) {
        ssize_t count = write(
            connection->descriptor, connection->output + connection->written, connection->queued - connection->written);
        if (count < 0) {
            if (errno == EINTR) continue;
            if (errno != EAGAIN) return errno;
            break;
        }
        connection->written += (size_t)count;
    }
    // What does not go now goes with the next: there are replies to read first.
    connection->queued -= connection->written;
    memmove(connection->output, connection->output + connection->written, connection->queued);
    connection->written = 0;
    return 0;
}

/// Brings the connection to as many in flight as are wanted.
static int refill(struct load *load, struct connection *connection, uint64_t time) {
    int in_flight = load->plan->in_flight;
    while (connection->outstanding < in_flight) {
        append(load, connection);
        connection->sent[(connection->oldest + connection->outstanding) % in_flight] = time;
        connection->outstanding++;
    }
    return write_out(connection);
}

/// Keeps the id in a reply for the request that follows it. JSON: the first `"id":` after `"hold":`; RESP: the integer.
static void keep_id(const struct cload_plan *plan, struct connection *connection, const char *line, size_t size) {
    const char *at = line + 1;
    if (plan->protocol == CLOAD_JSON_LINES) {
        const char *hold = memmem(line, size, "\"hold\":", 7);
        if (!hold) return;
        at = memmem(hold, size - (size_t)(hold - line), "\"id\":", 5);
        if (!at) return;
        at += 5;
    }
    size_t length = 0;
    while (length < sizeof connection->id - 1 && at + length < line + size && at[length] >= '0' && at[length] <= '9') {
        connection->id[length] = at[length];
        length++;
    }
    connection->id[length] = 0;
    connection->follows = length > 0;
}

static bool is_refusal(const struct cload_plan *plan, const char *line, size_t size) {
    if (plan->protocol == CLOAD_RESP) return line[0] == '-';
    return memmem(line, size < 96 ? size : 96, "\"error\":{", 9) != NULL;
}

/// Takes the whole lines out of what was read.
static void take_replies(struct load *load, struct connection *connection, uint64_t time) {
    const struct cload_plan *plan = load->plan;
    char *line = connection->input, *end = connection->input + connection->filled, *newline;
    while ((newline = memchr(line, '\n', (size_t)(end - line)))) {
        size_t size = (size_t)(newline - line);
        bool counts = time >= load->counts_from && !load->over;
        bool refused = connection->lines == 0 && is_refusal(plan, line, size);
        if (refused) {
            if (load->outcome->refusals++ == 0) {
                snprintf(load->outcome->text, sizeof load->outcome->text, "%.*s", (int)(size < 400 ? size : 400), line);
            }
        }
        if (refused || ++connection->lines == plan->reply_lines) {
            connection->lines = 0;
            if (connection->outstanding == 0) return;
            uint64_t sent = connection->sent[connection->oldest];
            connection->oldest = (connection->oldest + 1) % plan->in_flight;
            connection->outstanding--;
            if (counts && !refused) {
                load->outcome->replies++;
                histogram_add(&load->latencies, time - sent);
            }
            // The reply to a follow-up has no id left to follow.
            if (plan->follow_up) {
                if (connection->id[0] || refused) connection->id[0] = 0;
                else keep_id(plan, connection, line, size);
            }
        }
        line = newline + 1;
    }
    connection->filled = (size_t)(end - line);
    memmove(connection->input, line, connection->filled);
}

static int read_in(struct load *load, struct connection *connection, bool goes_on) {
    ssize_t count = read(connection->descriptor, connection->input + connection->filled, input_size - connection->filled);
    if (count < 0) return errno == EAGAIN || errno == EINTR ? 0 : fail(load, errno, "reading");
    if (count == 0) return fail(load, ECONNRESET, "the other end closed the connection");
    connection->filled += (size_t)count;
    uint64_t time = now();
    take_replies(load, connection, time);
    if (connection->filled == input_size) return fail(load, EMSGSIZE, "a reply is too long");
    if (!goes_on) return 0;
    int code = refill(load, connection, time);
    return code ? fail(load, code, "writing") : 0;
}

static int open_all(struct load *load) {
    const struct cload_plan *plan = load->plan;
    load->poll = epoll_create1(EPOLL_CLOEXEC);
    for (size_t i = 0; i < plan->count; i++) {
        size_t size = plan->offsets[i + 1] - plan->offsets[i];
        if (size > load->largest) load->largest = size;
    }
    if (plan->follow_up && strlen(plan->follow_up) + sizeof load->connections->id > load->largest) {
        load->largest = strlen(plan->follow_up) + sizeof load->connections->id;
    }
    for (int i = 0; i < plan->connections; i++) {
        struct connection *connection = &load->connections[i];
        connection->descriptor = cload_connect(plan->socket);
        if (connection->descriptor < 0) return fail(load, errno, plan->socket);
        connection->sent = calloc((size_t)plan->in_flight, sizeof *connection->sent);
        connection->input = malloc(input_size);
        connection->output = malloc(load->largest * (size_t)plan->in_flight);
        if (!connection->sent || !connection->input || !connection->output) return fail(load, ENOMEM, "preparing");
        if (plan->connections == 1) continue;
        fcntl(connection->descriptor, F_SETFL, O_NONBLOCK);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
        if (epoll_ctl(load->poll, EPOLL_CTL_ADD, connection->descriptor, &event) != 0) return fail(load, errno, "epoll_ctl");
    }
    return 0;
}

/// Waits for replies, and asks again where there is more to ask. One connection is read without asking whether there
/// is anything: that costs a call into the kernel less.
static int turn(struct load *load, bool goes_on) {
    if (load->plan->connections == 1) return read_in(load, &load->connections[0], goes_on);
    struct epoll_event events[256];
    int count = epoll_wait(load->poll, events, 256, 1000);
    if (count < 0 && errno != EINTR) return fail(load, errno, "epoll_wait");
    for (int i = 0; i < count; i++) {
        int code = read_in(load, events[i].data.ptr, goes_on);
        if (code) return code;
    }
    return 0;
}

static bool waits(const struct load *load) {
    for (int i = 0; i < load->plan->connections; i++) {
        if (load->connections[i].outstanding > 0) return true;
    }
    return false;
}

static int drive(struct load *load) {
    const struct cload_plan *plan = load->plan;
    uint64_t began = now();
    load->number = began / 1000 % 10000000000u;
    load->counts_from = began + (uint64_t)(plan->warmup * 1e9);
    uint64_t until = load->counts_from + (uint64_t)(plan->seconds * 1e9);
    for (int i = 0; i < plan->connections; i++) {
        int code = refill(load, &load->connections[i], now());
        if (code) return fail(load, code, "writing");
    }
    // A disk may be so slow that nothing comes in time: then the first that comes ends it.
    while (now() < until || (load->outcome->replies == 0 && now() < until + patience)) {
        int code = turn(load, true);
        if (code) return code;
    }
    load->over = true;
    uint64_t ended = now();
    load->outcome->seconds = (double)(ended - load->counts_from) / 1e9;
    while (waits(load)) {
        if (now() > ended + patience) return fail(load, ETIMEDOUT, "replies are missing");
        int code = turn(load, false);
        if (code) return code;
    }
    return 0;
}

int cload_run(const struct cload_plan *plan, struct cload_outcome *outcome) {
    memset(outcome, 0, sizeof *outcome);
    // Whose id it is, is known only while nothing else is in flight.
    if (plan->follow_up && plan->in_flight != 1) return EINVAL;
    struct load *load = calloc(1, sizeof *load);
    if (!load) return ENOMEM;
    load->plan = plan;
    load->outcome = outcome;
    load->connections = calloc((size_t)plan->connections, sizeof *load->connections);
    for (int i = 0; i < plan->connections; i++) load->connections[i].descriptor = -1;
    int code = open_all(load);
    if (code == 0) code = drive(load);
    outcome->p50 = histogram_quantile(&load->latencies, 0.50) / 1000;
    outcome->p99 = histogram_quantile(&load->latencies, 0.99) / 1000;
    for (int i = 0; i < plan->connections; i++) {
        struct connection *connection = &load->connections[i];
        if (connection->descriptor >= 0) close(connection->descriptor);
        free(connection->sent);
        free(connection->input);
        free(connection->output);
    }
    close(load->poll);
    free(load->connections);
    free(load);
    return code;
}
