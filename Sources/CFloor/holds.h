#ifndef HOLDS_H
#define HOLDS_H

#include "plain.h"
#include "reply.h"
#include "request.h"

/// A database with what holds and small reads need, prepared.
struct holds {
    sqlite3 *database;
    sqlite3_stmt *begin, *commit, *savepoint, *release;
    sqlite3_stmt *find, *take, *insert, *insert_line;
    sqlite3_stmt *load, *confirm, *sell, *movement, *demand;
    sqlite3_stmt *level;
    int64_t last_id;
};

void holds_open(struct holds *holds, const char *path);

/// Answers hold.place and hold.confirm of one line, inside a transaction. A refusal is answered, too.
void holds_place(struct holds *holds, const struct request *request, int64_t now, struct reply *reply);
void holds_confirm(struct holds *holds, const struct request *request, int64_t now, struct reply *reply);
/// Answers stock.get.
void holds_level(struct holds *holds, const struct request *request, struct reply *reply);

void reply_begin(struct reply *reply, const struct request *request);
void reply_refusal(struct reply *reply, const struct request *request, const char *message);

#endif
