#include "harness/judge/device_check.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/device_seen.h"
#include "tests/unit/unit.h"

/* A stream, and what the check finds in it: the verdict and, of a FAIL, the number of the entry (or -1: none). */
struct row {
    const char *check;
    enum verdict verdict;
    int at;
    const char *lines;
};

#define CONNECT(at, conn)                                                                                    \
#at " " #conn                                                                                            \
        " in CONNECT {'keepAlive': 60, 'mqttClientId': 'x|securemode=3|', 'clientId': 'x', 'username': 'device&pk'}\n"
#define ACCEPTED(at, conn) #at " " #conn " out CONNACK {'returnCode': 0, 'sessionPresent': false}\n"
#define RESUMED(at, conn)  #at " " #conn " out CONNACK {'returnCode': 0, 'sessionPresent': true}\n"
#define REFUSED(at, conn)  #at " " #conn " out CONNACK {'returnCode': 3}\n"
#define EVENT_ONLINE(at, transport)                                                                          \
#at " 0 event online {'productKey': 'pk', 'deviceName': 'device', 'transport': '" transport              \
        "', 'login': 'secret'}\n"
#define ONLINE(at, conn) CONNECT(at, conn) ACCEPTED(at, conn) EVENT_ONLINE(at, "tcp")
#define PUBLISH(at, conn, id, text, dup)                                                                     \
#at " " #conn " in PUBLISH {'packetId': " #id ", 'qos': 1, 'topic': 't', 'payload': '" text              \
        "', 'dup': " dup "}\n"
#define FAILED(at, conn, end) CONNECT(at, conn) REFUSED(at, conn) #end " " #conn " end platform {}\n"

#define CLEAN(at, conn)    #at " " #conn " in CONNECT {'keepAlive': 60, 'cleanSession': true}\n"
#define TO_DEVICE(at, id)  #at " 1 out PUBLISH {'packetId': " #id ", 'dup': false}\n"
#define ACK(at, id)        #at " 1 in PUBACK {'packetId': " #id "}\n"
#define WITHHELD(at, conn) #at " " #conn " withheld CONNACK {}\n"
#define UNANSWERED         "0 1 in PINGREQ\n0 1 withheld PINGRESP {}\n50000 1 in PINGREQ\n"
#define OTHERWISE(peer, detail)                                                                              \
    "0 0 event no-connect {'reason': 'not-mqtt', 'peer': '" peer "', 'detail': '" detail "'}\n"
#define FROM(at, conn) #at " " #conn " accept - {'peer': '10.0.0.5:40002'}\n"

