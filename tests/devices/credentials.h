/* How a device signs in: the CONNECT of each way, and what the authentication endpoint is asked. */
#ifndef DEVICES_CREDENTIALS_H
#define DEVICES_CREDENTIALS_H

#include "lib/base/buf.h"
#include "tests/devices/setting.h"

enum { CREDENTIALS_MAX_BYTES = 2048, CREDENTIALS_SECRET_MAX = 128 };

struct credentials {
    const struct setting *setting;       /* borrowed */
    unsigned tries;                      /* CONNECTs so far */
    char secret[CREDENTIALS_SECRET_MAX]; /* the one in use: given, or registered */
    char iot_id[CREDENTIALS_SECRET_MAX], iot_token[CREDENTIALS_SECRET_MAX];
    bool is_registered;
    bool was_old;     /* the latest CONNECT was one of MQTT 3.1 */
    bool is_old_next; /* the next CONNECT is one of MQTT 3.1 */
};

void credentials_init(struct credentials *c, const struct setting *setting);
void credentials_fini(struct credentials *c);

/* True when a token has to be fetched before the next CONNECT. */
bool credentials_want_token(const struct credentials *c);
void credentials_forget_token(struct credentials *c);

/* The form for /auth/devicename. */
void credentials_form(const struct credentials *c, struct buf *out);

/* What it answered. False when there is no token in it. */
bool credentials_take_token(struct credentials *c, struct str answer);

/* True when the next CONNECT is to register. */
bool credentials_want_registration(const struct credentials *c);

/* What came on /ext/register. False when there is no secret in it. */
bool credentials_take_secret(struct credentials *c, struct str payload);

/* The next CONNECT. */
void credentials_connect(struct credentials *c, struct buf *out);

#endif
