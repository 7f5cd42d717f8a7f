/* Faults on purpose: switches by which the platform misbehaves towards devices, so that a device's answer to it can be seen.
 * Here they are kept, matched and counted; fault_kinds.h says what each does, fault_gate.h does it to a connection. Everything
 * is deterministic: chance comes from a seed (CTL-08). */
#ifndef BROKER_FAULTS_H
#define BROKER_FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault_kinds.h"
#include "lib/base/list.h"
#include "lib/base/str.h"

struct faults;

/* More switches are not accepted. */
enum { FAULTS_MAX = 100 };

/* Where a fault strikes: the types of MQTT by their number, and these. */
enum { FAULT_ANY = 0, FAULT_HTTP = 15, FAULT_TLS = 16 };

/* The names a fault may be set for: "CONNACK", "any", "HTTP", "TLS" (a handshake); per direction. */
bool fault_packet_named(const char *name, bool inbound, unsigned *out);
const char *fault_packet_name(unsigned packet);

/* True when it carries a code that can be another one. */
bool fault_has_code(unsigned packet);

/* One switch. What is not given is -1, or NULL. */
struct fault {
    struct list link;
    uint64_t id; /* given by faults_add, from 1 */
    const struct fault_kind *kind;
    unsigned packet;
    bool inbound;                    /* of packets from the device */
    char *product_key, *device_name; /* owned; NULL: every device */
    int64_t values[FAULT_PARAMETERS];
    int64_t after;  /* so many that match pass first, counted anew after each strike */
    int64_t times;  /* strikes so often; -1: without end */
    int64_t chance; /* of 100, for each that is due */
    int64_t seen, struck;
};

/* What is about to leave or has come. */
struct fault_target {
    unsigned packet; /* enum mqtt_type, or FAULT_HTTP */
    bool inbound;
    struct str product_key, device_name; /* p NULL while unknown: only faults for every device strike */
};

struct faults *faults_new(uint64_t seed);
void faults_free(struct faults *f);

/* Keeps a copy of the fault with an id of its own, texts included; NULL when there are FAULTS_MAX. */
const struct fault *faults_add(struct faults *f, const struct fault *fault);

/* False when there is none of this id. */
bool faults_remove(struct faults *f, uint64_t id);

void faults_remove_all(struct faults *f);

/* Back to the start: no faults, ids from 1, chance from the seed. */
void faults_clear(struct faults *f);

/* For walking: the link of struct fault. */
const struct list *faults_list(const struct faults *f);

/* True while some fault may still strike; this is all that a packet costs when none is set. */
bool faults_any(const struct faults *f);

/* Counts the target against every fault that fits it. When one is due (the one set first), true and *effect says what is to
 * happen to bytes, which were changed in place where the kind does so; bytes may be NULL for what comes in. */
bool faults_strike(struct faults *f, const struct fault_target *target, uint8_t *bytes, size_t n,
                   struct fault_effect *effect);

#endif
