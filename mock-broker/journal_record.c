#include "journal_record.h"

#include "journal_fields.h"

#include "lib/base/check.h"
#include "lib/base/mem.h"

struct journal_record {
    int64_t wall_ms, clock_ms;
    uint8_t kind;
    uint8_t bytes[]; /* the fields in the order of their table */
};

/* A text whose p is NULL has this length. */
enum { NO_TEXT = 0xffff };

/* Where packing writes to; with bytes NULL it only counts. */
struct writer {
    uint8_t *bytes;
    size_t n;
};

static void put(struct writer *w, const void *from, size_t n)
{
    if (w->bytes && n)
        memcpy(w->bytes + w->n, from, n);
    w->n += n;
}

static struct str cut(struct str s)
{
    if (s.n <= JOURNAL_TEXT_MAX)
        return s;
    s.n = JOURNAL_TEXT_MAX;
    while (s.n > 0 && ((unsigned char)s.p[s.n] & 0xc0) == 0x80)
        s.n--;
    return s;
}

/* JSON cannot be cut; what is too long is left out. */
static struct str bounded(enum journal_type type, struct str text)
{
    if (type != JOURNAL_JSON)
        return cut(text);
    return text.n <= JOURNAL_JSON_MAX ? text : (struct str){0};
}

static void put_text(struct writer *w, struct str text)
{
    uint16_t n = text.p ? (uint16_t)text.n : NO_TEXT;
    put(w, &n, sizeof n);
    if (text.p)
        put(w, text.p, text.n);
}

/* The bytes of a field that is no text; they are copied as they are. */
static size_t plain_size(enum journal_type type)
{
    switch (type) {
    case JOURNAL_WORD:
        return sizeof(const char *);
    case JOURNAL_INT:
    case JOURNAL_INT_OPTIONAL:
    case JOURNAL_CODE:
        return sizeof(int64_t);
    case JOURNAL_BOOL:
        return sizeof(bool);
    default:
        return 0;
    }
}

/* How many texts of a field are kept: of a group without its first (most connections have neither TLS nor WebSocket) only that. */
static size_t kept_texts(enum journal_type type, size_t count, const struct str *first)
{
    bool is_group = type == JOURNAL_TLS || type == JOURNAL_WS;
    return is_group && !first->p ? 1 : count;
}

static void pack(struct journal_event *event, struct writer *w)
{
    struct str *texts;
    for (const struct journal_field *f = journal_shape(event->kind)->fields; f->type != JOURNAL_END; f++) {
        size_t count = journal_texts(f, event, &texts);
        for (size_t i = 0; i < count && i < kept_texts(f->type, count, texts); i++)
            put_text(w, bounded(f->type, texts[i]));
        if (count == 0)
            put(w, (const char *)event + f->offset, plain_size(f->type));
    }
}

struct journal_record *journal_record_new(const struct journal_event *event)
{
    struct journal_event copy = *event;
    struct writer w = {0};
    pack(&copy, &w);
    struct journal_record *record = mem_alloc(sizeof *record + w.n);
    *record = (struct journal_record){event->wall_ms, event->clock_ms, (uint8_t)event->kind};
    w = (struct writer){record->bytes, 0};
    pack(&copy, &w);
    return record;
}

static const uint8_t *get_text(const uint8_t *at, struct str *out)
{
    uint16_t n;
    memcpy(&n, at, sizeof n);
    at += sizeof n;
    *out = n == NO_TEXT ? (struct str){0} : (struct str){(const char *)at, n};
    return at + out->n;
}

void journal_record_read(const struct journal_record *record, struct journal_event *out)
{
    *out = (struct journal_event){
        .kind = (enum journal_kind)record->kind, .wall_ms = record->wall_ms, .clock_ms = record->clock_ms};
    const uint8_t *at = record->bytes;
    struct str *texts;
    for (const struct journal_field *f = journal_shape(out->kind)->fields; f->type != JOURNAL_END; f++) {
        size_t count = journal_texts(f, out, &texts), size = plain_size(f->type);
        for (size_t i = 0; i < count && (i == 0 || i < kept_texts(f->type, count, texts)); i++)
            at = get_text(at, &texts[i]);
        memcpy((char *)out + f->offset, at, size);
        at += size;
    }
}
