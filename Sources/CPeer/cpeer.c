#define _GNU_SOURCE
#include "cpeer.h"

#include <errno.h>
#include <sys/socket.h>

int cpeer_credentials(int descriptor, pid_t *pid, uid_t *uid, gid_t *gid) {
    struct ucred credentials;
    socklen_t size = sizeof credentials;
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
        return errno;
    }
    *pid = credentials.pid;
    *uid = credentials.uid;
    *gid = credentials.gid;
    return 0;
}

int cpeer_groups(int descriptor, gid_t *groups, int *count) {
    socklen_t size = (socklen_t)*count * sizeof *groups;
    int outcome = getsockopt(descriptor, SOL_SOCKET, SO_PEERGROUPS, groups, &size) == 0 ? 0 : errno;
    *count = (int)(size / sizeof *groups);
    return outcome;
}
