/* What the kinds of vectors share: typed reading of a vector's members, and comparing what came with what should have. */
#ifndef HARNESS_VECTORS_RUN_H
#define HARNESS_VECTORS_RUN_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "harness/vectors.h"
#include "lib/base/map.h"
#include "lib/base/problem.h"
#include "lib/base/str.h"
#include "lib/protocol/mqtt_packet.h"
#include "lib/rules/profile.h"

/* Texts that live until texts_fini; zero-initialised is empty. */
struct texts {
    char **items;
    size_t count;
};
void texts_fini(struct texts *texts);

/* What a member may be. TEXT: a string, {"hex"} or {"repeat", "times"}. BYTES: hex digits, or an array of these and repeats.
 * CLAUSES: a string or an array of them. */
enum vector_type {
    VECTOR_TEXT,
    VECTOR_BYTES,
    VECTOR_WORD,
    VECTOR_DIGITS, /* lower-case hex */
    VECTOR_INT,
    VECTOR_BOOL,
    VECTOR_CLAUSES,
    VECTOR_WORDS,
    VECTOR_ARRAY,
    VECTOR_OBJECT
};

/* When it must be there. VECTOR_IF_VALID and VECTOR_IF_INVALID: with that result, never with the other. */
enum vector_need { VECTOR_MAY, VECTOR_MUST, VECTOR_IF_VALID, VECTOR_IF_INVALID };

struct vector_key {
    const char *name;
    enum vector_type type;
    enum vector_need need;
};

/* A vector being run. */
struct vector_run {
    const cJSON *node;
    enum vector_want want;
    struct map *profiles; /* struct profile by name */
    struct texts texts;
    cJSON *findings;
};

/* A vector being loaded, for a kind's own checks. */
struct vector_load {
    const cJSON *node;
    const char *path;
    enum vector_want want;
    struct map *profiles;
    struct problems *problems;
};

/* One row of the table of kinds: the members beside the common ones, and what is done. */
struct vector_kind {
    const char *name;
    const struct vector_key *keys; /* ends with a NULL name */
    void (*run)(struct vector_run *run);
    void (*check)(const struct vector_load *load); /* what the keys cannot say; may be NULL */
};

extern const struct vector_kind vector_kinds[]; /* ends with a NULL name */

/* What a TEXT or BYTES member says, kept in texts. A problem at path when it is neither; problems may be NULL for what has been
 * checked before. */
struct str vector_read(const cJSON *value, enum vector_type type, struct texts *texts, const char *path,
                       struct problems *problems);

/* Members of the vector that runs. An absent text has p NULL, an absent word is NULL. */
struct str vector_text(struct vector_run *run, const char *key);
struct str vector_bytes(struct vector_run *run, const char *key);
const char *vector_word(const struct vector_run *run, const char *key);
int64_t vector_int(const struct vector_run *run, const char *key, int64_t absent);
bool vector_bool(const struct vector_run *run, const char *key, bool absent);
const struct profile *vector_profile(const struct vector_run *run);

/* A finding when they differ. what names the compared thing. */
void vector_expect_text(struct vector_run *run, const char *what, struct str expected, struct str actual);
void vector_expect_word(struct vector_run *run, const char *what, const char *expected, const char *actual);
void vector_expect_int(struct vector_run *run, const char *what, int64_t expected, int64_t actual);
void vector_expect_bool(struct vector_run *run, const char *what, bool expected, bool actual);

/* Whether the input was taken, against the vector's result; why says why it was not. True when it was and should have been, or
 * may have been: then the rest is compared. */
bool vector_expect_taken(struct vector_run *run, bool taken, const char *why);

/* The clause of an invalid vector against the one found. how says in which way it was fed. */
void vector_expect_clause(struct vector_run *run, const char *how, const char *clause);

/* The clause and offset of an invalid vector against those found. how as above. */
void vector_expect_fault(struct vector_run *run, const char *how, const char *clause, size_t offset);

/* Loads the profile of the member "profile" into the map of profiles, or tells the problem. */
void vector_check_profile(const struct vector_load *load);

/* A problem unless the member is the name of a packet type. */
void vector_check_packet(const struct vector_load *load);

/* The kinds' functions, by file. */
void vector_run_sign(struct vector_run *run);
void vector_run_sign_method(struct vector_run *run);
void vector_run_sign_digest(struct vector_run *run);
void vector_check_sign(const struct vector_load *load);
void vector_run_client_id(struct vector_run *run);
void vector_check_client_id(const struct vector_load *load);
void vector_run_auth_form(struct vector_run *run);
void vector_run_topic_name(struct vector_run *run);
void vector_run_topic_filter(struct vector_run *run);
void vector_run_topic_match(struct vector_run *run);
void vector_run_heartbeat_wait(struct vector_run *run);
void vector_run_heartbeat_deadline(struct vector_run *run);
void vector_run_heartbeat_resets(struct vector_run *run);
void vector_check_heartbeat_resets(const struct vector_load *load);
void vector_run_keep_alive(struct vector_run *run);
void vector_run_mqtt_packet(struct vector_run *run);
void vector_check_mqtt_packet(const struct vector_load *load);
void vector_run_mqtt_stream(struct vector_run *run);
void vector_check_mqtt_stream(const struct vector_load *load);
void vector_run_mqtt_malformed(struct vector_run *run);
void vector_run_mqtt_size(struct vector_run *run);
void vector_run_mqtt_partial(struct vector_run *run);
void vector_run_ws_request(struct vector_run *run);
void vector_run_ws_answer(struct vector_run *run);
void vector_run_ws_frames(struct vector_run *run);
void vector_check_ws_frames(const struct vector_load *load);
void vector_run_explain(struct vector_run *run);
void vector_check_explain(const struct vector_load *load);

#endif
