#include "registry.h"

#include "lib/base/check.h"
#include "lib/base/map.h"
#include "lib/base/mem.h"
#include "lib/base/secrets.h"
#include "shadow.h"
#include "topic_class.h"

#include <stdlib.h>

/* A device or (device NULL) a product, as it was at the start. */
struct saved {
    char *product_key, *product_secret, *device, *secret;
    bool enabled, activated, is_preset;
    struct product_switches is;
    const struct topic_classes *topics; /* of a product */
};

/* Topic classes outlive a product that is built anew by a reset. */
struct kept_topics {
    struct kept_topics *next;
    struct topic_classes *topics;
};

struct registry {
    struct map *products; /* by key */
    struct map *devices;  /* by productKey, NUL, deviceName */
    struct secrets *secrets;
    struct kept_topics *topics;
    struct saved *start;
    size_t start_count;
    bool changed; /* since registry_mark_start */
};

enum { KEY_MAX = 2 * REGISTRY_NAME_MAX + 1 };

/* False when a part is too long to be registered at all. NUL cannot be in a name, so the parts cannot be confused. */
static bool key_of(struct str product_key, struct str device_name, char out[KEY_MAX], struct str *key)
{
    if (product_key.n > REGISTRY_NAME_MAX || device_name.n > REGISTRY_NAME_MAX || product_key.n == 0 ||
        device_name.n == 0)
        return false;
    memcpy(out, product_key.p, product_key.n);
    out[product_key.n] = '\0';
    memcpy(out + product_key.n + 1, device_name.p, device_name.n);
    *key = (struct str){out, product_key.n + 1 + device_name.n};
    return true;
}

struct registry *registry_new(void)
{
    struct registry *r = mem_zalloc(1, sizeof *r);
    r->products = map_new();
    r->devices = map_new();
    r->secrets = secrets_new();
    return r;
}

static void free_secret(char *secret)
{
    if (secret)
        mem_wipe(secret, strlen(secret));
    free(secret);
}

/* Every secret of a device or a product is set here. A secret of "" is none. */
static void set_secret(struct registry *r, char **place, struct str secret)
{
    secrets_remove(r->secrets, str_of(*place));
    free_secret(*place);
    *place = mem_dup(secret.p, secret.n);
    secrets_add(r->secrets, secret);
}

static void free_device(struct registry *r, struct device *device)
{
    CHECK(device->session == NULL);
    free(device->name);
    secrets_remove(r->secrets, str_of(device->secret));
    free_secret(device->secret);
    free(device->takeovers);
    shadow_free(device->shadow);
    free(device);
}

static void free_content(struct registry *r)
{
    size_t at = 0;
    void *value;
    while (map_next(r->devices, &at, NULL, &value))
        free_device(r, value);
    for (at = 0; map_next(r->products, &at, NULL, &value);) {
        struct product *product = value;
        free(product->key);
        secrets_remove(r->secrets, str_of(product->secret));
        free_secret(product->secret);
        free(product);
    }
    map_free(r->devices);
    map_free(r->products);
}

static void free_start(struct registry *r)
{
    for (size_t i = 0; i < r->start_count; i++) {
        free(r->start[i].product_key);
        free_secret(r->start[i].product_secret);
        free(r->start[i].device);
        free_secret(r->start[i].secret);
    }
    free(r->start);
    r->start = NULL;
    r->start_count = 0;
}

void registry_free(struct registry *r)
{
    if (!r)
        return;
    free_start(r);
    free_content(r);
    secrets_free(r->secrets);
    while (r->topics) {
        struct kept_topics *kept = r->topics;
        r->topics = kept->next;
        topic_classes_free(kept->topics);
        free(kept);
    }
    free(r);
}

struct product *registry_product(const struct registry *r, struct str product_key)
{
    return map_get(r->products, product_key);
}

struct product *registry_put_product(struct registry *r, struct str product_key, const char *secret)
{
    struct product *product = registry_product(r, product_key);
    r->changed = true;
    if (!product) {
        product = mem_zalloc(1, sizeof *product);
        product->key = mem_dup(product_key.p, product_key.n);
        product->secret = mem_strdup("");
        map_put(r->products, product_key, product);
    }
    if (secret)
        set_secret(r, &product->secret, str_of(secret));
    return product;
}

void registry_set_switches(struct registry *r, struct product *product, struct product_switches is)
{
    product->is = is;
    r->changed = true;
}

void registry_set_topics(struct registry *r, struct product *product, struct topic_classes *topics)
{
    CHECK(!product->topics);
    struct kept_topics *kept = mem_alloc(sizeof *kept);
    *kept = (struct kept_topics){r->topics, topics};
    r->topics = kept;
    product->topics = topics;
}

