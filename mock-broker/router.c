#include "router.h"

#include "lib/base/buf.h"
#include "lib/base/check.h"
#include "lib/base/list.h"
#include "lib/base/map.h"
#include "lib/base/mem.h"
#include "lib/protocol/topic.h"

#include <stdlib.h>

/* A filter somebody has subscribed; it lives as long as it has a subscriber. */
struct filter {
    struct list subscriptions;
    struct node *node; /* of a filter with wildcards, else NULL */
    size_t n;
    char text[];
};

struct subscription {
    struct list of_filter;
    struct subscription *next; /* of the same subscriber */
    struct subscriber *who;
    struct filter *filter;
    uint8_t qos;
};

/* A level in the tree of filters with wildcards. plus and hash are kept at hand; literal children are found in the map of
 * edges, by parent and text. */
struct node {
    struct node *parent, *plus, *hash;
    struct filter *filter; /* that ends here */
    size_t children;
    size_t n;
    char level[];
};

struct target {
    struct subscriber *who;
    uint8_t qos;
};

struct router {
    struct map *exact;    /* filter text to struct filter */
    struct map *wildcard; /* the same for filters with wildcards */
    struct map *edges;    /* parent's address and level text to struct node */
    struct node *root;
    struct buf key; /* scratch of edge(): an address and one level */
    struct target *targets;
    uint32_t target_count, target_capacity;
    uint64_t publications;
};

enum { EDGE_KEY_MAX = sizeof(struct node *) + 65535 };

struct router *router_new(void)
{
    struct router *r = mem_zalloc(1, sizeof *r);
    r->exact = map_new();
    r->wildcard = map_new();
    r->edges = map_new();
    r->root = mem_zalloc(1, sizeof *r->root);
    buf_init(&r->key, EDGE_KEY_MAX);
    return r;
}

void router_free(struct router *r)
{
    if (!r)
        return;
    CHECK(map_count(r->exact) == 0 && map_count(r->edges) == 0);
    map_free(r->exact);
    map_free(r->wildcard);
    map_free(r->edges);
    free(r->root);
    free(r->targets);
    buf_fini(&r->key);
    free(r);
}

size_t router_filters(const struct router *r)
{
    return map_count(r->exact) + map_count(r->wildcard);
}

static struct str edge(struct router *r, const struct node *parent, struct str level)
{
    buf_clear(&r->key);
    CHECK(buf_append(&r->key, &parent, sizeof parent) && buf_append_str(&r->key, level));
    return buf_str(&r->key);
}

/* The place in the parent that points to a wildcard child, or NULL for a literal level. */
static struct node **wildcard_slot(struct node *parent, struct str level)
{
    if (str_is(level, "+"))
        return &parent->plus;
    return str_is(level, "#") ? &parent->hash : NULL;
}

static struct node *child(struct router *r, struct node *parent, struct str level)
{
    struct node **slot = wildcard_slot(parent, level);
    return slot ? *slot : map_get(r->edges, edge(r, parent, level));
}

static struct node *grow(struct router *r, struct node *parent, struct str level)
{
    struct node *n = mem_zalloc(1, sizeof *n + level.n);
    n->parent = parent;
    n->n = level.n;
    if (level.n)
        memcpy(n->level, level.p, level.n);
    struct node **slot = wildcard_slot(parent, level);
    if (slot)
        *slot = n;
    else
        map_put(r->edges, edge(r, parent, level), n);
    parent->children++;
    return n;
}

/* Takes out a node that serves no filter any more, and then its parents that were there for it only. */
static void prune(struct router *r, struct node *n)
{
    while (n->parent && !n->filter && n->children == 0) {
        struct node *parent = n->parent;
        struct str level = {n->level, n->n};
        struct node **slot = wildcard_slot(parent, level);
        if (slot)
            *slot = NULL;
        else
            map_take(r->edges, edge(r, parent, level));
        parent->children--;
        free(n);
        n = parent;
    }
}

static struct filter *find(const struct router *r, struct str text)
{
    return map_get(topic_has_wildcard(text) ? r->wildcard : r->exact, text);
}

static struct filter *add(struct router *r, struct str text)
{
    struct filter *f = mem_zalloc(1, sizeof *f + text.n);
    list_init(&f->subscriptions);
    f->n = text.n;
    memcpy(f->text, text.p, text.n);
    if (!topic_has_wildcard(text)) {
        map_put(r->exact, text, f);
        return f;
    }
    map_put(r->wildcard, text, f);
    struct node *n = r->root;
    struct str level;
    for (size_t at = 0; topic_next_level(text, &at, &level);) {
        struct node *next = child(r, n, level);
        n = next ? next : grow(r, n, level);
    }
    n->filter = f;
    f->node = n;
    return f;
}

static void remove_unused(struct router *r, struct filter *f)
{
    if (!list_is_empty(&f->subscriptions))
        return;
    map_take(f->node ? r->wildcard : r->exact, (struct str){f->text, f->n});
    if (f->node) {
        f->node->filter = NULL;
        prune(r, f->node);
    }
    free(f);
}

