#ifndef ENDPOINT_H
#define ENDPOINT_H

/// A listening Unix stream socket.
int endpoint_listen(const char *path);
/// Tells whoever started this process that it serves, as a service of systemd does.
void endpoint_ready(void);

#endif
