/* The platform's rulebook for signing in: one ordered table, one row a rule. It judges a decoded CONNECT by a profile and asks
 * for devices through a callback; it knows no registry, no socket and no clock. */
#ifndef RULES_CONNECT_RULES_H
#define RULES_CONNECT_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/str.h"
#include "lib/protocol/client_id.h"
#include "lib/protocol/device_sign.h"
#include "lib/protocol/mqtt_packet.h"
#include "lib/protocol/transport.h"
#include "lib/rules/profile.h"

/* What is known of a device; zero means nothing is. The secret is borrowed until the check has returned. */
struct connect_device {
    bool product_known;
    bool known; /* the product has a device of this name */
    bool enabled;
    struct str secret; /* empty: the device is registered in advance and has none yet */
    bool activated;    /* it has been online, or its secret was given out in another way */
    /* Of the product: dynamic registration. */
    bool registers,
        registers_unknown; /* the switch is on; devices need not be known before (authType=regnwl) */
    struct str product_secret;
};

/* A token that was issued: an iotToken (iot_id is set) or a deviceToken. Borrowed until the check has returned. */
struct connect_token {
    struct str iot_id; /* p NULL: a deviceToken */
    struct str product_key, device_name, client_id;
    bool expired;
};

/* Where the rulebook asks; each but secret is called at most once a check. */
struct connect_lookup {
    void *ctx;
    /* Fills *out, which comes zeroed. */
    void (*device)(void *ctx, struct str product_key, struct str device_name, struct connect_device *out);
    /* The token of an iotId, or (its text) any token; false when there is none. NULL: no token was ever issued. */
    bool (*iot_id)(void *ctx, struct str iot_id, struct connect_token *out);
    bool (*token)(void *ctx, struct str text, struct connect_token *out);
    /* Does a text hold a secret or token of the platform's? NULL: none is known. */
    bool (*secret)(void *ctx, struct str text);
};

/* How a CONNECT signs in; seen from client id and user name before the first rule is asked. */
enum connect_mode {
    CONNECT_BY_SECRET,       /* the password is a signature under the deviceSecret */
    CONNECT_BY_IOT_TOKEN,    /* user name iotId, password iotToken (AUT-08) */
    CONNECT_BY_DEVICE_TOKEN, /* securemode=-2, password deviceToken (SEC-04, SEC-05) */
    CONNECT_TO_REGISTER,     /* authType=register: asks for a deviceSecret */
    CONNECT_TO_REGNWL        /* authType=regnwl: asks for a deviceToken */
};

static inline bool connect_mode_registers(enum connect_mode mode)
{
    return mode == CONNECT_TO_REGISTER || mode == CONNECT_TO_REGNWL;
}

/* All borrowed. The packet's text must outlive the verdict. */
struct connect_input {
    const struct mqtt_connect *packet;
    enum transport transport;
    const struct profile *profile;
    const struct connect_lookup *lookup;
};

enum { CONNECT_TEXT_SIZE = 160 };

/* received and accepted are for people: short, printable, without a secret or any part of a password (which shows as
 * "40 hex digits" or "12 characters, not hex"), wherever in the CONNECT it stood. */
struct connect_refusal {
    const struct connect_rule *rule;
    int return_code; /* 1..5 for the CONNACK, or PROFILE_REFUSAL_CLOSE: close without one */
    char received[CONNECT_TEXT_SIZE];
    char accepted[CONNECT_TEXT_SIZE];
};

/* What was odd but tolerated: one bit each in struct connect_verdict. */
enum connect_note {
    CONNECT_NOTE_LEVEL_3_1,          /* MQTT 3.1 */
    CONNECT_NOTE_WILL,               /* a will: read and dropped */
    CONNECT_NOTE_UNKNOWN_KEYS,       /* extension keys outside the table (CID-03) */
    CONNECT_NOTE_IGNORED_ITEMS,      /* empty items, or items without '=' (CID-03) */
    CONNECT_NOTE_CONTROL_CHARACTERS, /* line feeds and the like in the client id (CID-03) */
    CONNECT_NOTE_KEEP_ALIVE_CLAMPED, /* above the maximum and taken as the maximum (keepalive.clamp) */
    CONNECT_NOTE_METHOD_DEFAULT,     /* no signmethod: sign.default (SIG-07) */
    CONNECT_NOTE_METHOD_SHA256,      /* signed by a formula that no document gives (SIG-06) */
    CONNECT_NOTES
};

/* The outcome. Identity is filled as far as it could be read, also on a refusal: a str whose p is NULL was not readable. */
struct connect_verdict {
    bool accepted;
    enum connect_mode mode;
    struct str product_key, device_name; /* of the user name, or those that the iotId was issued to */
    struct str core;                     /* the clientId: what stands before the first bar */
    uint16_t keep_alive_s;               /* in force, after clamping */
    enum sign_method method;             /* used; meaningful when accepted */
    uint32_t notes;                      /* bit n: enum connect_note n */
    struct {
        struct str product_key, device_name, core;
    } shown; /* the same texts for journal and log: SECRETS_MASK where one may be a secret */
    struct connect_refusal refusal; /* when not accepted: the first rule that refused */
};

/* What the checks look at: everything read from the packet once, before the first rule runs. See connect_facts.h. */
struct connect_facts;

/* One rule. check() returns true when it has nothing against the facts; otherwise it writes both texts. A check never
 * relies on an earlier rule having passed: what it cannot judge, it lets pass. */
struct connect_rule {
    const char *id;          /* "keep-alive" */
    const char *requirement; /* "KAL-02" */
    const char *refusal;     /* "refusal.keepalive": the profile value that says how it refuses */
    size_t refusal_offset;   /* of that value in struct profile */
    bool (*check)(const struct connect_facts *facts, char *received, char *accepted);
};

/* The table, in the order in which the rules are asked. */
const struct connect_rule *connect_rules_table(size_t *count);

/* The row of an id, or NULL. */
const struct connect_rule *connect_rules_named(const char *id);

/* Asks the rules in order until one refuses. Returns out->accepted. Every field of *out is set. */
bool connect_rules_check(const struct connect_input *in, struct connect_verdict *out);

/* The same with a table of the caller's: for tests that take a row out. */
bool connect_rules_check_with(const struct connect_rule *rules, size_t count, const struct connect_input *in,
                              struct connect_verdict *out);

/* Asks all rules and lists every refusal (at most max, which connect_rules_table's count always satisfies). Returns how many. */
size_t connect_rules_all(const struct connect_input *in, struct connect_refusal *refusals, size_t max);

/* One sentence about a noted oddity of this packet; out has CONNECT_TEXT_SIZE bytes. */
void connect_note_text(const struct connect_input *in, enum connect_note note, char out[CONNECT_TEXT_SIZE]);

#endif
