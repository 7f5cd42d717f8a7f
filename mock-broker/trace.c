#include "trace.h"

#include "connection.h"
#include "journal_view.h"
#include "registry.h"
#include "trace_mask.h"

#include "lib/base/check.h"
#include "lib/base/clock.h"
#include "lib/base/hex.h"
#include "lib/base/list.h"
#include "lib/base/map.h"
#include "lib/base/mem.h"
#include "lib/base/secrets.h"

#include <stdlib.h>

/* A rendered entry. */
struct entry {
    struct list link;
    uint64_t seq;
    size_t n;
    char text[];
};

/* What is known of a connection. */
struct traced {
    uint32_t number;
    bool tls_told;
    bool has_left;           /* the device has sent DISCONNECT: who closes first then is of no interest */
    const char *certificate; /* NULL: no handshake was begun */
};

struct trace {
    const struct clock *clock;
    const struct registry *registry;
    struct list entries;
    size_t kept_bytes;
    uint64_t last;
    uint32_t connections;
    struct map *traced; /* by the connection's address */
    void (*on_change)(void *ctx);
    void *on_change_ctx;
};

struct trace *trace_new(const struct clock *clock, const struct registry *registry)
{
    struct trace *t = mem_zalloc(1, sizeof *t);
    t->clock = clock;
    t->registry = registry;
    t->traced = map_new();
    list_init(&t->entries);
    return t;
}

static void drop(struct trace *t, struct entry *e)
{
    list_remove(&e->link);
    t->kept_bytes -= e->n;
    free(e);
}

/* Connections that are open are told of no more. */
static void drop_connections(struct trace *t)
{
    size_t at = 0;
    struct str key;
    void *of;
    while (map_next(t->traced, &at, &key, &of))
        free(of);
    map_free(t->traced);
}

static void drop_entries(struct trace *t)
{
    LIST_EACH(&t->entries, at)
    drop(t, LIST_ITEM(at, struct entry, link));
}

void trace_clear(struct trace *t)
{
    if (!t)
        return;
    drop_entries(t);
    drop_connections(t);
    t->traced = map_new();
    t->last = 0;
    t->connections = 0;
    if (t->on_change)
        t->on_change(t->on_change_ctx);
}

void trace_free(struct trace *t)
{
    if (!t)
        return;
    drop_entries(t);
    drop_connections(t);
    free(t);
}

static struct str key_of(const struct connection *const *c)
{
    return (struct str){(const char *)c, sizeof *c};
}

/* NULL when the connection is older than the trace, or has ended. */
static struct traced *traced_of(const struct trace *t, const struct connection *c)
{
    return map_get(t->traced, key_of(&c));
}

/* A new entry; conn 0: of no connection. */
static cJSON *begin(const struct trace *t, const char *what, const struct traced *of)
{
    char time[CLOCK_TEXT_SIZE];
    clock_text(clock_wall_ms(t->clock), time);
    cJSON *entry = cJSON_CreateObject();
    cJSON_AddNumberToObject(entry, "seq", (double)(t->last + 1));
    cJSON_AddNumberToObject(entry, "clock_ms", (double)clock_now_ms(t->clock));
    cJSON_AddStringToObject(entry, "time", time);
    cJSON_AddStringToObject(entry, "what", what);
    if (of)
        cJSON_AddNumberToObject(entry, "conn", of->number);
    return entry;
}

/* Keeps the entry, which is freed here. */
static void keep(struct trace *t, cJSON *entry)
{
    char *text = cJSON_PrintUnformatted(entry);
    size_t n = strlen(text);
    struct entry *e = mem_alloc(sizeof *e + n);
    e->seq = ++t->last;
    e->n = n;
    memcpy(e->text, text, n);
    free(text);
    cJSON_Delete(entry);
    list_add_last(&t->entries, &e->link);
    t->kept_bytes += n;
    while (t->kept_bytes > TRACE_KEPT_BYTES_MAX)
        drop(t, LIST_ITEM(t->entries.next, struct entry, link));
    if (t->on_change)
        t->on_change(t->on_change_ctx);
}

