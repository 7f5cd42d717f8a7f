/* An application message on its way: encoded once, shared by all sessions that hold it. */
#ifndef BROKER_MESSAGE_H
#define BROKER_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/str.h"

/* A QoS 1 PUBLISH kept until it is acknowledged; counted references. */
struct message {
    uint32_t references;
    uint32_t size;
    uint32_t id_offset; /* of the packet identifier in bytes */
    uint8_t bytes[];    /* the packet, with identifier 0 and DUP 0 */
};

/* One reference, the caller's. */
struct message *message_new(struct str topic, struct str payload);
struct message *message_share(struct message *m);
void message_drop(struct message *m);

/* Where packets go. False: the connection takes no more. */
struct message_sink {
    bool (*send)(void *ctx, const void *bytes, size_t n);
    void *ctx;
};

/* Sends the packet with this identifier and DUP flag. */
bool message_send(const struct message *m, uint16_t packet_id, bool dup, const struct message_sink *sink);

/* One PUBLISH being handed to its subscribers; each form of it is made at most once. Borrowed text must outlive it. */
struct delivery {
    struct str topic, payload;
    uint8_t qos;             /* of the publisher */
    struct buf *scratch;     /* borrowed: room for the QoS 0 form */
    bool encoded;            /* scratch holds it */
    struct message *message; /* the QoS 1 form, when somebody needed it */
};

/* scratch is overwritten; the caller uses it for nothing else before delivery_fini. */
void delivery_init(struct delivery *d, struct str topic, struct str payload, uint8_t qos,
                   struct buf *scratch);
void delivery_fini(struct delivery *d);

/* The QoS 0 packet; good until the scratch buffer is used for something else. */
struct str delivery_qos0(struct delivery *d);

/* The QoS 1 message, borrowed. */
struct message *delivery_qos1(struct delivery *d);

#endif