static const struct row rows[] = {
    {"well-formed", VERDICT_PASS, -1, CONNECT(0, 1)},
    {"well-formed", VERDICT_FAIL, 1, CONNECT(0, 1) "1 1 in malformed"},
    {"well-formed", VERDICT_INCONCLUSIVE, -1, "0 1 accept -"},

    {"served", VERDICT_PASS, -1,
     CONNECT(0, 1) "1 1 in malformed\n1 0 event malformed {'reason': 'no QoS 3'}\n"},
    {"served", VERDICT_PASS, -1,
     CONNECT(0, 1)
         CONNECT(1, 1) "1 0 event malformed {'reason': 'a second CONNECT', 'clause': 'MQTT-3.1.0-2'}\n"},
    {"served", VERDICT_FAIL, 2,
     CONNECT(0, 1) "1 1 in PUBLISH {'qos': 2}\n1 0 event malformed {'reason': 'QoS 0 and 1 only', 'clause': "
                   "'section "
                   "4.3.3'}\n"},
    {"served", VERDICT_INCONCLUSIVE, -1, "0 1 accept -"},
    {"noted", VERDICT_INFO, -1, CONNECT(0, 1) "1 0 event note {'text': 'a retain flag is ignored'}\n"},
    {"noted", VERDICT_PASS, -1, ONLINE(0, 1) "1 0 event limit {'limit': 'limits.connect_per_second'}\n"},
    {"noted", VERDICT_PASS, -1,
     ONLINE(0, 1) "1 0 event note {'text': 'a PUBACK for a message that is not in flight is ignored'}\n"
                  "1 0 event note {'text': 'unknown extension keys: _v'}\n"},
    {"noted", VERDICT_INFO, -1,
     ONLINE(0, 1) "1 0 event note {'text': 'unknown extension keys: _v singmethod'}\n"},
    {"noted", VERDICT_INFO, -1, ONLINE(0, 1) "1 0 event limit {'limit': 'limits.topic_bytes'}\n"},

    {"connect-first", VERDICT_PASS, -1, CONNECT(0, 1) "1 1 in PINGREQ\n" CONNECT(2, 2)},
    {"connect-first", VERDICT_FAIL, 0, "0 1 in PINGREQ\n" CONNECT(1, 1)},
    {"connect-first", VERDICT_FAIL, 1, CONNECT(0, 1) CONNECT(5, 1)},
    {"connect-first", VERDICT_FAIL, 0,
     OTHERWISE("10.0.0.5:40001", "the first byte begins neither") FROM(1, 1) CONNECT(1, 1) ACCEPTED(1, 1)},
    {"connect-first", VERDICT_PASS, -1,
     OTHERWISE("10.0.0.6:40001", "the first byte begins neither") FROM(1, 1) CONNECT(1, 1) ACCEPTED(1, 1)},
    {"connect-first", VERDICT_PASS, -1,
     OTHERWISE("10.0.0.5:40001", "this port serves MQTT over TLS only") FROM(1, 1) CONNECT(1, 1)
         ACCEPTED(1, 1)},
    {"connect-first", VERDICT_INCONCLUSIVE, -1, ""},

    {"credentials", VERDICT_PASS, -1, ONLINE(0, 1)},
    {"credentials", VERDICT_FAIL, 0, "0 0 event refused {'rule': 'signature'}\n" ONLINE(1, 1)},
    {"credentials", VERDICT_PASS, -1, "0 0 event refused {'rule': 'device-unknown'}\n" ONLINE(1, 1)},
    {"credentials", VERDICT_INCONCLUSIVE, -1, CONNECT(0, 1)},
    /* A secret that the judge has taken is no mistake of the device's; once the case is over, or it has registered, its own is. */
    {"credentials", VERDICT_PASS, -1,
     "0 0 action renew\n0 0 event refused {'rule': 'signature'}\n1 0 action end\n" ONLINE(1, 1)},
    {"credentials", VERDICT_FAIL, 2,
     "0 0 action renew\n1 0 action end\n2 0 event refused {'rule': 'signature'}\n" ONLINE(1, 1)},
    {"credentials", VERDICT_FAIL, 2,
     "0 0 action renew\n1 0 event registered\n2 0 event refused {'rule': 'signature'}\n" ONLINE(1, 1)},
    {"keep-alive-range", VERDICT_FAIL, 0, "0 0 event refused {'rule': 'keep-alive'}\n"},
    {"keep-alive-range", VERDICT_PASS, -1, ONLINE(0, 1)},

    {"securemode", VERDICT_PASS, -1, ONLINE(0, 1)},
    {"securemode", VERDICT_FAIL, 0, CONNECT(0, 1) ACCEPTED(0, 1) EVENT_ONLINE(0, "tls")},
    {"securemode", VERDICT_FAIL, 0, "0 0 event refused {'rule': 'securemode'}"},

    {"client-id-form", VERDICT_PASS, -1, ONLINE(0, 1)},
    {"client-id-form", VERDICT_PASS, -1,
     "0 1 in CONNECT {'mqttClientId': 'x|ext=3,|'}\n" ACCEPTED(0, 1) EVENT_ONLINE(0, "tcp")},
    {"client-id-form", VERDICT_FAIL, 0,
     "0 1 in CONNECT {'mqttClientId': 'x|securemode'}\n" ACCEPTED(0, 1) EVENT_ONLINE(0, "tcp")},
    {"client-id-form", VERDICT_FAIL, 0,
     "0 1 in CONNECT {'mqttClientId': 'x|securemode|'}\n" ACCEPTED(0, 1) EVENT_ONLINE(0, "tcp")},
    {"client-id-form", VERDICT_INCONCLUSIVE, -1, CONNECT(0, 1)},

    {"username", VERDICT_PASS, -1, ONLINE(0, 1)},
    {"username", VERDICT_FAIL, 0,
     "0 1 in CONNECT {'username': 'pk&device'}\n" ACCEPTED(0, 1) EVENT_ONLINE(0, "tcp")},

    {"username", VERDICT_FAIL, 3, ONLINE(0, 1) "9 0 event refused {'rule': 'device-unknown'}\n"},

    {"client-id-own", VERDICT_INFO, -1, ONLINE(0, 1)},
    {"client-id-own", VERDICT_FAIL, 0,
     "0 1 in CONNECT {'clientId': '12345'}\n" ACCEPTED(0, 1) EVENT_ONLINE(0, "tcp")},
    {"client-id-own", VERDICT_PASS, -1,
     "0 1 in CONNECT {'clientId': '00:1a:2b:3c:4d:5e'}\n" ACCEPTED(0, 1) EVENT_ONLINE(0, "tcp")},

    {"keep-alive-longer", VERDICT_FAIL, 0, ONLINE(0, 1)},
    {"keep-alive-longer", VERDICT_PASS, -1,
     "0 1 in CONNECT {'keepAlive': 300}\n" ACCEPTED(0, 1) EVENT_ONLINE(0, "tcp")},

    {"packet-ids", VERDICT_PASS, -1,
     ONLINE(0, 1) PUBLISH(1, 1, 1, "a", "false") PUBLISH(2, 1, 2, "b", "false")},
    {"packet-ids", VERDICT_FAIL, 4,
     ONLINE(0, 1) PUBLISH(1, 1, 1, "a", "false") PUBLISH(2, 1, 1, "b", "false")},
    {"packet-ids", VERDICT_PASS, -1,
     ONLINE(0, 1)
         PUBLISH(1, 1, 1, "a", "false") "1 1 out PUBACK {'packetId': 1}\n" PUBLISH(2, 1, 1, "b", "false")},
    {"packet-ids", VERDICT_FAIL, 5,
     ONLINE(0, 1) PUBLISH(1, 1, 1, "a", "false") "1 1 withheld PUBACK {'packetId': 1}\n" PUBLISH(2, 1, 1, "b",
                                                                                                 "false")},
    {"packet-ids", VERDICT_FAIL, 4,
     ONLINE(0, 1) "1 1 in SUBSCRIBE {'packetId': 1}\n" PUBLISH(2, 1, 1, "b", "false")},
    {"packet-ids", VERDICT_PASS, -1,
     ONLINE(0, 1) PUBLISH(1, 1, 1, "a", "false") ONLINE(2, 2) PUBLISH(3, 2, 1, "b", "false")},
    /* Behind CONNECT, before its CONNACK: nothing of a clean session, and no request, is in flight from the connection before. */
    {"packet-ids", VERDICT_PASS, -1,
     CLEAN(0, 1) PUBLISH(0, 1, 1, "a", "false") "1 1 end device\n" CLEAN(2, 2)
         PUBLISH(2, 2, 1, "b", "false")},
    {"packet-ids", VERDICT_PASS, -1,
     CONNECT(0, 1) "0 1 in SUBSCRIBE {'packetId': 1}\n1 1 end device\n" CONNECT(2, 2)
         PUBLISH(2, 2, 1, "b", "false")},
    {"packet-ids", VERDICT_FAIL, 3,
     CONNECT(0, 1) PUBLISH(0, 1, 1, "a", "false") ACCEPTED(1, 1) PUBLISH(2, 1, 1, "b", "false")},
    {"packet-ids", VERDICT_INCONCLUSIVE, -1, ONLINE(0, 1)},

    {"ids-in-flight", VERDICT_INCONCLUSIVE, -1, ONLINE(0, 1) PUBLISH(1, 1, 1, "a", "false")},
    {"ids-in-flight", VERDICT_INCONCLUSIVE, -1,
     ONLINE(0, 1) PUBLISH(1, 1, 1, "a", "false") PUBLISH(5, 1, 1, "a", "false")},
    {"ids-in-flight", VERDICT_PASS, -1,
     ONLINE(0, 1) PUBLISH(1, 1, 1, "a", "false") PUBLISH(5, 1, 1, "a", "false")
         PUBLISH(6, 1, 2, "b", "false")},
    {"ids-in-flight", VERDICT_FAIL, 4,
     ONLINE(0, 1) PUBLISH(1, 1, 1, "a", "false") PUBLISH(5, 1, 1, "b", "false")},

    {"resends-at-once", VERDICT_INFO, -1, ONLINE(0, 1) PUBLISH(1, 1, 1, "a", "false")},
    {"resends-at-once", VERDICT_FAIL, 4,
     ONLINE(0, 1) PUBLISH(1, 1, 1, "a", "false") PUBLISH(5, 1, 1, "a", "false")},
    {"resends-at-once", VERDICT_PASS, -1,
     ONLINE(0, 1) PUBLISH(1, 1, 1, "a", "false") PUBLISH(5, 1, 1, "a", "true")},
    {"resends", VERDICT_INCONCLUSIVE, -1,
     ONLINE(0, 1) PUBLISH(1, 1, 1, "a", "false") PUBLISH(5, 1, 1, "a", "false")},
    {"resends", VERDICT_PASS, -1,
     ONLINE(0, 1) PUBLISH(1, 1, 1, "a", "false") CONNECT(2, 2) RESUMED(2, 2) PUBLISH(3, 2, 1, "a", "true")},
    {"resends", VERDICT_FAIL, 6,
     ONLINE(0, 1) PUBLISH(1, 1, 1, "a", "false") CONNECT(2, 2) RESUMED(2, 2) PUBLISH(3, 2, 1, "a", "false")},
    {"resends", VERDICT_FAIL, 5,
     ONLINE(0, 1)
         PUBLISH(1, 1, 1, "a", "false") "1 1 out PUBACK {'packetId': 1}\n" PUBLISH(1500, 1, 1, "a", "true")},
    {"resends", VERDICT_INCONCLUSIVE, -1,
     ONLINE(0, 1)
         PUBLISH(1, 1, 1, "a", "false") "1 1 out PUBACK {'packetId': 1}\n" PUBLISH(500, 1, 1, "a", "true")},
    {"resends", VERDICT_INCONCLUSIVE, -1,
     ONLINE(0, 1) PUBLISH(1, 1, 1, "a", "false") "2 0 action start\n" CONNECT(2, 2) RESUMED(2, 2)
         PUBLISH(3, 2, 1, "a", "false")},

    {"acknowledges", VERDICT_PASS, -1,
     ONLINE(0, 1) "1 1 out PUBLISH {'packetId': 7}\n2 1 in PUBACK {'packetId': 7}"},
    {"acknowledges", VERDICT_FAIL, 5,
     ONLINE(
         0,
         1) "1 1 out PUBLISH {'packetId': 7}\n2 1 in PUBACK {'packetId': 7}\n3 1 in PUBACK {'packetId': 7}"},
    {"acknowledges", VERDICT_FAIL, 4,
     ONLINE(0, 1) "1 1 out PUBLISH {'qos': 0}\n2 1 in PUBACK {'packetId': 1}"},
    {"acknowledges", VERDICT_INCONCLUSIVE, -1, ONLINE(0, 1)},

    {"acknowledged-in-order", VERDICT_PASS, -1,
     ONLINE(0, 1) TO_DEVICE(1, 7) TO_DEVICE(1, 8) ACK(2, 7) ACK(2, 8)},
    {"acknowledged-in-order", VERDICT_FAIL, 5, ONLINE(0, 1) TO_DEVICE(1, 7) TO_DEVICE(1, 8) ACK(2, 8)},
    {"acknowledged-in-order", VERDICT_PASS, -1,
     ONLINE(0, 1) TO_DEVICE(1, 7) ACK(2, 7) TO_DEVICE(3, 8) ACK(3, 7) ACK(4, 8)},
    {"acknowledged-in-order", VERDICT_PASS, -1,
     ONLINE(0, 1) "1 1 out PUBLISH {'packetId': 7, 'dup': true}\n" TO_DEVICE(1, 8) ACK(2, 8)},
    {"acknowledged-in-order", VERDICT_INCONCLUSIVE, -1, ONLINE(0, 1) TO_DEVICE(1, 7)},

    {"quiet-when-refused", VERDICT_PASS, -1, CONNECT(0, 1) REFUSED(0, 1) "1 1 end device"},
    {"quiet-when-refused", VERDICT_FAIL, 2, CONNECT(0, 1) REFUSED(0, 1) "1 1 in SUBSCRIBE"},
    {"quiet-when-refused", VERDICT_PASS, -1, CONNECT(0, 1) REFUSED(0, 1) "1 1 in DISCONNECT"},
    {"quiet-when-refused", VERDICT_INCONCLUSIVE, -1, ONLINE(0, 1)},

    {"connect-rate", VERDICT_INCONCLUSIVE, -1, FAILED(0, 1, 0) FAILED(1000, 2, 1000) ONLINE(2000, 3)},
    {"connect-rate", VERDICT_PASS, -1,
     FAILED(0, 1, 0) FAILED(20000, 2, 20000) FAILED(40000, 3, 40000) ONLINE(70000, 4)},
    {"connect-rate", VERDICT_FAIL, 18,
     FAILED(0, 1, 0) FAILED(1000, 2, 1000) FAILED(2000, 3, 2000) FAILED(3000, 4, 3000) FAILED(4000, 5, 4000)
         FAILED(5000, 6, 5000) FAILED(6000, 7, 6000)},
    {"connect-rate", VERDICT_INCONCLUSIVE, -1,
     ONLINE(0, 1) ONLINE(1000, 2) ONLINE(2000, 3) ONLINE(3000, 4) ONLINE(4000, 5) ONLINE(5000, 6)
         ONLINE(6000, 7)},

    /* A start of the trigger whose first connection is one for HTTP: what follows it is no retry. */
    {"back-off", VERDICT_PASS, -1,
     FAILED(0, 1, 0) FAILED(1000, 2, 1000) FAILED(3000, 3, 3000) FAILED(7000, 4, 7000)
         FAILED(15000, 5, 15000) "15000 0 action start\n15000 6 accept -\n" FAILED(15000, 7, 15000)},

    {"back-off", VERDICT_INCONCLUSIVE, -1, FAILED(0, 1, 0) FAILED(1000, 2, 1000)},
    {"back-off", VERDICT_PASS, -1,
     FAILED(0, 1, 0) FAILED(1000, 2, 1000) FAILED(3000, 3, 3000) FAILED(7000, 4, 7000)
         FAILED(15000, 5, 15000)},
    {"back-off", VERDICT_FAIL, 12,
     FAILED(0, 1, 0) FAILED(1000, 2, 1000) FAILED(2000, 3, 2000) FAILED(3000, 4, 3000) FAILED(4000, 5, 4000)},
    {"back-off", VERDICT_PASS, -1, /* with jitter, the last wait short */
     FAILED(0, 1, 0) FAILED(1000, 2, 1000) FAILED(1500, 3, 1500) FAILED(5500, 4, 5500) FAILED(6000, 5, 6000)},
    {"jitter", VERDICT_INFO, -1,
     FAILED(0, 1, 0) FAILED(1000, 2, 1000) FAILED(3000, 3, 3000) FAILED(7000, 4, 7000)
         FAILED(15000, 5, 15000)},

    {"keep-alive", VERDICT_INCONCLUSIVE, -1, ONLINE(0, 1) "50000 1 end device"},
    {"keep-alive", VERDICT_PASS, -1, ONLINE(0, 1) "61600 1 in PINGREQ\n120000 1 end device"},
    {"keep-alive", VERDICT_FAIL, 3, ONLINE(0, 1) "90000 1 in PINGREQ\n"},
    {"keep-alive", VERDICT_FAIL, 3, ONLINE(0, 1) "90000 1 end platform\n"},
    {"keep-alive", VERDICT_PASS, -1, ONLINE(0, 1) "61000 0 action restart\n900000 0 action begin"},

    {"keep-alive", VERDICT_PASS, -1, ONLINE(0, 1) "25000 1 in PINGREQ\n26000 1 end device"},

    {"connack-missed", VERDICT_PASS, -1,
     CONNECT(0, 1) WITHHELD(0, 1) "9000 1 end device\n" CONNECT(10000, 2)},
    {"connack-missed", VERDICT_PASS, -1,
     CONNECT(0, 1) WITHHELD(0, 1) CONNECT(10000, 2) "10000 1 end platform\n"},
    {"connack-missed", VERDICT_FAIL, 2, CONNECT(0, 1) WITHHELD(0, 1) CONNECT(10000, 1)},
    {"connack-missed", VERDICT_FAIL, 2,
     CONNECT(0, 1) WITHHELD(0, 1) "45000 1 end platform\n" CONNECT(46000, 2)},
    {"connack-missed", VERDICT_INCONCLUSIVE, -1, CONNECT(0, 1) WITHHELD(0, 1)},

    {"pingresp-missed", VERDICT_PASS, -1, UNANSWERED "60000 1 end device\n" CONNECT(119000, 2)},
    {"pingresp-missed", VERDICT_FAIL, 4, UNANSWERED "60000 1 end device\n" CONNECT(121000, 2)},
    {"pingresp-missed", VERDICT_INCONCLUSIVE, -1, UNANSWERED},

    {"fighting", VERDICT_INCONCLUSIVE, -1, "0 0 action takeover\n" CONNECT(0, 1)},
    {"fighting", VERDICT_FAIL, 5,
     "0 0 action takeover\n" CONNECT(100, 1) "200 0 action takeover\n" CONNECT(
         300, 2) "400 0 action takeover\n" CONNECT(500, 3)},
    {"fighting", VERDICT_PASS, -1,
     "0 0 action takeover\n" CONNECT(1000, 1) "2000 0 action takeover\n" CONNECT(
         3000, 2) "4000 0 action takeover\n" CONNECT(5000, 3)},

    {"crashes", VERDICT_PASS, -1, "0 0 action start\n1 0 action ended-by-itself {'how': 'exit code 0'}"},
    {"crashes", VERDICT_INFO, -1, "0 0 action start\n1 0 action ended-by-itself {'how': 'exit code 1'}"},
    {"crashes", VERDICT_FAIL, 1, "0 0 action start\n1 0 action ended-by-itself {'how': 'signal 11'}"},
    {"crashes", VERDICT_INFO, -1, ONLINE(0, 1)},

    {"tls-policy", VERDICT_PASS, -1,
     "0 1 tls - {'version': 'TLSv1.2', 'cipher': 'AES256-SHA256'}\n" ONLINE(0, 1)},
    {"tls-policy", VERDICT_FAIL, 0,
     "0 1 tls - {'version': 'TLSv1.1', 'cipher': 'AES256-SHA'}\n" ONLINE(0, 1)},
    {"tls-policy", VERDICT_FAIL, 0,
     "0 1 tls - {'version': 'TLSv1.2', 'cipher': 'ADH-AES256-SHA256'}\n" ONLINE(0, 1)},
    {"tls-policy", VERDICT_FAIL, 0,
     "0 1 tls - {'version': 'TLSv1.3', 'cipher': 'TLS_AES_256_GCM_SHA384', 'anonymous': "
     "'ADH-AES256-SHA256'}\n" ONLINE(0, 1)},
    {"tls-policy", VERDICT_FAIL, 0, "0 1 tls-failed - {'detail': 'unsupported protocol'}\n"},
    {"tls-policy", VERDICT_INCONCLUSIVE, -1, ONLINE(0, 1)},
    {"tls-server-name", VERDICT_PASS, -1, "0 1 tls - {'serverName': 'localhost'}\n" ONLINE(0, 1)},
    {"tls-server-name", VERDICT_FAIL, 0, "0 1 tls - {'serverName': ''}\n" ONLINE(0, 1)},
    {"tls-server-name", VERDICT_INCONCLUSIVE, -1, "0 1 tls - {'serverName': ''}\n"},

    {"encrypted", VERDICT_FAIL, 0, EVENT_ONLINE(0, "tcp")},
    {"encrypted", VERDICT_PASS, -1, EVENT_ONLINE(0, "wss")},
    {"encrypted", VERDICT_INCONCLUSIVE, -1, CONNECT(0, 1)},
    {"root-replaced", VERDICT_INCONCLUSIVE, -1, ONLINE(0, 1)},
    {"root-replaced", VERDICT_INCONCLUSIVE, -1, "0 1 tls - {'certificate': 'server'}\n" ONLINE(0, 1)},
    {"root-replaced", VERDICT_INFO, -1,
     "0 1 tls - {'certificate': 'server'}\n" ONLINE(0, 1) "1 2 tls-failed - {'certificate': 'foreign-root'}"},

    {"token-renewed", VERDICT_PASS, -1,
     "0 0 event online {'login': 'iotToken'}\n" CONNECT(1, 2) REFUSED(1, 2) "2 0 event auth\n" CONNECT(3, 3)},
    {"token-renewed", VERDICT_FAIL, 3,
     "0 0 event online {'login': 'iotToken'}\n" CONNECT(1, 2) REFUSED(1, 2) CONNECT(3, 3)},
    {"token-renewed", VERDICT_INCONCLUSIVE, -1,
     "0 0 event online {'login': 'secret'}\n" CONNECT(1, 2) REFUSED(1, 2) CONNECT(3, 3)},
};

