/* The platform's client id: core + "|" + key=value list + "|" (CID-01..04, device-facts 2.3). */
#ifndef PROTOCOL_CLIENT_ID_H
#define PROTOCOL_CLIENT_ID_H

#include "lib/base/str.h"

/* Items beyond this many make the list malformed; the longest seen in the field has 12. */
enum { CLIENT_ID_ITEMS_MAX = 64 };

struct client_id_item {
    struct str key, value; /* trimmed */
    size_t offset;         /* of the key in the whole client id, bytes */
};

/* All text is borrowed from the client id that was parsed. */
struct client_id {
    struct str core;    /* up to the first bar; the whole when there is no bar */
    bool has_extension; /* there is a bar */
    struct client_id_item
        items[CLIENT_ID_ITEMS_MAX]; /* in the order sent; empty items and items without '=' are left out */
    size_t count;
    size_t ignored; /* items that were empty or had no '=' (tolerated, CID-03) */
};

struct client_id_fault {
    const char *reason; /* constant text, e.g. "there is no closing bar" */
    size_t offset;      /* byte in the client id */
};

/* Splits a client id: the core ends at the first bar, the list at the last; items are separated by commas and trimmed of
 * white space and control characters; a bar inside the list is part of an item. False with *fault (CID-04) when there is a
 * first bar but no second, text behind the last bar, an empty value of a known key, a known key given twice with different
 * values, a value outside a known key's set (client_id_key_known) or too many items. *out is filled as far as it was read. */
bool client_id_parse(struct str client_id, struct client_id *out, struct client_id_fault *fault);

/* The value of a key (exact case), or an empty str with p NULL when it is not there. */
struct str client_id_get(const struct client_id *id, const char *key);

/* The table of known keys and their value sets: securemode (one of -2 -1 0 1 2 3 4 5 7 8), authType (register regnwl
 * connwl), ext and gw and _ss (decimal digits); signmethod and timestamp and random and instanceId (any non-empty text:
 * which methods are accepted is the profile's business). True when key is in the table. */
bool client_id_key_known(struct str key);

#endif
