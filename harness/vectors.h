/* The vectors: bytes and digests that the protocol code must reproduce. Loaded strictly, then run one by one. */
#ifndef HARNESS_VECTORS_H
#define HARNESS_VECTORS_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "harness/ledger.h"
#include "lib/base/problem.h"
#include "lib/base/str.h"

struct vectors;
struct vector_kind;

/* What must become of a vector's input; EITHER: both are fine. */
enum vector_want { VECTOR_VALID, VECTOR_INVALID, VECTOR_EITHER };

/* One vector; everything is borrowed from struct vectors. */
struct vector {
    const cJSON *node;
    const char *id, *comment;
    const char *file, *path; /* "sign.json", "sign.json#/vectors/0" */
    const struct vector_kind *kind;
    enum vector_want want;
};

/* An empty set. ledger (borrowed until vectors_free) is where requirement ids are looked up; NULL: they are not. */
struct vectors *vectors_new(const struct ledger *ledger);
void vectors_free(struct vectors *v);

/* Adds the vectors of a file, or of a text whose name stands in paths. Unknown keys, missing or wrong ones, an id given twice,
 * a wrong count, unknown requirements, flags and profiles: each is a problem with its JSON path. */
void vectors_add_file(struct vectors *v, const char *file, struct problems *problems);
void vectors_add_text(struct vectors *v, struct str text, const char *name, struct problems *problems);

/* Adds every *.json of the folder vectors/ of home_dir(), by name. */
void vectors_add_all(struct vectors *v, struct problems *problems);

size_t vectors_count(const struct vectors *v);
const struct vector *vectors_at(const struct vectors *v, size_t index);

/* True when the glob fits the id, or one of the requirements is exactly that. */
bool vector_is_selected(const struct vector *vector, const char *glob);

const char *vector_kind_name(const struct vector *vector);

/* Runs one: an array of {"what", "expected", "actual"}, empty when all holds. The caller frees with cJSON_Delete. The set must
 * have been loaded without problems. */
cJSON *vector_run(const struct vectors *v, const struct vector *vector);

#endif
