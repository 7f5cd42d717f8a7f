#include "tests/devices/breakage.h"

#include <string.h>

#define SECRET       "secret", "tls"
#define HTTPS        "https", "tls"
#define REGISTRATION "registration", "tls"
#define TCP          "secret", "tcp"

static const struct breakage_row rows[BREAKAGES] = {
    [BREAKS_NOTHING] = {"nothing", "", "a good device", SECRET},
    [NO_DUP] = {"no-dup", "DEV-04", "a message is sent again without DUP", SECRET},
    [NEW_PACKET_ID] = {"new-packet-id", "DEV-04", "a message is sent again with a new packet identifier",
                       SECRET},
    [NO_RESEND] = {"no-resend", "DEV-04", "an unacknowledged message is forgotten on reconnect", SECRET},
    [REUSES_PACKET_ID] = {"reuses-packet-id", "DEV-04",
                          "sends two messages at a time, all with packet identifier 1", SECRET},
    [NO_PING] = {"no-ping", "KAL-12", "sends nothing by itself, no PINGREQ either", SECRET},
    [LATE_PING] = {"late-ping", "KAL-12", "sends nothing but PINGREQ, and that after 1.5 keep alives",
                   SECRET},
    [SHORT_KEEP_ALIVE] = {"short-keep-alive", "KAL-13", "asks for a keep alive of 60 s", SECRET},
    [HANGS_CONNACK] = {"hangs-connack", "DEV-05", "waits for ever for a CONNACK", SECRET},
    [HANGS_PINGRESP] = {"hangs-pingresp", "DEV-06", "does not notice that no PINGRESP comes", SECRET},
    [STORM] = {"storm", "DEV-07", "connects again after 200 ms, for ever", SECRET},
    [NO_GROWTH] = {"no-growth", "DEV-07", "connects again every 5 s, for ever", SECRET},
    [GIVES_UP] = {"gives-up", "KAL-14", "does not connect again after its connection has ended", SECRET},
    [GIVES_UP_DIALLING] = {"gives-up-dialling", "DEV-20", "does not dial again when nobody listens", SECRET},
    [GIVES_UP_REFUSED] = {"gives-up-refused", "DEV-08", "does not connect again after a refusal", SECRET},
    [FIGHTS_TAKEOVER] = {"fights-takeover", "DEV-15",
                         "is back after 200 ms whenever the platform ends a session", SECRET},
    [IGNORES_ROOT] = {"ignores-root", "DEV-13", "takes a certificate of any root", SECRET},
    [IGNORES_NAME] = {"ignores-name", "DEV-13", "takes a certificate with any name", SECRET},
    [IGNORES_EXPIRY] = {"ignores-expiry", "DEV-13", "takes a certificate that has expired", SECRET},
    [OLD_TLS] = {"old-tls", "DEV-14", "tries TLS 1.1 first", SECRET},
    [NO_SNI] = {"no-sni", "DEV-14", "sends no server name", SECRET},
    [PLAIN] = {"plain", "NET-10", "connects without TLS", TCP},
    [NO_ACK] = {"no-ack", "DEV-03", "acknowledges nothing", SECRET},
    [ACK_TWICE] = {"ack-twice", "DEV-03", "acknowledges each message twice", SECRET},
    [ACK_OTHER_ID] = {"ack-other-id", "DEV-03", "acknowledges with another packet identifier", SECRET},
    [ACK_NO_DUPLICATE] = {"ack-no-duplicate", "DEV-03", "does not acknowledge a message with DUP", SECRET},
    [ACK_QOS0] = {"ack-qos0", "DEV-03", "acknowledges QoS 0 too, with the identifier 1", SECRET},
    [SUBSCRIBE_LOOP] = {"subscribe-loop", "DEV-09",
                        "subscribes again 100 ms after a refused filter, for ever", SECRET},
    [DIES_SUBACK] = {"dies-suback", "DEV-09", "crashes when a filter is refused", SECRET},
    [NO_RESUBSCRIBE] = {"no-resubscribe", "DEV-12", "subscribes once in its life", SECRET},
    [CLEAN_SESSION_DEAF] = {"clean-session-deaf", "DEV-12",
                            "asks for a clean session and subscribes once in its life", SECRET},
    [DIES_SPLIT] = {"dies-split", "DEV-10", "crashes when a packet comes in pieces", SECRET},
    [IGNORES_SPLIT] = {"ignores-split", "DEV-10", "a packet that comes in pieces is passed over", SECRET},
    [LOSES_COALESCED] = {"loses-coalesced", "DEV-10", "loses all but the first packet of a segment", SECRET},
    [DIES_UNKNOWN_TOPIC] = {"dies-unknown-topic", "DEV-11", "crashes on a topic it has not subscribed",
                            SECRET},
    [DIES_EMPTY] = {"dies-empty", "DEV-11", "crashes on an empty payload", SECRET},
    [DIES_BINARY] = {"dies-binary", "DEV-11", "crashes on a payload that is no text", SECRET},
    [DIES_LARGE] = {"dies-large", "DEV-11", "crashes on a payload above 1 KiB", SECRET},
    [DIES_LONG_TOPIC] = {"dies-long-topic", "DEV-11", "crashes on a topic above 64 bytes", SECRET},
    [SENDS_AFTER_REFUSAL] = {"sends-after-refusal", "DEV-08", "subscribes although its CONNECT was refused",
                             SECRET},
    [DIES_REFUSED] = {"dies-refused", "DEV-08", "crashes on a CONNACK that refuses", SECRET},
    [SECOND_CONNECT] = {"second-connect", "DEV-01", "sends a second CONNECT on its first connection", SECRET},
    [MALFORMED_LATER] = {"malformed-later", "DEV-01", "sends a PUBLISH with QoS 3 on its first connection",
                         SECRET},
    [WRONG_SECUREMODE] = {"wrong-securemode", "DEV-02",
                          "its first try has the securemode of another transport", SECRET},
    [WRONG_USERNAME] = {"wrong-username", "CID-05",
                        "its first try has productKey&deviceName as the user name", SECRET},
    [WRONG_CLIENT_ID] = {"wrong-client-id", "CID-01", "its first try lacks the closing bar of the client id",
                         SECRET},
    [WRONG_SIGN] = {"wrong-sign", "DEV-02", "its first try is signed with another secret", SECRET},
    [EXAMPLE_CLIENT_ID] = {"example-client-id", "CID-07", "its clientId is that of the documents' example",
                           SECRET},
    [WRONG_KEEP_ALIVE] = {"wrong-keep-alive", "DEV-02", "its first try asks for a keep alive of 10 s",
                          SECRET},
    [LIES] = {"lies", "DEV-21", "is said to ask for a clean session, and does not", SECRET},
    [NO_DISCONNECT] = {"no-disconnect", "DEV-16", "leaves without DISCONNECT", SECRET},
    [IGNORES_GARBAGE] = {"ignores-garbage", "DEV-19", "stays when what comes is no MQTT", SECRET},
    [DIES_GARBAGE] = {"dies-garbage", "DEV-19", "crashes when what comes is no MQTT", SECRET},
    [OLD_TOKEN] = {"old-token", "DEV-18", "signs in with a refused iotToken again and again", HTTPS},
    [REGISTERS_AGAIN] = {"registers-again", "DEV-17",
                         "registers again with a secret in its hands, once in each life", REGISTRATION},
    [REGISTERS_LATER] = {"registers-later", "DEV-17",
                         "fresh from the factory it registers again when its first session ends",
                         REGISTRATION},
    [STAYS_REGISTERING] =
        {"stays-registering", "DEV-17",
         "does not leave after it was given its secret, but signs in on the same connection", REGISTRATION},
    [RESENDS_ACKNOWLEDGED] = {"resends-acknowledged", "DEV-04",
                              "sends each message once more when it has been acknowledged", SECRET},
    [CONNECTS_IN_PLACE] = {"connects-in-place", "DEV-05",
                           "sends CONNECT again on the same connection when no CONNACK comes", SECRET},
    [LATE_PINGRESP] = {"late-pingresp", "DEV-06",
                       "closes just before twice its keep alive when no PINGRESP comes, and is back after it",
                       SECRET},
    [NO_CEILING] = {"no-ceiling", "DEV-07", "waits three times as long after each failure, without end",
                    SECRET},
    [EXITS] = {"exits", "KAL-14", "its program ends when its connection has ended", SECRET},
    [RESTLESS] = {"restless", "DEV-15", "leaves 2 s after it has come back, and dials again", SECRET},
    [OFFERS_ANONYMOUS] = {"offers-anonymous", "DEV-14",
                          "offers cipher suites without authentication beside others", SECRET},
    [ACK_ONE_SLOT] = {"ack-one-slot", "DEV-03",
                      "acknowledges 50 ms later, and only the latest message that came until then", SECRET},
    [SUBSCRIBES_SLOWLY] = {"subscribes-slowly", "DEV-09",
                           "subscribes again 2 s after a refused filter, for ever", SECRET},
    [SESSION_DEAF] = {"session-deaf", "DEV-12",
                      "does not subscribe on a session that was kept, and passes over its messages", SECRET},
    [SPLIT_LENGTH] = {"split-length", "DEV-10", "closes when the remaining length itself comes in pieces",
                      SECRET},
    [DEAF_AFTER_LARGE] = {"deaf-after-large", "DEV-11", "takes no message any more after one above 1 KiB",
                          SECRET},
    [PUBLISHES_FIRST] = {"publishes-first", "DEV-01",
                         "sends a PUBLISH before CONNECT on its first connection", SECRET},
    [RESERVED_FLAGS] = {"reserved-flags", "DEV-01",
                        "sends a SUBSCRIBE with reserved bits 0000 on its first connection", SECRET},
    [WRONG_LENGTH] = {"wrong-length", "DEV-01", "sends a PUBACK with a byte too many on its first connection",
                      SECRET},
    [NO_UTF8] = {"no-utf8", "DEV-01", "sends a topic that is not UTF-8 on its first connection", SECRET},
    [DENIES] = {"denies", "DEV-21", "is said not to subscribe, and does", SECRET},
    [IGNORES_SECRET] = {"ignores-secret", "DEV-17",
                        "fresh from the factory it passes over the message with its secret", REGISTRATION},
    [OTHER_SECRET] = {"other-secret", "DEV-17",
                      "fresh from the factory it signs in with another secret than it was given",
                      REGISTRATION},
    [DEAF_AFTER_RESTART] = {"deaf-after-restart", "DEV-20",
                            "takes no message any more when once nobody was there to dial", SECRET},
    [PUBLISHES_QOS_2] = {"publishes-qos-2", "DEV-22", "sends a PUBLISH with QoS 2 on its first connection",
                         SECRET},
    [SENDS_CONNACK] = {"sends-connack", "DEV-22", "sends a CONNACK on its first connection", SECRET},
    [RESUBSCRIBES_HALF] = {"resubscribes-half", "DEV-12",
                           "subscribes one of its two filters again when its session is lost", SECRET},
    [LEAVES_UNKNOWN_TOPIC] = {"leaves-unknown-topic", "DEV-11",
                              "sends DISCONNECT when a message has a topic that it has not subscribed",
                              SECRET},
    [FALLS_BACK_PLAIN] = {"falls-back-plain", "DEV-13", "dials without TLS when TLS has failed", SECRET},
};

const struct breakage_row *breakage_row(enum breakage b)
{
    return &rows[b];
}

bool breakage_named(const char *name, enum breakage *out)
{
    for (int b = 0; b < BREAKAGES; b++) {
        if (strcmp(rows[b].name, name) != 0)
            continue;
        *out = (enum breakage)b;
        return true;
    }
    return false;
}

void breakage_list(FILE *to)
{
    for (int b = 0; b < BREAKAGES; b++)
        fprintf(to, "%s\t%s\t%s\t%s\t%s\n", rows[b].name, rows[b].requirement, rows[b].auth,
                rows[b].transport, rows[b].text);
}
