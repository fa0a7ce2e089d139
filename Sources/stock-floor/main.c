// stock-floor: what stock-bench runs beside stockd as processes of their own.

#include "cfloor.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int count, char *arguments[]) {
    signal(SIGPIPE, SIG_IGN);
    const char *command = count > 1 ? arguments[1] : "";
    if (strcmp(command, "serve") == 0 && count == 4) cfloor_serve(arguments[2], arguments[3]);
    if (strcmp(command, "echo") == 0 && count == 4) cfloor_echo(arguments[2], atoi(arguments[3]));
    if (strcmp(command, "ask") == 0 && count == 4) return cfloor_ask(arguments[2], arguments[3]);
    fputs("usage: stock-floor serve DATABASE SOCKET | echo SOCKET CPU | ask SOCKET LINE\n", stderr);
    return 64;
}
