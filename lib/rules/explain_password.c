#include "lib/rules/explain_inner.h"

#include "lib/base/hex.h"
#include "lib/base/mem.h"

enum { TARGETS_MAX = 12, SPOILT_TWICE = 2, CONTENT_SIZE = 640 };

/* One way to read the received password: which digest it would come from, and by which mistakes. */
struct target {
    struct explain_reading reading;
    const struct explain_mistake *mistakes[SPOILT_TWICE];
    size_t mistake_count;
};

struct search {
    const struct explain_mistake *rows;
    size_t row_count;
    const struct explain_evidence *evidence;
    struct explanation *out;
    struct target targets[TARGETS_MAX];
    size_t target_count;
    bool size_wanted[SIGN_DIGEST_MAX + 1]; /* some target has a digest of so many bytes */
    bool cut_wanted;                       /* some target is only a part */
    bool prepared[SIGN_METHODS]; /* the last digest by this method was under the device's own secret */
    struct explain_recipe base;
    char scratch[EXPLAIN_SCRATCH_SIZE];
    char content[CONTENT_SIZE];
};

/* A text of hex digits becomes the digest that they stand for. */
static bool to_digest(struct explain_reading *reading)
{
    if (reading->is_digest || reading->is_cut)
        return true;
    size_t size = reading->size / 2;
    if (reading->size % 2 || (size != 16 && size != 20 && size != 32))
        return false;
    for (size_t i = 0; i < reading->size; i++)
        if (hex_digit((char)reading->bytes[i]) < 0)
            return false;
    for (size_t i = 0; i < size; i++)
        reading->bytes[i] = (uint8_t)(hex_digit((char)reading->bytes[2 * i]) << 4 |
                                      hex_digit((char)reading->bytes[2 * i + 1]));
    reading->size = size;
    reading->is_digest = true;
    return true;
}

/* Reads a text in every way that a row knows, and what comes out once more; what leads to a digest becomes a target. */
static void read_back(struct search *s, struct str text, const struct target *from)
{
    for (size_t i = 0; i < s->row_count && s->target_count < TARGETS_MAX; i++) {
        struct target to = *from;
        to.reading = (struct explain_reading){.size = 0};
        if (!s->rows[i].read || !s->rows[i].read(text, &to.reading))
            continue;
        to.mistakes[to.mistake_count++] = &s->rows[i];
        if (!to.reading.is_digest && !to.reading.is_cut && to.mistake_count < SPOILT_TWICE)
            read_back(s, (struct str){(const char *)to.reading.bytes, to.reading.size}, &to);
        if (to_digest(&to.reading) && s->target_count < TARGETS_MAX)
            s->targets[s->target_count++] = to;
    }
}

static void find_targets(struct search *s)
{
    struct str password = s->evidence->connect->packet->password;
    struct target whole = {.mistake_count = 0};
    if (password.n > EXPLAIN_READING_MAX)
        return;
    read_back(s, password, &whole);
    if (password.n)
        memcpy(whole.reading.bytes, password.p, password.n);
    whole.reading.size = password.n;
    if (to_digest(&whole.reading) && s->target_count < TARGETS_MAX)
        s->targets[s->target_count++] = whole;
    for (size_t i = 0; i < s->target_count; i++) {
        const struct explain_reading *reading = &s->targets[i].reading;
        if (reading->is_cut)
            s->cut_wanted = true;
        else
            s->size_wanted[reading->size] = true;
    }
}

/* A part of a digest: the first bytes of it up to a NUL, or the beginning or end of its hex digits. */
static bool is_part(const struct explain_reading *part, const uint8_t *digest, size_t size)
{
    if (part->is_digest)
        return part->size < size && digest[part->size] == 0 &&
               str_eq_constant_time(part->bytes, digest, part->size);
    char hex[SIGN_HEX_SIZE];
    hex_encode(digest, size, hex);
    if (part->size >= 2 * size)
        return false;
    struct str text = {(const char *)part->bytes, part->size};
    struct str front = {hex, part->size}, end = {hex + 2 * size - part->size, part->size};
    return str_eq_nocase(text, front) || str_eq_nocase(text, end);
}

static size_t digest_of(struct search *s, const struct explain_recipe *r, struct str content, uint8_t *digest)
{
    struct str own = s->evidence->device.secret;
    bool is_own = r->key.p == own.p && r->key.n == own.n;
    bool was_own = s->prepared[r->method];
    if (r->keying == EXPLAIN_KEYLESS)
        return sign_hash(r->method, content, digest);
    s->prepared[r->method] = is_own && r->keying == EXPLAIN_KEYED;
    if (r->keying == EXPLAIN_SWAPPED)
        return sign_digest(r->method, content, r->key, digest);
    if (is_own && was_own)
        return sign_digest_again(r->method, r->key, content, digest);
    return sign_digest(r->method, r->key, content, digest);
}

/* Writes what is digested without a key in front of or behind the content. */
static bool join_key(struct search *s, const struct explain_recipe *r, size_t *length)
{
    if (r->keying != EXPLAIN_KEY_BEHIND && r->keying != EXPLAIN_KEY_IN_FRONT)
        return true;
    if (r->key.n > sizeof s->content - *length)
        return false;
    char *content = s->content;
    if (r->keying == EXPLAIN_KEY_IN_FRONT)
        memmove(content + r->key.n, content, *length);
    if (r->key.n)
        memcpy(content + (r->keying == EXPLAIN_KEY_IN_FRONT ? 0 : *length), r->key.p, r->key.n);
    *length += r->key.n;
    return true;
}