void trace_accept(struct trace *t, const struct connection *c, const char *port)
{
    if (!t)
        return;
    struct traced *of = mem_zalloc(1, sizeof *of);
    of->number = ++t->connections;
    CHECK(!map_put(t->traced, key_of(&c), of));
    cJSON *entry = begin(t, "accept", of);
    cJSON_AddStringToObject(entry, "port", port);
    cJSON_AddStringToObject(entry, "peer", channel_peer(c->channel));
    keep(t, entry);
}

/* A text of the device's, unless it holds a secret. */
static const char *shown(const struct trace *t, const char *text)
{
    return secrets_in(registry_secrets(t->registry), str_of(text)) ? SECRETS_MASK : text;
}

/* Says once what TLS agreed on. */
static void tell_tls(struct trace *t, const struct connection *c, struct traced *of)
{
    const struct channel_tls *tls = of->certificate && !of->tls_told ? channel_tls_info(c->channel) : NULL;
    if (!tls)
        return;
    of->tls_told = true;
    cJSON *entry = begin(t, "tls", of);
    cJSON_AddStringToObject(entry, "version", tls->version);
    cJSON_AddStringToObject(entry, "cipher", tls->cipher);
    cJSON_AddStringToObject(entry, "serverName", shown(t, tls->server_name));
    if (*tls->anonymous)
        cJSON_AddStringToObject(entry, "anonymous", tls->anonymous);
    cJSON_AddStringToObject(entry, "certificate", of->certificate);
    keep(t, entry);
}

void trace_certificate(struct trace *t, const struct connection *c, const char *certificate)
{
    struct traced *of = t ? traced_of(t, c) : NULL;
    if (of)
        of->certificate = certificate;
}

void trace_websocket(struct trace *t, const struct connection *c, struct str path, struct str protocol)
{
    struct traced *of = t ? traced_of(t, c) : NULL;
    if (!of)
        return;
    tell_tls(t, c, of);
    char *copies[] = {mem_dup(path.p, path.n), mem_dup(protocol.p, protocol.n)};
    cJSON *entry = begin(t, "ws", of);
    cJSON_AddStringToObject(entry, "path", shown(t, copies[0]));
    cJSON_AddStringToObject(entry, "protocol", shown(t, copies[1]));
    keep(t, entry);
    free(copies[0]);
    free(copies[1]);
}

/* The bytes, secrets masked, cut to what is kept. */
static void add_bytes(const struct trace *t, cJSON *entry, const uint8_t *bytes, size_t n)
{
    uint8_t *copy = (uint8_t *)mem_dup(bytes, n);
    trace_mask(t->registry, copy, n);
    size_t shown = n < TRACE_PACKET_BYTES_MAX ? n : TRACE_PACKET_BYTES_MAX;
    char *digits = mem_alloc(2 * shown + 1);
    hex_encode(copy, shown, digits);
    cJSON_AddStringToObject(entry, "hex", digits);
    cJSON_AddNumberToObject(entry, "bytes", (double)n);
    free(digits);
    free(copy);
}

static const char *const words[] = {"in", "out", "withheld"};

void trace_packet(struct trace *t, const struct connection *c, enum trace_direction direction,
                  const uint8_t *bytes, size_t n)
{
    struct traced *of = t && n > 0 ? traced_of(t, c) : NULL;
    if (!of)
        return;
    tell_tls(t, c, of);
    cJSON *entry = begin(t, words[direction], of);
    const char *name = mqtt_type_name(bytes[0] >> 4);
    of->has_left = of->has_left || (direction == TRACE_IN && bytes[0] >> 4 == MQTT_DISCONNECT);
    cJSON_AddItemToObject(entry, "packet", name ? cJSON_CreateString(name) : cJSON_CreateNull());
    add_bytes(t, entry, bytes, n);
    keep(t, entry);
}