/* The link that points to the subscriber's subscription of a filter; *link is NULL when there is none. A subscriber has at
 * most ROUTER_SUBSCRIPTIONS_MAX, a filter may have any number: so this side is searched. */
static struct subscription **link_of(struct subscriber *who, const struct filter *f)
{
    struct subscription **link = &who->first;
    while (*link && (*link)->filter != f)
        link = &(*link)->next;
    return link;
}

enum router_result router_subscribe(struct router *r, struct subscriber *who, struct str filter, uint8_t qos)
{
    struct filter *f = find(r, filter);
    if (f) {
        struct subscription *mine = *link_of(who, f);
        if (mine) {
            mine->qos = qos;
            return ROUTER_REPLACED;
        }
    }
    if (who->count >= ROUTER_SUBSCRIPTIONS_MAX || topic_levels(filter) > ROUTER_LEVELS_MAX)
        return ROUTER_REFUSED;
    if (!f)
        f = add(r, filter);
    struct subscription *s = mem_alloc(sizeof *s);
    *s = (struct subscription){.next = who->first, .who = who, .filter = f, .qos = qos};
    list_add_last(&f->subscriptions, &s->of_filter);
    who->first = s;
    who->count++;
    return ROUTER_ADDED;
}

static void take(struct router *r, struct subscription **link)
{
    struct subscription *s = *link;
    struct filter *f = s->filter;
    *link = s->next;
    s->who->count--;
    list_remove(&s->of_filter);
    free(s);
    remove_unused(r, f);
}

bool router_unsubscribe(struct router *r, struct subscriber *who, struct str filter)
{
    struct filter *f = find(r, filter);
    struct subscription **link = f ? link_of(who, f) : NULL;
    if (!link || !*link)
        return false;
    take(r, link);
    return true;
}

void router_leave(struct router *r, struct subscriber *who)
{
    while (who->first)
        take(r, &who->first);
}

static void add_target(struct router *r, struct subscriber *who, uint8_t qos)
{
    if (who->matched == r->publications) {
        struct target *t = &r->targets[who->target];
        t->qos = qos > t->qos ? qos : t->qos;
        return;
    }
    if (r->target_count == r->target_capacity) {
        r->target_capacity = r->target_capacity ? r->target_capacity * 2 : 16;
        r->targets = mem_realloc(r->targets, r->target_capacity * sizeof *r->targets);
    }
    who->matched = r->publications;
    who->target = r->target_count;
    r->targets[r->target_count++] = (struct target){who, qos};
}

static void add_filter(struct router *r, const struct filter *f)
{
    if (!f)
        return;
    LIST_EACH(&f->subscriptions, at)
    {
        const struct subscription *s = LIST_ITEM(at, struct subscription, of_filter);
        add_target(r, s->who, s->qos);
    }
}

/* Depth is bounded by ROUTER_LEVELS_MAX: no node lies deeper. */
static void walk(struct router *r, struct node *n, struct str topic, size_t at)
{
    bool hidden = n == r->root && topic.n > 0 && topic.p[0] == '$'; /* [MQTT-4.7.2-1] */
    if (n->hash && !hidden)
        add_filter(r, n->hash->filter); /* '#' also matches the level above it */
    struct str level;
    if (!topic_next_level(topic, &at, &level)) {
        add_filter(r, n->filter);
        return;
    }
    if (n->plus && !hidden)
        walk(r, n->plus, topic, at);
    if (n->children > (size_t)(n->plus != NULL) + (size_t)(n->hash != NULL)) {
        struct node *next = map_get(r->edges, edge(r, n, level));
        if (next)
            walk(r, next, topic, at);
    }
}

size_t router_match(struct router *r, struct str topic,
                    void (*deliver)(void *ctx, struct subscriber *who, uint8_t qos), void *ctx)
{
    r->publications++;
    r->target_count = 0;
    add_filter(r, map_get(r->exact, topic));
    if (r->root->children > 0)
        walk(r, r->root, topic, 0);
    uint32_t count = r->target_count;
    for (uint32_t i = 0; i < count; i++)
        deliver(ctx, r->targets[i].who, r->targets[i].qos);
    return count;
}

bool router_granted(const struct subscriber *who, struct str topic, uint8_t *qos)
{
    int best = -1;
    for (const struct subscription *s = who->first; s; s = s->next)
        if (s->qos > best && topic_matches((struct str){s->filter->text, s->filter->n}, topic))
            best = s->qos;
    if (best >= 0)
        *qos = (uint8_t)best;
    return best >= 0;
}

bool router_next(const struct subscriber *who, const struct subscription **at, struct str *filter,
                 uint8_t *qos)
{
    *at = *at ? (*at)->next : who->first;
    if (!*at)
        return false;
    *filter = (struct str){(*at)->filter->text, (*at)->filter->n};
    *qos = (*at)->qos;
    return true;
}