/* The target that this recipe gives, or NULL. Parts of passwords are compared with few recipes only: with_parts. */
static const struct target *try_recipe(struct search *s, const struct explain_recipe *recipe, bool with_parts)
{
    bool parts = with_parts && s->cut_wanted;
    size_t length;
    if (!s->size_wanted[sign_digest_size(recipe->method)] && !parts)
        return NULL;
    if (!explain_recipe_content(recipe, s->content, sizeof s->content, &length))
        return NULL;
    struct explain_recipe r = *recipe;
    if (!join_key(s, &r, &length))
        return NULL;
    if (r.keying == EXPLAIN_KEY_BEHIND || r.keying == EXPLAIN_KEY_IN_FRONT)
        r.keying = EXPLAIN_KEYLESS;
    unsigned blocks = 1 + (unsigned)((length + r.key.n) / 64);
    if (s->out->blocks + blocks > EXPLAIN_BLOCKS_MAX)
        return NULL;
    s->out->blocks += blocks;
    s->out->digests++;
    uint8_t digest[SIGN_DIGEST_MAX];
    size_t size = digest_of(s, &r, (struct str){s->content, length}, digest);
    for (size_t i = 0; i < s->target_count; i++) {
        const struct explain_reading *reading = &s->targets[i].reading;
        if (reading->is_cut ? parts && is_part(reading, digest, size)
                            : reading->size == size && str_eq_constant_time(reading->bytes, digest, size))
            return &s->targets[i];
    }
    return NULL;
}

/* Notes a mistake made on a recipe, with its detail. */
static void note_change(struct search *s, struct explain_item *item, const struct explain_mistake *row,
                        unsigned n, const struct explain_recipe *on)
{
    struct explain_recipe recipe = *on;
    recipe.describe = true;
    row->change(s->evidence, n, &recipe);
    explain_add(item, row, recipe.detail);
}

static void note_target(struct explain_item *item, const struct target *target)
{
    for (size_t i = 0; i < target->mistake_count; i++)
        explain_add(item, target->mistakes[i], "");
}

/* The right recipe, sent in a wrong form; then each mistake alone. */
static bool try_singles(struct search *s, struct explain_item *item)
{
    const struct target *hit = try_recipe(s, &s->base, true);
    if (hit) {
        note_target(item, hit);
        return true;
    }
    for (size_t i = 0; i < s->row_count; i++) {
        const struct explain_mistake *row = &s->rows[i];
        bool with_parts = row->change == explain_change_method || row->change == explain_change_undeclared;
        for (unsigned n = 0; row->change; n++) {
            struct explain_recipe recipe = s->base;
            enum explain_step step = row->change(s->evidence, n, &recipe);
            if (step == EXPLAIN_END)
                break;
            hit = step == EXPLAIN_MADE ? try_recipe(s, &recipe, with_parts) : NULL;
            if (!hit)
                continue;
            note_change(s, item, row, n, &s->base);
            note_target(item, hit);
            return true;
        }
    }
    return false;
}

/* The usual variants of one mistake on top of those of the other. */
static bool try_pair(struct search *s, const struct explain_mistake *first,
                     const struct explain_mistake *second, struct explain_item *item)
{
    for (unsigned n = 0; n < second->pairs; n++) {
        struct explain_recipe half = s->base;
        enum explain_step step = second->change(s->evidence, n, &half);
        if (step == EXPLAIN_END)
            break;
        for (unsigned m = 0; step == EXPLAIN_MADE && m < first->pairs; m++) {
            struct explain_recipe both = half;
            enum explain_step next = first->change(s->evidence, m, &both);
            if (next == EXPLAIN_END)
                break;
            const struct target *hit = next == EXPLAIN_MADE ? try_recipe(s, &both, false) : NULL;
            if (!hit)
                continue;
            note_change(s, item, first, m, &half);
            note_change(s, item, second, n, &s->base);
            note_target(item, hit);
            return true;
        }
    }
    return false;
}

static bool try_pairs(struct search *s, struct explain_item *item)
{
    for (size_t i = 0; i < s->row_count; i++)
        for (size_t k = i + 1; s->rows[i].pairs && k < s->row_count; k++)
            if (s->rows[k].pairs && try_pair(s, &s->rows[i], &s->rows[k], item))
                return true;
    return false;
}

void explain_password_search(const struct explain_mistake *rows, size_t count,
                             const struct explain_evidence *evidence, struct explain_item *item,
                             struct explanation *out)
{
    struct search s;
    s.rows = rows;
    s.row_count = count;
    s.evidence = evidence;
    s.out = out;
    s.target_count = 0;
    s.cut_wanted = false;
    memset(s.size_wanted, 0, sizeof s.size_wanted);
    memset(s.prepared, 0, sizeof s.prepared);
    explain_recipe_init(&s.base, evidence, s.scratch);
    find_targets(&s);
    if (s.target_count && !try_singles(&s, item))
        try_pairs(&s, item);
    mem_wipe(&s, sizeof s); /* secrets were made of secrets here */
}