struct device *registry_put_device(struct registry *r, struct str product_key, struct str device_name,
                                   struct str secret, bool enabled)
{
    char text[KEY_MAX];
    struct str key;
    CHECK(key_of(product_key, device_name, text, &key));
    struct product *product = registry_product(r, product_key);
    if (!product)
        product = registry_put_product(r, product_key, NULL);
    struct device *device = map_get(r->devices, key);
    if (!device) {
        device = mem_zalloc(1, sizeof *device);
        device->product = product;
        device->name = mem_dup(device_name.p, device_name.n);
        map_put(r->devices, key, device);
    }
    if (!device->secret || !str_is(secret, device->secret)) {
        device->activated = secret.n > 0;
        device->is_preset = false;
    }
    set_secret(r, &device->secret, secret);
    device->enabled = enabled;
    r->changed = true;
    return device;
}

void registry_preset_secret(struct registry *r, struct device *device)
{
    device->activated = false;
    device->is_preset = true;
    r->changed = true;
}

void registry_give_secret(struct registry *r, struct device *device, const char *secret)
{
    set_secret(r, &device->secret, str_of(secret));
    device->activated = false;
    r->changed = true;
}

void registry_activate(struct registry *r, struct device *device)
{
    r->changed = r->changed || !device->activated;
    device->activated = true;
}

struct device *registry_device(const struct registry *r, struct str product_key, struct str device_name)
{
    char text[KEY_MAX];
    struct str key;
    return key_of(product_key, device_name, text, &key) ? map_get(r->devices, key) : NULL;
}

void registry_delete_device(struct registry *r, struct device *device)
{
    char text[KEY_MAX];
    struct str key;
    CHECK(key_of(str_of(device->product->key), str_of(device->name), text, &key));
    CHECK(map_take(r->devices, key) == device);
    free_device(r, device);
    r->changed = true;
}

struct secrets *registry_secrets(const struct registry *r)
{
    return r->secrets;
}

static struct str shown(const struct registry *r, bool known, struct str name)
{
    return !known && (secrets_in(r->secrets, name) || secret_form_in(name)) ? STR(SECRETS_MASK) : name;
}

void registry_show_names(const struct registry *r, struct str *product_key, struct str *device_name)
{
    bool device = registry_device(r, *product_key, *device_name) != NULL;
    bool product = device || registry_product(r, *product_key);
    *product_key = shown(r, product, *product_key);
    *device_name = shown(r, device, *device_name);
}

bool registry_next_device(const struct registry *r, size_t *at, struct device **out)
{
    void *value;
    if (!map_next(r->devices, at, NULL, &value))
        return false;
    *out = value;
    return true;
}

bool registry_next_product(const struct registry *r, size_t *at, const struct product **out)
{
    void *value;
    if (!map_next(r->products, at, NULL, &value))
        return false;
    *out = value;
    return true;
}

const char *registry_name_fault(struct str name)
{
    if (name.n == 0)
        return "is empty";
    if (name.n > REGISTRY_NAME_MAX)
        return "is longer than 128 bytes";
    for (size_t i = 0; i < name.n; i++) {
        unsigned char c = (unsigned char)name.p[i];
        if (c <= ' ' || c == 0x7f)
            return "has a blank or a control character";
        if (c == '/' || c == '+' || c == '#')
            return "has '/', '+' or '#', which could not stand in a topic";
    }
    return NULL;
}

void registry_mark_start(struct registry *r)
{
    free_start(r);
    r->start = mem_zalloc(map_count(r->products) + map_count(r->devices), sizeof *r->start);
    size_t at = 0;
    void *value;
    while (map_next(r->products, &at, NULL, &value)) {
        const struct product *product = value;
        r->start[r->start_count++] = (struct saved){.product_key = mem_strdup(product->key),
                                                    .product_secret = mem_strdup(product->secret),
                                                    .is = product->is,
                                                    .topics = product->topics};
    }
    for (at = 0; map_next(r->devices, &at, NULL, &value);) {
        const struct device *device = value;
        r->start[r->start_count++] = (struct saved){.product_key = mem_strdup(device->product->key),
                                                    .device = mem_strdup(device->name),
                                                    .secret = mem_strdup(device->secret),
                                                    .enabled = device->enabled,
                                                    .activated = device->activated,
                                                    .is_preset = device->is_preset};
    }
    r->changed = false;
}

void registry_restore(struct registry *r)
{
    size_t at = 0;
    struct device *device;
    while (registry_next_device(r, &at, &device)) {
        CHECK(device->session == NULL);
        device->takeover_count = 0;
        device->limits = (struct limit_state){0};
        shadow_free(device->shadow);
        device->shadow = NULL;
    }
    if (!r->changed)
        return;
    free_content(r);
    r->products = map_new();
    r->devices = map_new();
    for (size_t i = 0; i < r->start_count; i++) {
        const struct saved *saved = &r->start[i];
        struct str product_key = str_of(saved->product_key);
        if (saved->device) {
            struct str name = str_of(saved->device), secret = str_of(saved->secret);
            struct device *restored = registry_put_device(r, product_key, name, secret, saved->enabled);
            restored->activated = saved->activated;
            restored->is_preset = saved->is_preset;
        } else {
            struct product *product = registry_put_product(r, product_key, saved->product_secret);
            product->is = saved->is;
            product->topics = saved->topics;
        }
    }
    r->changed = false;
}
