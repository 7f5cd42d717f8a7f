/* Tokens that the platform has issued: iotTokens of the HTTPS authentication (AUT-08..10), deviceTokens of the token login
 * (SEC-04..06). Random, bound to a device, good until their time on the injected clock. */
#ifndef BROKER_TOKENS_H
#define BROKER_TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/list.h"
#include "lib/base/str.h"

struct clock;
struct secrets;
struct tokens;

/* A device has this many at most: with one more its oldest goes. */
enum { TOKENS_OF_DEVICE_MAX = 32 };

/* Real devices have room for 64 characters of iotId and 65 of iotToken (device-facts 2.8). */
enum { TOKEN_ID_CHARACTERS = 20, TOKEN_CHARACTERS = 32 };

struct token {
    struct list link;                     /* among its device's */
    char iot_id[TOKEN_ID_CHARACTERS + 1]; /* "": a deviceToken */
    char text[TOKEN_CHARACTERS + 1];
    char *product_key, *device_name, *client_id;
    int64_t expires_ms; /* on the clock */
};

enum token_kind { TOKEN_IOT, TOKEN_DEVICE };

/* For a token that does not expire. */
#define TOKEN_FOREVER INT64_C(-1)

/* None yet; the clock is borrowed, and so are the secrets (NULL: none), among which every token is as long as it is kept. */
struct tokens *tokens_new(const struct clock *clock, struct secrets *secrets);
void tokens_free(struct tokens *t);

/* Forgets all. */
void tokens_clear(struct tokens *t);

/* A new token for a device and clientId; good for lifetime_s or TOKEN_FOREVER. A device has one deviceToken a clientId: the one
 * before goes. Borrowed until it is revoked or cleared, or the device's next tokens push it out. */
const struct token *tokens_issue(struct tokens *t, enum token_kind kind, struct str product_key,
                                 struct str device_name, struct str client_id, int64_t lifetime_s);

/* The token with this iotId, or with this text; NULL: there is none. Expired ones are found too. */
const struct token *tokens_of_iot_id(const struct tokens *t, struct str iot_id);
const struct token *tokens_find(const struct tokens *t, struct str text);

/* Its time has come; at the very moment it is over. */
bool tokens_expired(const struct tokens *t, const struct token *token);

/* Forgets all tokens of a device. */
void tokens_revoke(struct tokens *t, struct str product_key, struct str device_name);

size_t tokens_count(const struct tokens *t);

#endif
