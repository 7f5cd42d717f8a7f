/* Packets from what a case says of them. Fields are written as given, also wrong ones. */
#ifndef HARNESS_PACKET_BUILD_H
#define HARNESS_PACKET_BUILD_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "lib/base/buf.h"
#include "lib/protocol/mqtt_packet.h"
#include "lib/protocol/transport.h"
#include "lib/rules/profile.h"

/* Who sends; all borrowed. */
struct packet_sender {
    const char *product_key, *device_name, *device_secret;
    enum transport transport;
    const struct profile *profile;
};

enum { PACKET_BUILD_MAX = 512 * 1024 };

/* Appends a packet; with (may be NULL) has passed packet_fields_check_with. False when it does not fit into a packet. */
bool packet_build(enum mqtt_type type, const cJSON *with, const struct packet_sender *sender,
                  struct buf *out);

/* A CONNECT: connect_build.c. What was not given is computed for the sender as the documents say. */
bool packet_build_connect(const cJSON *with, const struct packet_sender *sender, struct buf *out);

#endif
