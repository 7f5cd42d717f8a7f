#include "map.h"

#include "check.h"
#include "mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>

/* Open addressing with linear probing; removal moves later entries back, so there are no tombstones. */
struct entry {
    char *key; /* NULL: free */
    size_t key_n;
    uint64_t hash;
    void *value;
};

struct map {
    struct entry *entries;
    size_t capacity; /* a power of two, or 0 */
    size_t count;
};

static uint64_t seed(void)
{
    static uint64_t value;
    if (value == 0) {
        if (getrandom(&value, sizeof value, 0) != (ssize_t)sizeof value)
            value = (uint64_t)(uintptr_t)&value;
        value |= 1;
    }
    return value;
}

static uint64_t hash_of(struct str key)
{
    uint64_t h = seed();
    for (size_t i = 0; i < key.n; i++) {
        h = (h ^ (unsigned char)key.p[i]) * 0x100000001b3ULL;
        h ^= h >> 29;
    }
    h *= 0x9e3779b97f4a7c15ULL;
    return h ^ (h >> 32);
}

struct map *map_new(void)
{
    return mem_zalloc(1, sizeof(struct map));
}

void map_free(struct map *m)
{
    if (!m)
        return;
    for (size_t i = 0; i < m->capacity; i++)
        free(m->entries[i].key);
    free(m->entries);
    free(m);
}

/* The slot that holds the key, or the free one where it would go; the map has a free slot always. */
static size_t slot_of(const struct map *m, struct str key, uint64_t hash)
{
    size_t mask = m->capacity - 1;
    size_t i = (size_t)hash & mask;
    for (;; i = (i + 1) & mask) {
        const struct entry *e = &m->entries[i];
        if (!e->key || (e->hash == hash && str_eq((struct str){e->key, e->key_n}, key)))
            return i;
    }
}

void *map_get(const struct map *m, struct str key)
{
    if (m->count == 0)
        return NULL;
    const struct entry *e = &m->entries[slot_of(m, key, hash_of(key))];
    return e->key ? e->value : NULL;
}

static void grow(struct map *m)
{
    struct map bigger = {.capacity = m->capacity ? m->capacity * 2 : 8, .count = m->count};
    bigger.entries = mem_zalloc(bigger.capacity, sizeof *bigger.entries);
    for (size_t i = 0; i < m->capacity; i++) {
        struct entry *e = &m->entries[i];
        if (e->key)
            bigger.entries[slot_of(&bigger, (struct str){e->key, e->key_n}, e->hash)] = *e;
    }
    free(m->entries);
    *m = bigger;
}

void *map_put(struct map *m, struct str key, void *value)
{
    CHECK(value != NULL);
    if (m->count >= m->capacity - m->capacity / 4)
        grow(m);
    uint64_t hash = hash_of(key);
    struct entry *e = &m->entries[slot_of(m, key, hash)];
    void *old = e->key ? e->value : NULL;
    if (!e->key) {
        *e = (struct entry){mem_dup(key.p, key.n), key.n, hash, NULL};
        m->count++;
    }
    e->value = value;
    return old;
}

void *map_take(struct map *m, struct str key)
{
    if (m->count == 0)
        return NULL;
    size_t mask = m->capacity - 1, hole = slot_of(m, key, hash_of(key));
    struct entry *e = &m->entries[hole];
    if (!e->key)
        return NULL;
    void *value = e->value;
    free(e->key);
    *e = (struct entry){0};
    m->count--;
    for (size_t i = (hole + 1) & mask; m->entries[i].key; i = (i + 1) & mask) {
        size_t home = (size_t)m->entries[i].hash & mask;
        if (((i - home) & mask) >= ((i - hole) & mask)) {
            m->entries[hole] = m->entries[i];
            m->entries[i] = (struct entry){0};
            hole = i;
        }
    }
    return value;
}

size_t map_count(const struct map *m)
{
    return m->count;
}

bool map_next(const struct map *m, size_t *at, struct str *key, void **value)
{
    for (; *at < m->capacity; (*at)++) {
        const struct entry *e = &m->entries[*at];
        if (!e->key)
            continue;
        if (key)
            *key = (struct str){e->key, e->key_n};
        if (value)
            *value = e->value;
        (*at)++;
        return true;
    }
    return false;
}
