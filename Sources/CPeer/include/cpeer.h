#ifndef CPEER_H
#define CPEER_H

#include <sys/types.h>

/// Credentials of the process at the other end of a connected Unix socket, as the kernel
/// recorded them when it connected. Returns 0, or the errno of getsockopt(SO_PEERCRED).
int cpeer_credentials(int descriptor, pid_t *pid, uid_t *uid, gid_t *gid);

/// Its supplementary groups then, of which at most `*count` fit into `groups`. Sets `*count` to how many there are.
/// Returns 0, or the errno of getsockopt(SO_PEERGROUPS): ERANGE if they do not fit.
int cpeer_groups(int descriptor, gid_t *groups, int *count);

#endif
