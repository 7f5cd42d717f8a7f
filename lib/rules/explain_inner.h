/* What the parts of explain share: the evidence, the recipe of a password, the readings of a received one. */
#ifndef RULES_EXPLAIN_INNER_H
#define RULES_EXPLAIN_INNER_H

#include <stdint.h>

#include "lib/rules/explain.h"

/* The CONNECT, read once. */
struct explain_evidence {
    const struct connect_input *connect;
    const struct explain_lookup *lookup; /* never NULL */
    struct client_id id;
    bool id_readable;                             /* it has an extension list, without a fault */
    struct str product_key, device_name;          /* of the user name; p NULL: not readable */
    struct str securemode, signmethod, timestamp; /* p NULL: not sent */
    bool method_known;
    enum sign_method method;
    struct connect_device device; /* zero: not known */
};

/* Asks for a device; all false when there is none. */
struct connect_device explain_device(const struct explain_evidence *evidence, struct str product_key,
                                     struct str device_name);

/* The value of an extension key that is not there by its exact name, but by one that differs in case; p NULL: none. */
struct str explain_value_nocase(const struct explain_evidence *evidence, const char *key);

/* How the digest is made of key and content. */
enum explain_keying {
    EXPLAIN_KEYED,       /* as the method says */
    EXPLAIN_SWAPPED,     /* key and content in each other's place */
    EXPLAIN_KEYLESS,     /* the plain digest of the content, … */
    EXPLAIN_KEY_BEHIND,  /* … of content and key, … */
    EXPLAIN_KEY_IN_FRONT /* … of key and content */
};

enum { EXPLAIN_PARAMS_MAX = 5, EXPLAIN_SCRATCH_SIZE = 1024 };

struct explain_param {
    struct str name, value;
};

/* How a device comes to its password. Mistakes change one thing each, so that two go together. */
struct explain_recipe {
    enum sign_method method;
    enum explain_keying keying;
    struct str key;
    struct explain_param params[EXPLAIN_PARAMS_MAX]; /* in the order in which they are joined */
    size_t count;
    struct str inside, between, tail; /* between name and value, between parameters, behind all */
    char *scratch;                    /* EXPLAIN_SCRATCH_SIZE bytes of the searcher's, for changed values */
    size_t used;
    bool describe; /* write detail: asked for only when the recipe has turned out to be the one */
    char detail[EXPLAIN_DETAIL_SIZE];
};

/* The right recipe. Copies are made by assignment: what a copy adds to the scratch stands behind what is there. */
void explain_recipe_init(struct explain_recipe *recipe, const struct explain_evidence *evidence,
                         char scratch[EXPLAIN_SCRATCH_SIZE]);

/* a and b joined in the scratch; p NULL when they do not fit. */
struct str explain_recipe_keep(struct explain_recipe *recipe, struct str a, struct str b);

/* Writes the signed content into out[size]; false when it does not fit. */
bool explain_recipe_content(const struct explain_recipe *recipe, char *out, size_t size, size_t *length);

enum { EXPLAIN_READING_MAX = 256 };

/* A password read back as what the mistake was made on: again a text, or the digest's bytes. */
struct explain_reading {
    uint8_t bytes[EXPLAIN_READING_MAX];
    size_t size;
    bool is_digest; /* bytes are the digest itself, not a text */
    bool is_cut;    /* the text is only the beginning or the end of the password */
};

/* Decodes base64, either alphabet, padded or not; false when it is none or does not fit. */
bool explain_base64(struct str text, uint8_t *out, size_t size, size_t *length);

/* A peer's or device's name as a detail: printable, cut where a character ends. */
void explain_quote(struct str name, char detail[EXPLAIN_DETAIL_SIZE]);

/* Appends what a rule said (received, accepted) in Chinese. False, and nothing appended, when there is no phrase for it. */
bool explain_phrase(struct str english, struct buf *out);

/* Notes a mistake, once, as long as there is room. */
void explain_add(struct explain_item *item, const struct explain_mistake *mistake, const char *detail);

/* Tries all mistakes that make a password; adds those that give the received one. */
void explain_password_search(const struct explain_mistake *rows, size_t count,
                             const struct explain_evidence *evidence, struct explain_item *item,
                             struct explanation *out);

/* The functions of the table: changes of the recipe, … */
enum explain_step explain_change_method(const struct explain_evidence *e, unsigned n,
                                        struct explain_recipe *r);
enum explain_step explain_change_undeclared(const struct explain_evidence *e, unsigned n,
                                            struct explain_recipe *r);
enum explain_step explain_change_nameless(const struct explain_evidence *e, unsigned n,
                                          struct explain_recipe *r);
enum explain_step explain_change_order(const struct explain_evidence *e, unsigned n,
                                       struct explain_recipe *r);
enum explain_step explain_change_separators(const struct explain_evidence *e, unsigned n,
                                            struct explain_recipe *r);
enum explain_step explain_change_swapped(const struct explain_evidence *e, unsigned n,
                                         struct explain_recipe *r);