#define REGISTER(at, conn)                                                                                   \
#at " " #conn " in CONNECT {'mqttClientId': 'x|authType=register,securemode=2|'}\n" ACCEPTED(at, conn)

#define POST(at, answer) #at " 0 event auth {'path': '/auth/register/device', 'code': " #answer "}\n"

static const struct row registrations[] = {
    {"registration-taken", VERDICT_PASS, -1,
     REGISTER(0, 1) "1 1 in DISCONNECT\n1 1 end platform\n" ONLINE(2, 2)},
    {"registration-taken", VERDICT_FAIL, 2, REGISTER(0, 1) "15000 1 end platform\n" ONLINE(16000, 2)},
    {"registration-taken", VERDICT_FAIL, 3, REGISTER(0, 1) "1 1 end device\n" REGISTER(2, 2)},
    {"registration-taken", VERDICT_FAIL, 4, REGISTER(0, 1) "1 1 end device\n" CONNECT(2, 2) REFUSED(2, 2)},
    {"registration-taken", VERDICT_FAIL, 2, REGISTER(0, 1) ONLINE(2, 2)},
    {"registration-taken", VERDICT_PASS, -1, POST(0, 200) ONLINE(1, 1)},
    {"registration-taken", VERDICT_FAIL, 2, POST(0, 200) CONNECT(1, 1) REFUSED(1, 1)},
    {"registration-taken", VERDICT_INCONCLUSIVE, -1, POST(0, 6200) ONLINE(1, 1)},
    {"registration-taken", VERDICT_INCONCLUSIVE, -1, ONLINE(0, 1)},
    {"registered-once", VERDICT_PASS, -1, POST(0, 200) ONLINE(1, 1)},
    {"registered-once", VERDICT_PASS, -1, POST(0, 401) POST(1, 200) ONLINE(2, 1)},
    {"registered-once", VERDICT_FAIL, 4, POST(0, 200) ONLINE(1, 1) POST(2, 6200)},
    {"registered-once", VERDICT_FAIL, 1, POST(0, 200) REGISTER(1, 1)},
    {"registered-once", VERDICT_PASS, -1, REGISTER(0, 1) "1 1 end device\n" ONLINE(2, 2)},
    {"registered-once", VERDICT_FAIL, 3, REGISTER(0, 1) "1 1 end device\n" REGISTER(2, 2)},
    {"registered-once", VERDICT_PASS, -1, REGISTER(0, 1) "1 1 end device\n1 0 action renew\n" REGISTER(2, 2)},
    {"registered-once", VERDICT_FAIL, 4,
     REGISTER(0, 1) "1 1 end device\n1 0 action renew {'problem': 'nobody can'}\n" REGISTER(2, 2)},
    {"registered-once", VERDICT_INCONCLUSIVE, -1, ONLINE(0, 1)},
};

