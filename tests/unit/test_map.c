#include "lib/base/map.h"

#include <stdio.h>

#include "tests/unit/unit.h"

static void puts_gets_and_takes(void)
{
    struct map *m = map_new();
    int one = 1, two = 2;
    CU_ASSERT_PTR_NULL(map_get(m, STR("a")));
    CU_ASSERT_PTR_NULL(map_take(m, STR("a")));
    CU_ASSERT_PTR_NULL(map_put(m, STR("a"), &one));
    CU_ASSERT_PTR_EQUAL(map_get(m, STR("a")), &one);
    CU_ASSERT_PTR_EQUAL(map_put(m, STR("a"), &two), &one);
    CU_ASSERT_EQUAL(map_count(m), 1);
    CU_ASSERT_PTR_NULL(map_get(m, STR("A")));
    CU_ASSERT_PTR_EQUAL(map_take(m, STR("a")), &two);
    CU_ASSERT_EQUAL(map_count(m), 0);
    CU_ASSERT_PTR_NULL(map_get(m, STR("a")));
    map_free(m);
    map_free(NULL);
}

/* Keys are bytes, and the map has its own copy of them. */
static void keys_are_copied_bytes(void)
{
    struct map *m = map_new();
    int values[4];
    char key[] = "key";
    map_put(m, str_of(key), &values[0]);
    memcpy(key, "xxx", 3);
    CU_ASSERT_PTR_EQUAL(map_get(m, STR("key")), &values[0]);
    map_put(m, STR("a\0b"), &values[1]);
    map_put(m, STR("a\0c"), &values[2]);
    map_put(m, STR("a"), &values[3]);
    CU_ASSERT_EQUAL(map_count(m), 4);
    CU_ASSERT_PTR_EQUAL(map_get(m, STR("a\0b")), &values[1]);
    CU_ASSERT_PTR_EQUAL(map_get(m, STR("a\0c")), &values[2]);
    map_put(m, STR(""), &values[0]);
    CU_ASSERT_PTR_EQUAL(map_get(m, (struct str){NULL, 0}), &values[0]);
    map_free(m);
}

enum { MANY = 2000 };

static struct str key_of(size_t i)
{
    static char text[16];
    snprintf(text, sizeof text, "k%zu", i);
    return str_of(text);
}

/* Growing and taking out must not lose whoever stood behind in a chain of collisions. */
static void many_keys_come_and_go(void)
{
    static int values[MANY];
    struct map *m = map_new();
    for (size_t i = 0; i < MANY; i++)
        CU_ASSERT_PTR_NULL(map_put(m, key_of(i), &values[i]));
    CU_ASSERT_EQUAL(map_count(m), MANY);
    size_t wrong = 0;
    for (size_t i = 0; i < MANY; i += 3)
        wrong += map_take(m, key_of(i)) != &values[i];
    for (size_t i = 0; i < MANY; i++)
        wrong += map_get(m, key_of(i)) != (i % 3 == 0 ? NULL : &values[i]);
    for (size_t i = 0; i < MANY; i += 3)
        wrong += map_put(m, key_of(i), &values[i]) != NULL;
    for (size_t i = 0; i < MANY; i++)
        wrong += map_take(m, key_of(i)) != &values[i];
    CU_ASSERT_EQUAL(wrong, 0);
    CU_ASSERT_EQUAL(map_count(m), 0);
    map_free(m);
}

static void walks_all_entries_once(void)
{
    static int values[100];
    struct map *m = map_new();
    size_t at = 0, seen = 0, wrong = 0;
    CU_ASSERT_FALSE(map_next(m, &at, NULL, NULL));
    for (size_t i = 0; i < 100; i++) {
        values[i] = 0;
        map_put(m, key_of(i), &values[i]);
    }
    struct str key;
    void *value;
    for (at = 0; map_next(m, &at, &key, &value); seen++) {
        int *counter = (int *)value;
        wrong += !str_eq(key, key_of((size_t)(counter - values)));
        wrong += (*counter)++ != 0;
    }
    CU_ASSERT_EQUAL(seen, 100);
    CU_ASSERT_EQUAL(wrong, 0);
    at = seen = 0;
    while (map_next(m, &at, NULL, NULL))
        seen++;
    CU_ASSERT_EQUAL(seen, 100);
    map_free(m);
}

void unit_map(void)
{
    UNIT(puts_gets_and_takes);
    UNIT(keys_are_copied_bytes);
    UNIT(many_keys_come_and_go);
    UNIT(walks_all_entries_once);
}
