/* A hash map from byte strings to pointers, keyed with a per-process random seed so that peers cannot choose collisions. */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "str.h"

struct map;

/* An empty map; it owns copies of its keys, never the values. map_free does not touch the values. */
struct map *map_new(void);
void map_free(struct map *m);

/* The value of a key, or NULL. */
void *map_get(const struct map *m, struct str key);

/* Sets the value (not NULL) and returns the one it replaces, or NULL. */
void *map_put(struct map *m, struct str key, void *value);

/* Takes the key out and returns its value, or NULL when it was not there. */
void *map_take(struct map *m, struct str key);

size_t map_count(const struct map *m);

/* Walks all entries in no order: start with *at = 0, ends with false. The map must not change meanwhile. */
bool map_next(const struct map *m, size_t *at, struct str *key, void **value);

#endif
