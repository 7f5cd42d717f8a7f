/* A refused device is told its mistake. All rules are asked, and for a wrong password the known mistakes are tried: does one of
 * them give just this password? One table, one row a mistake. What no row gives stays unexplained: never a guess. */
#ifndef RULES_EXPLAIN_H
#define RULES_EXPLAIN_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/base/buf.h"
#include "lib/base/str.h"
#include "lib/rules/connect_rules.h"

enum {
    EXPLAIN_MISTAKES_MAX = 4,  /* named for one refusal */
    EXPLAIN_REFUSALS_MAX = 24, /* more than connect_rules has rows */
    EXPLAIN_DETAIL_SIZE = 64,
    EXPLAIN_OTHERS_MAX = 8, /* other devices whose secrets are tried */
    /* The bound on one explanation, whatever the peer sends: digests, counted in blocks of 64 bytes. */
    EXPLAIN_BLOCKS_MAX = 1000
};

/* A token that the platform has issued. Text is borrowed until the explanation is done. */
struct explain_token {
    struct str product_key, device_name, client_id;
    bool expired;
};

/* What the rulebook need not know and an explanation would like to. Any function may be NULL: what it would tell is not
 * known. Each is called a few times an explanation and shall answer at once; text is borrowed until the explanation is done. */
struct explain_lookup {
    void *ctx;
    /* The secret of a product; false when there is none. */
    bool (*product_secret)(void *ctx, struct str product_key, struct str *secret);
    /* The n-th device of a product, in any order, for n from 0 to EXPLAIN_OTHERS_MAX; the device itself may be among them.
     * False when there are no more (or none was found without searching long). */
    bool (*other_device)(void *ctx, struct str product_key, size_t n, struct str *device_name,
                         struct str *secret);
    /* The token that has this text; false when no such token was issued. */
    bool (*token)(void *ctx, struct str text, struct explain_token *out);
};

/* All borrowed. connect is what connect_rules was asked; its lookup is asked again, several times. lookup may be NULL. */
struct explain_input {
    const struct connect_input *connect;
    const struct explain_lookup *lookup;
};

struct explain_words {
    const char *en, *zh; /* "{}" stands for the detail */
};

enum explain_group { EXPLAIN_PASSWORD, EXPLAIN_TOKEN, EXPLAIN_CONNECT, EXPLAIN_GROUPS };

/* Private to explain*.c: what is read from the CONNECT, how a device comes to its password, how a password is read back. */
struct explain_evidence;
struct explain_recipe;
struct explain_reading;
enum explain_step { EXPLAIN_END, EXPLAIN_SKIP, EXPLAIN_MADE };

/* One known mistake. Exactly one of the functions is there, or seen() and change():
 *  change  changes the right recipe of a password into the n-th variant of the mistake: END: there are no more variants; SKIP:
 *          this one does not apply here.
 *  read    reads the password back as far as the digest it was spoilt from.
 *  seen    looks at the CONNECT for this refusal. detail is empty and may be written. */
struct explain_mistake {
    const char *id;
    enum explain_group group;
    const char *rules; /* the refusals it explains: ids of connect_rules, globs, separated by blanks */
    unsigned
        pairs; /* so many of its variants are also tried on top of each other row that has this; 0: none */
    enum explain_step (*change)(const struct explain_evidence *evidence, unsigned n,
                                struct explain_recipe *recipe);
    bool (*read)(struct str password, struct explain_reading *reading);
    bool (*seen)(const struct explain_evidence *evidence, struct str rule, char *detail);
    struct explain_words text;   /* what is wrong */
    struct explain_words remedy; /* what to change */
};

/* The table. */
const struct explain_mistake *explain_table(size_t *count);

/* The same without the rows that this process goes without (lib/base/without): what explain() goes by. */
const struct explain_mistake *explain_rows(size_t *count);

/* The row of an id, or NULL. */
const struct explain_mistake *explain_named(const char *id);

struct explain_found {
    const struct explain_mistake *mistake;
    char detail[EXPLAIN_DETAIL_SIZE]; /* "hmacmd5": printable, never a secret or a part of one */
};

/* One refusal with the mistakes that explain it: all of them together, when there are several. */
struct explain_item {
    struct connect_refusal refusal;
    struct explain_found found[EXPLAIN_MISTAKES_MAX];
    size_t found_count; /* 0: no known mistake */
};

struct explanation {
    bool accepted;
    struct explain_item items[EXPLAIN_REFUSALS_MAX]; /* the refusing rule first */
    size_t count;
    unsigned digests, blocks; /* how many were computed, and how many blocks of 64 bytes they had */
};

/* Explains. Every field of *out that counts is set. About 100 us for a wrong password, far less for anything else. */
void explain(const struct explain_input *in, struct explanation *out);

/* The same with a table of the caller's: for tests that take a row out. */
void explain_with(const struct explain_mistake *rows, size_t count, const struct explain_input *in,
                  struct explanation *out);

enum explain_language { EXPLAIN_ENGLISH, EXPLAIN_CHINESE };

/* Appends what is wrong / what to change: a sentence a mistake, or one about the rule alone. Printable, without a secret. */
void explain_text(const struct explain_item *item, enum explain_language language, struct buf *out);
void explain_remedy(const struct explain_item *item, enum explain_language language, struct buf *out);

/* {"accepted":false,"refusals":[{"rule","requirement","mistakes":[…],"received","accepted","text":{"en","zh"},
 * "change":{"en","zh"}}]}; the caller frees. explain_item_json gives one of the refusals. */
cJSON *explain_json(const struct explanation *explanation);
cJSON *explain_item_json(const struct explain_item *item);

/* Appends docs/explain.md: the table for readers. */
void explain_markdown(struct buf *out);

#endif
