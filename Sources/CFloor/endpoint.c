#define _GNU_SOURCE
#include "endpoint.h"
#include "cfloor.h"
#include "plain.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct sockaddr_un address(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (snprintf(address.sun_path, sizeof address.sun_path, "%s", path) >= (int)sizeof address.sun_path) die(path, "too long");
    return address;
}

int endpoint_listen(const char *path) {
    struct sockaddr_un name = address(path);
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(descriptor, (struct sockaddr *)&name, sizeof name) != 0 || listen(descriptor, 512) != 0) die(path, strerror(errno));
    return descriptor;
}

void endpoint_ready(void) {
    const char *path = getenv("NOTIFY_SOCKET");
    if (!path) return;
    struct sockaddr_un name = address(path);
    int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sendto(descriptor, "READY=1", 7, 0, (struct sockaddr *)&name, sizeof name);
    close(descriptor);
}

void cfloor_echo(const char *socket, int cpu) {
    if (cpu >= 0) {
        cpu_set_t set;
        CPU_ZERO(&set);
        CPU_SET(cpu, &set);
        sched_setaffinity(0, sizeof set, &set);
    }
    int listener = endpoint_listen(socket);
    endpoint_ready();
    static char buffer[65536];
    for (;;) {
        int client = accept(listener, NULL, NULL);
        ssize_t count;
        while ((count = read(client, buffer, sizeof buffer)) > 0 && write(client, buffer, (size_t)count) == count) {}
        close(client);
    }
}

int cfloor_ask(const char *path, const char *line) {
    struct sockaddr_un name = address(path);
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(descriptor, (struct sockaddr *)&name, sizeof name) != 0) return 1;
    size_t size = strlen(line);
    if (write(descriptor, line, size) != (ssize_t)size || write(descriptor, "\n", 1) != 1) return 1;
    static char buffer[65536];
    ssize_t count;
    while ((count = read(descriptor, buffer, sizeof buffer)) > 0) {
        if (memchr(buffer, '\n', (size_t)count)) return 0;
    }
    return 1;
}
