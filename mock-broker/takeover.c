#include "takeover.h"

#include "broker.h"
#include "connection.h"
#include "session.h"

#include "lib/base/mem.h"

bool takeover_count(struct device *device, int64_t now_ms, uint32_t count, int64_t window_ms)
{
    if (!device->takeovers)
        device->takeovers = mem_zalloc(count, sizeof *device->takeovers);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < device->takeover_count; i++)
        if (now_ms - device->takeovers[i] < window_ms)
            device->takeovers[kept++] = device->takeovers[i];
    device->takeovers[kept++] = now_ms;
    device->takeover_count = kept < count ? kept : 0;
    return kept >= count;
}

static void journal_flapping(const struct connection *newcomer, const struct device *device,
                             struct str old_peer)
{
    const struct profile *profile = &newcomer->broker->profile;
    struct journal_event event = {.kind = JOURNAL_FLAPPING};
    event.u.flapping.product_key = str_of(device->product->key);
    event.u.flapping.device_name = str_of(device->name);
    event.u.flapping.old_peer = old_peer;
    event.u.flapping.new_peer = str_of(channel_peer(newcomer->channel));
    event.u.flapping.count = profile->flapping_count;
    event.u.flapping.window_s = profile->flapping_window_s;
    journal_append(newcomer->broker->journal, &event);
}

void takeover_by(struct connection *newcomer, struct device *device)
{
    struct connection *old = device->session ? session_online(device->session) : NULL;
    if (!old)
        return;
    struct broker *b = newcomer->broker;
    struct str old_peer = str_of(channel_peer(old->channel));
    connection_close(old, OFFLINE_TAKEN_OVER, str_of(channel_peer(newcomer->channel)));
    if (takeover_count(device, clock_now_ms(b->clock), (uint32_t)b->profile.flapping_count,
                       b->profile.flapping_window_s * 1000))
        journal_flapping(newcomer, device, old_peer);
}