static void judge(const struct row *row, const char *description)
{
    struct device_seen seen;
    struct device_finding finding;
    device_seen_init(&seen, row->lines);
    device_seen_check(&seen, row->check, description, &finding);
    bool placed = row->at < 0 ? !finding.at : finding.at && finding.at->number == (size_t)row->at;
    if (finding.verdict != row->verdict || !placed)
        printf("\n%s: %s at %d wanted, %s at %d found (%s)\n%s\n", row->check, verdict_name(row->verdict),
               row->at, verdict_name(finding.verdict), finding.at ? (int)finding.at->number : -1,
               buf_cstr(&finding.actual), row->lines);
    CU_ASSERT_EQUAL(finding.verdict, row->verdict);
    CU_ASSERT_TRUE(placed);
    if (finding.verdict == VERDICT_FAIL)
        CU_ASSERT_TRUE(finding.expected.len > 0 || strcmp(row->check, "credentials") == 0 ||
                       finding.actual.len > 0);
    device_finding_fini(&finding);
    device_seen_fini(&seen);
}

static void each_check_finds_what_is_there(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        judge(&rows[i], NULL);
    for (size_t i = 0; i < sizeof registrations / sizeof registrations[0]; i++)
        judge(&registrations[i], NULL);
}

/* What was not acknowledged on a connection before is in nobody's way. */
static void the_order_is_looked_at_on_every_connection(void)
{
    struct buf lines;
    buf_init(&lines, 64 * 1024);
    buf_printf(&lines, "%s", ONLINE(0, 1));
    for (int id = 1; id <= 64; id++)
        buf_printf(&lines, "1 1 out PUBLISH {'packetId': %d, 'dup': false}\n", id);
    buf_printf(&lines, "%s",
               "2 1 end device\n" ONLINE(3, 2) "4 2 out PUBLISH {'packetId': 7, 'dup': false}\n"
                                               "4 2 out PUBLISH {'packetId': 8, 'dup': false}\n"
                                               "5 2 in PUBACK {'packetId': 8}\n");
    const struct row row = {"acknowledged-in-order", VERDICT_FAIL, 3 + 64 + 1 + 3 + 2, buf_cstr(&lines)};
    judge(&row, NULL);
    buf_fini(&lines);
}

