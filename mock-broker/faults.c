#include "faults.h"

#include "lib/base/mem.h"
#include "lib/base/without.h"
#include "lib/protocol/mqtt_packet.h"

#include <stdlib.h>

struct faults {
    struct list list;
    size_t count;
    size_t active; /* faults that may still strike */
    uint64_t last_id, seed, random;
};

/* What a fault may be set for. */
static const struct {
    const char *name;
    unsigned packet;
    bool out, in;
} packets[] = {
    {"any", FAULT_ANY, true, true},
    {"CONNACK", MQTT_CONNACK, true, false},
    {"PUBLISH", MQTT_PUBLISH, true, true},
    {"PUBACK", MQTT_PUBACK, true, true},
    {"SUBSCRIBE", MQTT_SUBSCRIBE, false, true},
    {"SUBACK", MQTT_SUBACK, true, false},
    {"UNSUBSCRIBE", MQTT_UNSUBSCRIBE, false, true},
    {"UNSUBACK", MQTT_UNSUBACK, true, false},
    {"PINGREQ", MQTT_PINGREQ, false, true},
    {"PINGRESP", MQTT_PINGRESP, true, false},
    {"HTTP", FAULT_HTTP, true, false},
    {"TLS", FAULT_TLS, true, false},
};

bool fault_packet_named(const char *name, bool inbound, unsigned *out)
{
    for (size_t i = 0; i < sizeof packets / sizeof packets[0]; i++) {
        if ((inbound ? packets[i].in : packets[i].out) && strcmp(packets[i].name, name) == 0) {
            *out = packets[i].packet;
            return true;
        }
    }
    return false;
}

const char *fault_packet_name(unsigned packet)
{
    if (packet == FAULT_HTTP || packet == FAULT_TLS)
        return packet == FAULT_HTTP ? "HTTP" : "TLS";
    return packet == FAULT_ANY ? "any" : mqtt_type_name(packet);
}

bool fault_has_code(unsigned packet)
{
    return packet == MQTT_CONNACK || packet == MQTT_SUBACK || packet == FAULT_HTTP;
}

struct faults *faults_new(uint64_t seed)
{
    struct faults *f = mem_zalloc(1, sizeof *f);
    list_init(&f->list);
    f->seed = f->random = seed;
    return f;
}

static bool may_strike(const struct fault *fault)
{
    return fault->times < 0 || fault->struck < fault->times;
}

static void drop(struct faults *f, struct fault *fault)
{
    f->active -= may_strike(fault);
    f->count--;
    list_remove(&fault->link);
    free(fault->product_key);
    free(fault->device_name);
    free(fault);
}

void faults_remove_all(struct faults *f)
{
    LIST_EACH(&f->list, at)
    drop(f, LIST_ITEM(at, struct fault, link));
}

void faults_clear(struct faults *f)
{
    faults_remove_all(f);
    f->last_id = 0;
    f->random = f->seed;
}

void faults_free(struct faults *f)
{
    if (!f)
        return;
    faults_clear(f);
    free(f);
}

const struct fault *faults_add(struct faults *f, const struct fault *fault)
{
    if (f->count >= FAULTS_MAX)
        return NULL;
    struct fault *kept = mem_alloc(sizeof *kept);
    *kept = *fault;
    kept->id = ++f->last_id;
    kept->product_key = mem_strdup(fault->product_key);
    kept->device_name = mem_strdup(fault->device_name);
    kept->seen = kept->struck = 0;
    list_add_last(&f->list, &kept->link);
    f->count++;
    f->active += may_strike(kept);
    return kept;
}

bool faults_remove(struct faults *f, uint64_t id)
{
    LIST_EACH(&f->list, at)
    {
        struct fault *fault = LIST_ITEM(at, struct fault, link);
        if (fault->id != id)
            continue;
        drop(f, fault);
        return true;
    }
    return false;
}

const struct list *faults_list(const struct faults *f)
{
    return &f->list;
}

bool faults_any(const struct faults *f)
{
    return f->active > 0;
}

/* SplitMix64: small, and the same on every machine. */
static uint64_t draw(struct faults *f)
{
    uint64_t z = f->random += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static bool fits(const struct fault *fault, const struct fault_target *target)
{
    if (!may_strike(fault) || fault->inbound != target->inbound)
        return false;
    /* "any" means any packet: an answer over HTTP is none, and no handshake. */
    if (fault->packet == FAULT_ANY ? target->packet >= FAULT_HTTP : fault->packet != target->packet)
        return false;
    return (!fault->product_key || str_is(target->product_key, fault->product_key)) &&
           (!fault->device_name || str_is(target->device_name, fault->device_name));
}

/* A kind that acts behind a packet does so behind number "after"; all others at the one that follows it. */
static bool is_due(const struct fault *fault)
{
    bool behind = fault->kind->acts_behind && fault->after > 0;
    return fault->seen >= fault->after + !behind;
}

bool faults_strike(struct faults *f, const struct fault_target *target, uint8_t *bytes, size_t n,
                   struct fault_effect *effect)
{
    struct fault *striking = NULL;
    LIST_EACH(&f->list, at)
    {
        struct fault *fault = LIST_ITEM(at, struct fault, link);
        if (!fits(fault, target))
            continue;
        fault->seen++;
        if (!striking && is_due(fault) && (fault->chance >= 100 || draw(f) % 100 < (uint64_t)fault->chance))
            striking = fault;
    }
    if (!striking)
        return false;
    *effect = (struct fault_effect){
        .fault = striking, .bytes = bytes, .n = n, .code = -1, .certificate = -1, .random = draw(f)};
    if (!without("fault", striking->kind->name))
        striking->kind->apply(striking, effect);
    striking->seen = 0;
    striking->struck++;
    f->active -= !may_strike(striking);
    return true;
}
