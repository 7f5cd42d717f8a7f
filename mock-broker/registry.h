/* Products and devices: who exists, with which secret. Loaded from the configuration, changed by the control API. */
#ifndef BROKER_REGISTRY_H
#define BROKER_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/str.h"
#include "limit.h"

struct registry;
struct secrets;
struct session;
struct shadow;
struct topic_classes;

/* Longest productKey, deviceName and secret that can be registered, bytes. */
enum { REGISTRY_NAME_MAX = 128 };

/* Dynamic registration, and how its devices prove who they are. */
struct product_switches {
    bool registers;         /* devices may ask for their secret with the product's */
    bool registers_unknown; /* also those that nobody has added before */
    bool other_auth;        /* by a certificate or a chip (X.509, ID2): not with a deviceSecret over HTTPS */
};

struct product {
    char *key;
    char *secret; /* "" when none was given */
    struct product_switches is;
    const struct topic_classes *topics; /* the registry's; NULL: custom topics go both ways */
};

struct device {
    const struct product *product; /* borrowed from the registry */
    char *name;
    char *secret; /* "": registered in advance, waits for its dynamic registration */
    bool enabled;
    bool activated; /* its secret is in use: it was given to it by hand, or it has signed in with it */
    bool is_preset; /* what a registration hands out is this secret, not a new one each time */
    struct session *session; /* the broker's: what it keeps for this device, or NULL */
    int64_t *takeovers;      /* the broker's: times of the latest take-overs (DUP-04), or NULL */
    uint32_t takeover_count;
    struct shadow *shadow;     /* the broker's, freed with the device; NULL: nothing was reported */
    struct limit_state limits; /* the broker's */
};

struct registry *registry_new(void);

/* Frees all devices; their sessions must be gone. */
void registry_free(struct registry *r);

/* Adds a product or changes its secret (secret NULL keeps it). Lives as long as the registry. */
struct product *registry_put_product(struct registry *r, struct str product_key, const char *secret);
void registry_set_switches(struct registry *r, struct product *product, struct product_switches is);
struct product *registry_product(const struct registry *r, struct str product_key);

/* Gives a product its topic classes, which are the registry's from now on, as long as it lives; once for a product. */
void registry_set_topics(struct registry *r, struct product *product, struct topic_classes *topics);

/* Adds a device, and its product when that is new, or changes secret and enabled of the one that is there. Texts are copied. A
 * secret that is new activates it. */
struct device *registry_put_device(struct registry *r, struct str product_key, struct str device_name,
                                   struct str secret, bool enabled);

/* The device has not been told its secret yet: it is not activated, and a registration hands this one out, until another one is
 * put. */
void registry_preset_secret(struct registry *r, struct device *device);

/* A dynamic registration gave this secret to the device, which has not used it yet. */
void registry_give_secret(struct registry *r, struct device *device, const char *secret);

/* The device has signed in. */
void registry_activate(struct registry *r, struct device *device);

/* NULL when there is no such device. */
struct device *registry_device(const struct registry *r, struct str product_key, struct str device_name);

/* Takes the device out and frees it; its session must be gone. */
void registry_delete_device(struct registry *r, struct device *device);

/* Every secret that is registered, and what else is added to them (tokens); the registry's. */
struct secrets *registry_secrets(const struct registry *r);

/* Names that a peer gave, as they may be shown: those of the registry's as they are, another one as SECRETS_MASK when it holds a
 * secret or something of a signature's form. */
void registry_show_names(const struct registry *r, struct str *product_key, struct str *device_name);

/* Walks all devices in no order: start with *at = 0. The registry must not change meanwhile. */
bool registry_next_device(const struct registry *r, size_t *at, struct device **out);

/* The same for products. */
bool registry_next_product(const struct registry *r, size_t *at, const struct product **out);

/* Why a name cannot be registered (NULL: it can): empty, too long, control characters, '/', '+', '#'. */
const char *registry_name_fault(struct str name);

/* Remembers the present content as the start; registry_restore goes back to it and does nothing when nothing has changed
 * since. Restoring frees devices: no session may be left. */
void registry_mark_start(struct registry *r);
void registry_restore(struct registry *r);

#endif