static void a_description_is_held_against_the_device(void)
{
    static const struct {
        const char *description;
        struct row row;
    } claims[] = {
        {"{}", {"described", VERDICT_INFO, -1, ONLINE(0, 1)}},
        {"{'keepAlive': 60, 'transports': ['tcp', 'tls'], 'auth': ['secret']}",
         {"described", VERDICT_PASS, -1, ONLINE(0, 1)}},
        {"{'keepAlive': 300}", {"described", VERDICT_FAIL, 0, ONLINE(0, 1)}},
        {"{'transports': ['tls']}", {"described", VERDICT_FAIL, 2, ONLINE(0, 1)}},
        {"{'auth': ['https']}", {"described", VERDICT_FAIL, -1, ONLINE(0, 1)}},
        {"{'auth': ['registration']}", {"described", VERDICT_PASS, -1, ONLINE(0, 1)}},
        {"{'auth': ['regnwl']}", {"described", VERDICT_FAIL, -1, ONLINE(0, 1)}},
        {"{'qos': [0]}", {"described", VERDICT_FAIL, 3, ONLINE(0, 1) PUBLISH(1, 1, 1, "a", "false")}},
        {"{'subscribes': false}", {"described", VERDICT_FAIL, 3, ONLINE(0, 1) "1 1 in SUBSCRIBE"}},
        {"{'subscribes': true}", {"described", VERDICT_FAIL, -1, ONLINE(0, 1) "300000 1 in PINGREQ\n"}},
        {"{'subscribes': true}",
         {"described", VERDICT_INCONCLUSIVE, -1, ONLINE(0, 1) "299999 1 in PINGREQ\n"}},
        {"{'keepAlive': [120, 60]}", {"described", VERDICT_PASS, -1, ONLINE(0, 1)}},
        {"{'keepAlive': [120, 300]}", {"described", VERDICT_FAIL, 0, ONLINE(0, 1)}},
        {"{'subscribes': true}", {"described", VERDICT_INCONCLUSIVE, -1, CONNECT(0, 1)}},
    };
    for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++)
        judge(&claims[i].row, claims[i].description);
}