enum explain_step explain_change_keyless(const struct explain_evidence *e, unsigned n,
                                         struct explain_recipe *r);
enum explain_step explain_change_no_timestamp(const struct explain_evidence *e, unsigned n,
                                              struct explain_recipe *r);
enum explain_step explain_change_sdk_timestamp(const struct explain_evidence *e, unsigned n,
                                               struct explain_recipe *r);
enum explain_step explain_change_timestamp_unit(const struct explain_evidence *e, unsigned n,
                                                struct explain_recipe *r);
enum explain_step explain_change_whole_id(const struct explain_evidence *e, unsigned n,
                                          struct explain_recipe *r);
enum explain_step explain_change_no_id(const struct explain_evidence *e, unsigned n,
                                       struct explain_recipe *r);
enum explain_step explain_change_other_id(const struct explain_evidence *e, unsigned n,
                                          struct explain_recipe *r);
enum explain_step explain_change_names_case(const struct explain_evidence *e, unsigned n,
                                            struct explain_recipe *r);
enum explain_step explain_change_values_case(const struct explain_evidence *e, unsigned n,
                                             struct explain_recipe *r);
enum explain_step explain_change_identity(const struct explain_evidence *e, unsigned n,
                                          struct explain_recipe *r);
enum explain_step explain_change_newline(const struct explain_evidence *e, unsigned n,
                                         struct explain_recipe *r);
enum explain_step explain_change_nul(const struct explain_evidence *e, unsigned n, struct explain_recipe *r);
enum explain_step explain_change_key_case(const struct explain_evidence *e, unsigned n,
                                          struct explain_recipe *r);

/* … of its key, … */
enum explain_step explain_secret_whitespace(const struct explain_evidence *e, unsigned n,
                                            struct explain_recipe *r);
enum explain_step explain_secret_quoted(const struct explain_evidence *e, unsigned n,
                                        struct explain_recipe *r);
enum explain_step explain_secret_truncated(const struct explain_evidence *e, unsigned n,
                                           struct explain_recipe *r);
enum explain_step explain_secret_decoded(const struct explain_evidence *e, unsigned n,
                                         struct explain_recipe *r);
enum explain_step explain_secret_product(const struct explain_evidence *e, unsigned n,
                                         struct explain_recipe *r);
enum explain_step explain_secret_other(const struct explain_evidence *e, unsigned n,
                                       struct explain_recipe *r);

/* … readings of a password, … */
bool explain_read_base64(struct str password, struct explain_reading *reading);
bool explain_read_raw(struct str password, struct explain_reading *reading);
bool explain_read_hex_twice(struct str password, struct explain_reading *reading);
bool explain_read_cut(struct str password, struct explain_reading *reading);
bool explain_read_whitespace(struct str password, struct explain_reading *reading);
bool explain_read_quoted(struct str password, struct explain_reading *reading);

/* … and looks at the CONNECT. */
bool explain_see_method_missing(const struct explain_evidence *e, struct str rule, char *detail);
bool explain_see_method_case(const struct explain_evidence *e, struct str rule, char *detail);
bool explain_see_secret(const struct explain_evidence *e, struct str rule, char *detail);
bool explain_see_token_device(const struct explain_evidence *e, struct str rule, char *detail);
bool explain_see_token_client_id(const struct explain_evidence *e, struct str rule, char *detail);
bool explain_see_token_expired(const struct explain_evidence *e, struct str rule, char *detail);
bool explain_see_token_mode(const struct explain_evidence *e, struct str rule, char *detail);
bool explain_see_milliseconds(const struct explain_evidence *e, struct str rule, char *detail);
bool explain_see_library_default(const struct explain_evidence *e, struct str rule, char *detail);
bool explain_see_keep_alive_off(const struct explain_evidence *e, struct str rule, char *detail);
bool explain_see_other_transport(const struct explain_evidence *e, struct str rule, char *detail);
bool explain_see_no_securemode(const struct explain_evidence *e, struct str rule, char *detail);
bool explain_see_will(const struct explain_evidence *e, struct str rule, char *detail);
bool explain_see_mqtt5(const struct explain_evidence *e, struct str rule, char *detail);
bool explain_see_no_extension(const struct explain_evidence *e, struct str rule, char *detail);
bool explain_see_open_bar(const struct explain_evidence *e, struct str rule, char *detail);
bool explain_see_fullwidth_bar(const struct explain_evidence *e, struct str rule, char *detail);
bool explain_see_id_cut(const struct explain_evidence *e, struct str rule, char *detail);
bool explain_see_id_too_long(const struct explain_evidence *e, struct str rule, char *detail);
bool explain_see_username_reversed(const struct explain_evidence *e, struct str rule, char *detail);
bool explain_see_username_separator(const struct explain_evidence *e, struct str rule, char *detail);
bool explain_see_username_incomplete(const struct explain_evidence *e, struct str rule, char *detail);
bool explain_see_escaped(const struct explain_evidence *e, struct str rule, char *detail);
bool explain_see_key_case(const struct explain_evidence *e, struct str rule, char *detail);

#endif
