/* What waits for the platform's answer, in the order in which it was sent: QoS 1 publications (at most IOTX_MQTT_OUTSTANDING_MAX), each
 * kept as the packet that was sent, to be sent again with DUP, and SUBSCRIBE and UNSUBSCRIBE requests (at most IOTX_MQTT_REQUESTS_MAX),
 * which are given up (SDK-05). Times are those of the handle's clock. An item takes memory while it waits, and none otherwise. */
#ifndef CLIENT_UNANSWERED_H
#define CLIENT_UNANSWERED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/include/iotclient/iot_export_mqtt.h"
#include "lib/base/list.h"

/* Sent so often without an answer on one connection, a publication is given up. */
enum { UNANSWERED_SENDINGS_MAX = 4 };

enum unanswered_kind { UNANSWERED_PUBLISH, UNANSWERED_SUBSCRIBE, UNANSWERED_UNSUBSCRIBE };

struct unanswered_item {
    struct list link;
    int64_t due_ms; /* when it is sent again, or given up */
    uint16_t id;
    uint8_t kind;     /* enum unanswered_kind */
    uint8_t sendings; /* of a publication, on this connection */
    size_t n;
    uint8_t packet[]; /* of a publication */
};

struct unanswered {
    struct list items;
    uint8_t publications, requests; /* how many there are */
};

void unanswered_init(struct unanswered *u);
void unanswered_fini(struct unanswered *u);

/* No more of its like may be added. */
bool unanswered_is_full(const struct unanswered *u, enum unanswered_kind kind);

bool unanswered_has(const struct unanswered *u, uint16_t id);

/* It is being sent for the first time. Keeps a copy of the packet, NULL and 0 bytes for a request. There must be room. */
void unanswered_add(struct unanswered *u, enum unanswered_kind kind, uint16_t id, const void *packet,
                    size_t n, int64_t due_ms);

/* The answer has come. False when nothing of this kind and id waits. */
bool unanswered_remove(struct unanswered *u, enum unanswered_kind kind, uint16_t id);

/* It is given up: the item is gone. */
void unanswered_drop(struct unanswered *u, struct unanswered_item *item);

/* The first publication, or the first request, that is due by now; or NULL. Good until the next change. */
struct unanswered_item *unanswered_due_publication(struct unanswered *u, int64_t now_ms);
struct unanswered_item *unanswered_due_request(struct unanswered *u, int64_t now_ms);

/* It is being sent once more: sets DUP in its packet. */
void unanswered_again(struct unanswered_item *item, int64_t due_ms);

/* There is a new connection: all publications are due, and their sendings count anew. */
void unanswered_start_again(struct unanswered *u);

/* When the earliest publication or request is due; INT64_MAX when there is none. */
int64_t unanswered_next_publication_ms(const struct unanswered *u);
int64_t unanswered_next_request_ms(const struct unanswered *u);

#endif