static bool looks_random(const char *lines)
{
    struct device_seen seen;
    struct device_finding finding;
    device_seen_init(&seen, lines);
    device_seen_check(&seen, "jitter", NULL, &finding);
    bool random = strstr(buf_cstr(&finding.actual), "as if they had jitter") != NULL;
    CU_ASSERT_TRUE(random || strstr(buf_cstr(&finding.actual), "no jitter") != NULL);
    device_finding_fini(&finding);
    device_seen_fini(&seen);
    return random;
}

/* One of five attempts that a busy machine was late for does not make it random. */
static void round_waits_have_no_jitter(void)
{
    CU_ASSERT_FALSE(looks_random(FAILED(0, 1, 0) FAILED(1000, 2, 1000) FAILED(2001, 3, 2001)
                                     FAILED(3002, 4, 3002) FAILED(4202, 5, 4202) FAILED(5202, 6, 5202)));
    CU_ASSERT_TRUE(looks_random(FAILED(0, 1, 0) FAILED(1300, 2, 1300) FAILED(2420, 3, 2420)
                                    FAILED(3420, 4, 3420) FAILED(4600, 5, 4600) FAILED(5970, 6, 5970)));
}

static void the_first_violation_stays(void)
{
    struct device_finding f;
    device_finding_init(&f);
    device_finding_missing(&f, "nothing");
    device_finding_fail(&f, NULL, "one", "two");
    device_finding_fail(&f, NULL, "three", "four");
    device_finding_remark(&f, "five");
    CU_ASSERT_EQUAL(f.verdict, VERDICT_FAIL);
    CU_ASSERT_STRING_EQUAL(buf_cstr(&f.expected), "one");
    CU_ASSERT_STRING_EQUAL(buf_cstr(&f.actual), "two");
    device_finding_fini(&f);
    CU_ASSERT_PTR_NULL(device_check_named("well"));
}

void unit_device_check(void)
{
    UNIT(each_check_finds_what_is_there);
    UNIT(the_order_is_looked_at_on_every_connection);
    UNIT(a_description_is_held_against_the_device);
    UNIT(round_waits_have_no_jitter);
    UNIT(the_first_violation_stays);
}
