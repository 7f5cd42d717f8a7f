#include "monitor.h"

#include "lib/base/check.h"
#include "lib/base/mem.h"

#include <stdlib.h>
#include <uv.h>

struct monitor {
    uv_mutex_t mutex;
    uv_cond_t changed;
};

struct monitor *monitor_new(void)
{
    struct monitor *m = mem_zalloc(1, sizeof *m);
    CHECK(uv_mutex_init(&m->mutex) == 0);
    CHECK(uv_cond_init(&m->changed) == 0);
    return m;
}

void monitor_free(struct monitor *m)
{
    if (!m)
        return;
    uv_cond_destroy(&m->changed);
    uv_mutex_destroy(&m->mutex);
    free(m);
}

void monitor_lock(struct monitor *m)
{
    uv_mutex_lock(&m->mutex);
}

void monitor_unlock(struct monitor *m)
{
    uv_mutex_unlock(&m->mutex);
}

void monitor_wait(struct monitor *m, int64_t timeout_ms)
{
    if (timeout_ms > 0)
        uv_cond_timedwait(&m->changed, &m->mutex, (uint64_t)timeout_ms * 1000000);
}

void monitor_wake(struct monitor *m)
{
    uv_cond_broadcast(&m->changed);
}
