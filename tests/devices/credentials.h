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
    char iot_id[CREDENTIALS_SECRET_MAX],
        iot_token[CREDENTIALS_SECRET_MAX]; /* of AUTH_REGNWL: clientId, deviceToken */
    enum transport transport;              /* of the next connection */
    bool is_registered;
    bool was_old;     /* the latest CONNECT was one of MQTT 3.1 */
    bool is_old_next; /* the next CONNECT is one of MQTT 3.1 */
};

void credentials_init(struct credentials *c, const struct setting *setting);
void credentials_fini(struct credentials *c);

void credentials_forget_token(struct credentials *c);

/* Where something has to be asked for over HTTPS before the next CONNECT; NULL: nothing has. */
const char *credentials_post_path(const struct credentials *c);

/* The form for it. */
void credentials_form(const struct credentials *c, struct buf *out);

/* What was answered. False when what was asked for is not in it. */
bool credentials_take_answer(struct credentials *c, struct str answer);

/* True when the next CONNECT is to register. */
bool credentials_want_registration(const struct credentials *c);

/* What came on /ext/register or /ext/regnwl. False when neither secret nor token is in it. */
bool credentials_take_registration(struct credentials *c, struct str payload);

/* The next CONNECT. */
void credentials_connect(struct credentials *c, struct buf *out);

#endif
