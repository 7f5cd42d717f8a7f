#include "client_id.h"

/* What a known key may hold. */
enum value_kind { VALUE_WORDS, VALUE_DIGITS, VALUE_ANY };

struct known_key {
    const char *name;
    enum value_kind kind;
    const char *const *words; /* of VALUE_WORDS; ends with NULL */
};

static const char *const securemodes[] = {"-2", "-1", "0", "1", "2", "3", "4", "5", "7", "8", NULL};
static const char *const auth_types[] = {"register", "regnwl", "connwl", NULL};

static const struct known_key known_keys[] = {
    {"securemode", VALUE_WORDS, securemodes},
    {"signmethod", VALUE_ANY, NULL},
    {"timestamp", VALUE_ANY, NULL},
    {"authType", VALUE_WORDS, auth_types},
    {"random", VALUE_ANY, NULL},
    {"instanceId", VALUE_ANY, NULL},
    {"ext", VALUE_DIGITS, NULL},
    {"gw", VALUE_DIGITS, NULL},
    {"_ss", VALUE_DIGITS, NULL},
};

static const struct known_key *known_key_of(struct str key)
{
    for (size_t i = 0; i < sizeof known_keys / sizeof known_keys[0]; i++)
        if (str_is(key, known_keys[i].name))
            return &known_keys[i];
    return NULL;
}

static bool value_fits(const struct known_key *known, struct str value)
{
    if (known->kind == VALUE_ANY)
        return true;
    if (known->kind == VALUE_WORDS) {
        for (size_t i = 0; known->words[i]; i++)
            if (str_is(value, known->words[i]))
                return true;
        return false;
    }
    for (size_t i = 0; i < value.n; i++)
        if (value.p[i] < '0' || value.p[i] > '9')
            return false;
    return true;
}

static bool fails(struct client_id_fault *fault, const char *reason, size_t offset)
{
    *fault = (struct client_id_fault){reason, offset};
    return false;
}

/* One item with a key and '=' joins the list, unless it breaks a known key's rules (CID-04). */
static bool add_item(struct client_id *out, struct client_id_item item, struct client_id_fault *fault)
{
    const struct known_key *known = known_key_of(item.key);
    if (known && item.value.n == 0)
        return fails(fault, "a known key has no value", item.offset);
    if (known && !value_fits(known, item.value))
        return fails(fault, "a known key has a value outside its set", item.offset);
    if (known) {
        struct str before = client_id_get(out, known->name);
        if (before.p && !str_eq(before, item.value))
            return fails(fault, "a known key is given twice with different values", item.offset);
    }
    if (out->count == CLIENT_ID_ITEMS_MAX)
        return fails(fault, "there are more than 64 items", item.offset);
    out->items[out->count++] = item;
    return true;
}

bool client_id_parse(struct str client_id, struct client_id *out, struct client_id_fault *fault)
{
    /* The items are not cleared: count says how many there are, and this is on the way of every sign-in. */
    size_t first = str_find(client_id, '|');
    out->core = (struct str){client_id.p, first};
    out->has_extension = first < client_id.n;
    out->count = out->ignored = 0;
    if (!out->has_extension)
        return true;
    size_t last = str_rfind(client_id, '|');
    if (last == first)
        return fails(fault, "there is no closing bar", client_id.n);
    if (last + 1 != client_id.n)
        return fails(fault, "there is text behind the closing bar", last + 1);
    struct str rest = {client_id.p + first + 1, last - first - 1};
    if (str_trim(rest).n == 0)
        return true;
    for (bool more = true; more;) {
        size_t comma = str_find(rest, ',');
        struct str item = str_trim((struct str){rest.p, comma});
        size_t equals = str_find(item, '=');
        struct str key = str_trim((struct str){item.p, equals});
        more = comma < rest.n;
        if (more)
            rest = (struct str){rest.p + comma + 1, rest.n - comma - 1};
        if (equals == item.n || key.n == 0) {
            out->ignored++;
            continue;
        }
        struct str value = str_trim((struct str){item.p + equals + 1, item.n - equals - 1});
        size_t offset = (size_t)(key.p - client_id.p);
        if (!add_item(out, (struct client_id_item){key, value, offset}, fault))
            return false;
    }
    return true;
}

struct str client_id_get(const struct client_id *id, const char *key)
{
    struct str wanted = str_of(key);
    for (size_t i = 0; i < id->count; i++)
        if (str_eq(id->items[i].key, wanted))
            return id->items[i].value;
    return (struct str){NULL, 0};
}

bool client_id_key_known(struct str key)
{
    return known_key_of(key) != NULL;
}
