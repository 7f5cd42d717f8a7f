/* A CONNECT read once, before the first rule is asked: what more than one check looks at. For the files of the rulebook only. */
#ifndef RULES_CONNECT_FACTS_H
#define RULES_CONNECT_FACTS_H

#include "lib/rules/connect_rules.h"

struct connect_facts {
    const struct connect_input *in;
    enum connect_mode mode;
    struct client_id client_id;
    bool id_readable; /* it has an extension list, without a fault */
    struct client_id_fault id_fault;
    const char
        *username_fault; /* NULL: product_key and device_name are readable, or the user name is an iotId */
    struct str product_key, device_name;
    struct str securemode, signmethod, timestamp, auth_type; /* p NULL: not sent */
    bool method_known;                                       /* named, or given by the profile */
    enum sign_method method;
    bool keep_alive_clamped;
    uint16_t keep_alive_s;
    struct connect_device device;
    bool iot_id_known; /* by the platform: iot_id is the token that it belongs to */
    struct connect_token iot_id;
};

/* Fills all of it; asks for the iotId and the device. */
void connect_facts_read(struct connect_facts *facts, const struct connect_input *in);

/* May a peer's text be shown? Not when it holds a secret that the platform knows, this CONNECT's password, or anything of a
 * signature's form: a device may have put them in any place. */
bool connect_may_show(const struct connect_input *in, struct str text);

/* Peers' words in our texts: printable, and cut where a character ends, so that the text stays UTF-8; or that they are not
 * shown. connect_quote_known is for names of the platform's own. */
enum { CONNECT_QUOTE_SIZE = 44 };
const char *connect_quote(const struct connect_input *in, struct str s, char out[CONNECT_QUOTE_SIZE]);
const char *connect_quote_known(struct str s, char out[CONNECT_QUOTE_SIZE]);

/* A password in a text: how long it is and whether it is hex, nothing of its content. */
void connect_describe_password(struct str password, char out[CONNECT_TEXT_SIZE]);

#endif
