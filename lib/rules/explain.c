#include "lib/rules/explain.h"

#include "lib/base/mem.h"
#include "lib/base/without.h"
#include "lib/rules/explain_inner.h"

static const struct explain_lookup knows_nothing = {.ctx = NULL};

struct connect_device explain_device(const struct explain_evidence *evidence, struct str product_key,
                                     struct str device_name)
{
    struct connect_device device = {.known = false};
    const struct connect_lookup *lookup = evidence->connect->lookup;
    if (product_key.n && device_name.n)
        lookup->device(lookup->ctx, product_key, device_name, &device);
    return device;
}

struct str explain_value_nocase(const struct explain_evidence *evidence, const char *key)
{
    if (evidence->id_readable && !client_id_get(&evidence->id, key).p)
        for (size_t i = 0; i < evidence->id.count; i++)
            if (str_eq_nocase(evidence->id.items[i].key, str_of(key)))
                return evidence->id.items[i].value;
    return (struct str){NULL, 0};
}

void explain_quote(struct str name, char detail[EXPLAIN_DETAIL_SIZE])
{
    if (name.n > EXPLAIN_DETAIL_SIZE - 1) {
        name.n = EXPLAIN_DETAIL_SIZE - 1;
        while (name.n && ((unsigned char)name.p[name.n] & 0xc0) == 0x80)
            name.n--;
    }
    str_printable(name, detail, EXPLAIN_DETAIL_SIZE);
}

void explain_add(struct explain_item *item, const struct explain_mistake *mistake, const char *detail)
{
    for (size_t i = 0; i < item->found_count; i++)
        if (item->found[i].mistake == mistake)
            return;
    if (item->found_count == EXPLAIN_MISTAKES_MAX)
        return;
    struct explain_found *found = &item->found[item->found_count++];
    found->mistake = mistake;
    memcpy(found->detail, detail, strlen(detail) + 1);
}

static void read_evidence(struct explain_evidence *e, const struct explain_input *in)
{
    const struct mqtt_connect *packet = in->connect->packet;
    struct client_id_fault fault;
    e->connect = in->connect;
    e->lookup = in->lookup ? in->lookup : &knows_nothing;
    e->id_readable = client_id_parse(packet->client_id, &e->id, &fault) && e->id.has_extension;
    e->securemode = e->id_readable ? client_id_get(&e->id, "securemode") : (struct str){NULL, 0};
    e->signmethod = e->id_readable ? client_id_get(&e->id, "signmethod") : (struct str){NULL, 0};
    e->timestamp = e->id_readable ? client_id_get(&e->id, "timestamp") : (struct str){NULL, 0};
    e->method = SIGN_HMACMD5;
    e->method_known = sign_method_named(e->signmethod, &e->method);
    if (!e->signmethod.p && in->connect->profile->sign_default >= 0) {
        e->method = (enum sign_method)in->connect->profile->sign_default;
        e->method_known = true;
    }
    e->product_key = e->device_name = (struct str){NULL, 0};
    size_t at = packet->has_username ? str_rfind(packet->username, '&') : 0;
    if (packet->has_username && at > 0 && at + 1 < packet->username.n) {
        e->device_name = (struct str){packet->username.p, at};
        e->product_key = (struct str){packet->username.p + at + 1, packet->username.n - at - 1};
    }
    e->device = explain_device(e, e->product_key, e->device_name);
}

/* Is this rule among the row's? */
static bool speaks_of(const struct explain_mistake *row, const char *rule)
{
    struct str rest = str_of(row->rules);
    while (rest.n) {
        struct str word = {rest.p, str_find(rest, ' ')};
        char glob[32];
        if (word.n < sizeof glob) {
            memcpy(glob, word.p, word.n);
            glob[word.n] = '\0';
            if (str_glob(glob, rule))
                return true;
        }
        size_t skip = word.n + (word.n < rest.n);
        rest = (struct str){rest.p + skip, rest.n - skip};
    }
    return false;
}

static void explain_refusal(const struct explain_mistake *rows, size_t count,
                            const struct explain_evidence *e, struct explain_item *item,
                            struct explanation *out)
{
    const char *rule = item->refusal.rule->id;
    item->found_count = 0;
    for (size_t i = 0; i < count; i++) {
        char detail[EXPLAIN_DETAIL_SIZE] = "";
        if (rows[i].seen && speaks_of(&rows[i], rule) && rows[i].seen(e, str_of(rule), detail))
            explain_add(item, &rows[i], detail);
    }
    if (item->found_count == 0 && strcmp(rule, "signature") == 0)
        explain_password_search(rows, count, e, item, out);
}

void explain_with(const struct explain_mistake *rows, size_t count, const struct explain_input *in,
                  struct explanation *out)
{
    struct connect_refusal refusals[EXPLAIN_REFUSALS_MAX];
    struct explain_evidence evidence;
    out->count = connect_rules_all(in->connect, refusals, EXPLAIN_REFUSALS_MAX);
    out->accepted = out->count == 0;
    out->digests = out->blocks = 0;
    if (out->accepted)
        return;
    read_evidence(&evidence, in);
    for (size_t i = 0; i < out->count; i++) {
        out->items[i].refusal = refusals[i];
        explain_refusal(rows, count, &evidence, &out->items[i], out);
    }
}

/* What is left is made once, since explanations point into it. */
const struct explain_mistake *explain_rows(size_t *count)
{
    const struct explain_mistake *rows = explain_table(count);
    if (without_count == 0)
        return rows;
    static struct explain_mistake *left;
    static size_t left_count;
    if (!left) {
        left = mem_zalloc(*count, sizeof *left);
        for (size_t i = 0; i < *count; i++)
            if (!without("mistake", rows[i].id))
                left[left_count++] = rows[i];
    }
    *count = left_count;
    return left;
}

void explain(const struct explain_input *in, struct explanation *out)
{
    size_t count;
    const struct explain_mistake *rows = explain_rows(&count);
    explain_with(rows, count, in, out);
}