void trace_bytes(struct trace *t, const struct connection *c, enum trace_direction direction,
                 const uint8_t *bytes, size_t n, const struct mqtt_fault *fault)
{
    struct traced *of = t && n > 0 ? traced_of(t, c) : NULL;
    if (!of)
        return;
    tell_tls(t, c, of);
    cJSON *entry = begin(t, words[direction], of);
    cJSON_AddNullToObject(entry, "packet");
    add_bytes(t, entry, bytes, n);
    if (fault) {
        cJSON *view = cJSON_AddObjectToObject(entry, "fault");
        cJSON_AddStringToObject(view, "reason", fault->reason);
        cJSON_AddNumberToObject(view, "offset", (double)fault->offset);
        cJSON_AddStringToObject(view, "requirement", fault->clause);
    }
    keep(t, entry);
}

static const char *how_name(enum channel_end_kind kind)
{
    static const char *const names[] = {
        [CHANNEL_END_LOCAL] = "closed",  [CHANNEL_END_FIN] = "fin", [CHANNEL_END_RESET] = "reset",
        [CHANNEL_END_TLS] = "tls",       [CHANNEL_END_WS] = "ws",   [CHANNEL_END_OVERFLOW] = "overflow",
        [CHANNEL_END_FAILED] = "failed",
    };
    return names[kind];
}

static void tell_tls_failure(struct trace *t, const struct traced *of, const char *detail)
{
    cJSON *entry = begin(t, "tls-failed", of);
    cJSON_AddStringToObject(entry, "detail", detail);
    cJSON_AddStringToObject(entry, "certificate", of->certificate);
    keep(t, entry);
}

void trace_end(struct trace *t, const struct connection *c, const struct channel_end *end)
{
    struct traced *of = t ? map_take(t->traced, key_of(&c)) : NULL;
    if (!of)
        return;
    tell_tls(t, c, of);
    bool ours = end->kind == CHANNEL_END_LOCAL || end->kind == CHANNEL_END_OVERFLOW;
    if (of->certificate && !of->tls_told && !ours)
        tell_tls_failure(t, of, end->detail);
    cJSON *entry = begin(t, "end", of);
    cJSON_AddStringToObject(entry, "by", ours && !of->has_left ? "platform" : "device");
    cJSON_AddStringToObject(entry, "how", of->has_left ? "disconnect" : how_name(end->kind));
    cJSON_AddStringToObject(entry, "detail", end->detail);
    keep(t, entry);
    free(of);
}

void trace_event(struct trace *t, const struct journal_event *event)
{
    if (!t)
        return;
    cJSON *entry = begin(t, "event", NULL);
    cJSON_AddItemToObject(entry, "event", journal_view_json(event));
    keep(t, entry);
}

uint64_t trace_last(const struct trace *t)
{
    return t ? t->last : 0;
}

/* The first entry with a number above since, or the list's head: found from the end, where the new ones are. */
static const struct list *first_after(const struct trace *t, uint64_t since)
{
    const struct list *at = &t->entries;
    while (at->prev != &t->entries && LIST_ITEM(at->prev, const struct entry, link)->seq > since)
        at = at->prev;
    return at;
}

void trace_render(const struct trace *t, uint64_t since, struct buf *out)
{
    const struct list *at = first_after(t, since);
    uint64_t next = since < t->last ? since : t->last, lost = 0;
    size_t begun = out->len;
    if (at != &t->entries)
        lost = LIST_ITEM(at, const struct entry, link)->seq - since - 1;
    CHECK(buf_append_str(out, STR("{\"entries\":[")));
    for (bool first = true; at != &t->entries; at = at->next, first = false) {
        const struct entry *e = LIST_ITEM(at, const struct entry, link);
        if (!first && out->len - begun + e->n > TRACE_ANSWER_BYTES_MAX)
            break;
        CHECK(first || buf_append_byte(out, ','));
        CHECK(buf_append(out, e->text, e->n));
        next = e->seq;
    }
    CHECK(buf_printf(out, "],\"next\":%llu,\"lost\":%llu}", (unsigned long long)next,
                     (unsigned long long)lost));
}

void trace_on_change(struct trace *t, void (*then)(void *ctx), void *ctx)
{
    t->on_change = then;
    t->on_change_ctx = ctx;
}
