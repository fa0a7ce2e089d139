#define _GNU_SOURCE
#include "cfloor.h"
#include "endpoint.h"
#include "holds.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { input_size = 128 * 1024 };

struct client {
    int descriptor;
    char *input;
    size_t filled;
    struct reply reply;
};

struct server {
    struct holds holds;
    int poll;
    int in_transaction;
};

/// Everything of a turn is one transaction, also what only reads: a snapshot costs as much as a small read.
static void begin(struct server *server) {
    if (server->in_transaction) return;
    plain_step(server->holds.begin);
    server->in_transaction = 1;
}

static void in_savepoint(
    struct server *server, const struct request *request, struct reply *reply,
    void (*work)(struct holds *, const struct request *, int64_t, struct reply *)) {
    begin(server);
    plain_step(server->holds.savepoint);
    work(&server->holds, request, plain_now(), reply);
    plain_step(server->holds.release);
}

static void answer(struct server *server, const char *line, size_t size, struct reply *reply) {
    struct request request;
    if (!request_parse(line, size, &request)) {
        request.id = (struct slice){"null", 4};
        reply_refusal(reply, &request, "not understood");
    } else if (slice_is(request.method, "hold.place")) {
        in_savepoint(server, &request, reply, holds_place);
    } else if (slice_is(request.method, "hold.confirm")) {
        in_savepoint(server, &request, reply, holds_confirm);
    } else if (slice_is(request.method, "stock.get")) {
        begin(server);
        holds_level(&server->holds, &request, reply);
    } else {
        reply_begin(reply, &request);
        reply_text(reply, ",\"result\":{\"version\":\"floor\",\"ready\":true}}\n");
    }
}

static void drop(struct server *server, struct client *client) {
    epoll_ctl(server->poll, EPOLL_CTL_DEL, client->descriptor, NULL);
    close(client->descriptor);
    free(client->input);
    free(client->reply.bytes);
    free(client);
}

/// Runs what the client has asked for. Returns 0 when it has gone.
static int take_in(struct server *server, struct client *client) {
    ssize_t count = read(client->descriptor, client->input + client->filled, input_size - client->filled);
    if (count <= 0) return 0;
    client->filled += (size_t)count;
    char *line = client->input, *end = line + client->filled, *newline;
    while ((newline = memchr(line, '\n', (size_t)(end - line)))) {
        answer(server, line, (size_t)(newline - line), &client->reply);
        line = newline + 1;
    }
    client->filled = (size_t)(end - line);
    memmove(client->input, line, client->filled);
    return client->filled < input_size;
}

/// One write for all of a client's replies.
static void send_out(struct client *client) {
    size_t written = 0;
    while (written < client->reply.size) {
        ssize_t count = write(client->descriptor, client->reply.bytes + written, client->reply.size - written);
        if (count < 0 && errno == EINTR) continue;
        // Who has gone is noticed at the next read.
        if (count < 0) break;
        written += (size_t)count;
    }
    client->reply.size = 0;
}

static void welcome(struct server *server, int listener) {
    struct client *client = calloc(1, sizeof *client);
    client->descriptor = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    client->input = malloc(input_size);
    if (client->descriptor < 0 || !client->input) die("accept", strerror(errno));
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
    epoll_ctl(server->poll, EPOLL_CTL_ADD, client->descriptor, &event);
}

void cfloor_serve(const char *path, const char *socket) {
    struct server server = {0};
    holds_open(&server.holds, path);
    int listener = endpoint_listen(socket);
    server.poll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(server.poll, EPOLL_CTL_ADD, listener, &event);
    endpoint_ready();
    struct epoll_event events[512];
    for (;;) {
        int count = epoll_wait(server.poll, events, 512, -1);
        for (int i = 0; i < count; i++) {
            struct client *client = events[i].data.ptr;
            if (!client) {
                welcome(&server, listener);
            } else if (!take_in(&server, client)) {
                drop(&server, client);
                events[i].data.ptr = NULL;
            }
        }
        if (server.in_transaction) {
            plain_step(server.holds.commit);
            server.in_transaction = 0;
        }
        for (int i = 0; i < count; i++) {
            struct client *client = events[i].data.ptr;
            if (client && client->reply.size > 0) send_out(client);
        }
    }
}
