/* What can be broken of the test device: one table of switches (`test-device --break NAME`), each with the requirement that it breaks.
 * A device without a switch is a good one. */
#ifndef DEVICES_BREAKAGE_H
#define DEVICES_BREAKAGE_H

#include <stdbool.h>
#include <stdio.h>

enum breakage {
    BREAKS_NOTHING,
    NO_DUP,
    NEW_PACKET_ID,
    NO_RESEND,
    REUSES_PACKET_ID,
    RESENDS_ACKNOWLEDGED,
    NO_PING,
    LATE_PING,
    SHORT_KEEP_ALIVE,
    HANGS_CONNACK,
    CONNECTS_IN_PLACE,
    HANGS_PINGRESP,
    LATE_PINGRESP,
    STORM,
    NO_GROWTH,
    NO_CEILING,
    GIVES_UP,
    EXITS,
    GIVES_UP_DIALLING,
    GIVES_UP_REFUSED,
    FIGHTS_TAKEOVER,
    RESTLESS,
    IGNORES_ROOT,
    IGNORES_NAME,
    IGNORES_EXPIRY,
    OLD_TLS,
    NO_SNI,
    OFFERS_ANONYMOUS,
    PLAIN,
    NO_ACK,
    ACK_TWICE,
    ACK_OTHER_ID,
    ACK_NO_DUPLICATE,
    ACK_QOS0,
    ACK_ONE_SLOT,
    SUBSCRIBE_LOOP,
    SUBSCRIBES_SLOWLY,
    DIES_SUBACK,
    NO_RESUBSCRIBE,
    CLEAN_SESSION_DEAF,
    SESSION_DEAF,
    DIES_SPLIT,
    IGNORES_SPLIT,
    SPLIT_LENGTH,
    LOSES_COALESCED,
    DIES_UNKNOWN_TOPIC,
    DIES_EMPTY,
    DIES_BINARY,
    DIES_LARGE,
    DEAF_AFTER_LARGE,
    DIES_LONG_TOPIC,
    SENDS_AFTER_REFUSAL,
    DIES_REFUSED,
    SECOND_CONNECT,
    PUBLISHES_FIRST,
    MALFORMED_LATER,
    RESERVED_FLAGS,
    WRONG_LENGTH,
    NO_UTF8,
    WRONG_SECUREMODE,
    WRONG_USERNAME,
    WRONG_CLIENT_ID,
    WRONG_SIGN,
    EXAMPLE_CLIENT_ID,
    WRONG_KEEP_ALIVE,
    LIES,
    DENIES,
    NO_DISCONNECT,
    IGNORES_GARBAGE,
    DIES_GARBAGE,
    OLD_TOKEN,
    REGISTERS_AGAIN,
    REGISTERS_LATER,
    STAYS_REGISTERING,
    IGNORES_SECRET,
    OTHER_SECRET,
    DEAF_AFTER_RESTART,
    PUBLISHES_QOS_2,
    SENDS_CONNACK,
    RESUBSCRIBES_HALF,
    LEAVES_UNKNOWN_TOPIC,
    FALLS_BACK_PLAIN,
    BREAKAGES
};

/* How the device has to run for the switch to show. */
struct breakage_row {
    const char *name, *requirement, *text;
    const char *auth;      /* "secret", "https", "registration" */
    const char *transport; /* "tls" */
};

const struct breakage_row *breakage_row(enum breakage b);

/* False when the name is none. */
bool breakage_named(const char *name, enum breakage *out);

/* A line each: name, requirement, authentication, transport, what is broken; tabs between. */
void breakage_list(FILE *to);

#endif
