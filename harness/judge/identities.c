#include "identities.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"

enum { KEY_SIZE = 256 };

static const char *text_of(const cJSON *object, const char *key)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
}

/* What tells whose an observation is: its case, or its connection. */
static void key_of(const struct observation *o, char out[KEY_SIZE])
{
    const char *test = o->from == FROM_JUDGE ? text_of(o->fields, "case") : NULL;
    if (test)
        snprintf(out, KEY_SIZE, "case %s", test);
    else
        snprintf(out, KEY_SIZE, "conn %u", o->conn);
}

/* The deviceName that an observation tells, by the length; NULL: none. */
static const char *name_told(const struct observation *o, size_t *n)
{
    const char *name = NULL;
    if (o->from == FROM_DEVICE && strcmp(o->name, "CONNECT") == 0)
        name = text_of(o->fields, "username");
    else if (o->from == FROM_JUDGE)
        name = text_of(cJSON_GetObjectItemCaseSensitive(o->entry, "device"), "deviceName");
    else if (o->from == FROM_JOURNAL)
        name = text_of(o->fields, "deviceName");
    *n = name ? strcspn(name, "&") : 0;
    return name;
}

/* {key: deviceName} of all that tell one. */
static cJSON *owners_of(const struct stream *stream, size_t count)
{
    cJSON *owners = cJSON_CreateObject();
    for (size_t i = 0; i < count; i++) {
        const struct observation *o = stream_items(stream)[i];
        char key[KEY_SIZE];
        size_t n;
        const char *name = name_told(o, &n);
        key_of(o, key);
        if (!name || o->from == FROM_JOURNAL || cJSON_HasObjectItem(owners, key))
            continue;
        char *text = mem_dup(name, n);
        cJSON_AddStringToObject(owners, key, text);
        free(text);
    }
    return owners;
}

/* Whose it is; the caller frees. */
static char *owner_of(const struct observation *o, const cJSON *owners)
{
    char key[KEY_SIZE];
    size_t n;
    const char *told = o->from == FROM_JOURNAL ? name_told(o, &n) : NULL;
    key_of(o, key);
    const char *known = text_of(owners, key);
    return told ? mem_dup(told, n) : mem_strdup(known ? known : "");
}

const struct observation **identities_in_turn(const struct stream *stream, size_t count)
{
    const struct observation **out = mem_zalloc(count + 1, sizeof(const struct observation *));
    char **names = mem_zalloc(count + 1, sizeof *names);
    cJSON *owners = owners_of(stream, count);
    size_t put = 0;
    for (size_t i = 0; i < count; i++)
        names[i] = owner_of(stream_items(stream)[i], owners);
    for (size_t first = 0; first < count; first++) {
        char *name = names[first];
        for (size_t i = first; name && i < count; i++) {
            if (!names[i] || strcmp(names[i], name) != 0)
                continue;
            out[put++] = stream_items(stream)[i];
            if (i > first)
                free(names[i]);
            names[i] = NULL;
        }
        free(name);
    }
    cJSON_Delete(owners);
    free(names);
    return out;
}
