#include "monitor.h"

#include "check.h"
#include "clock.h"

void monitor_init(struct monitor *m)
{
    pthread_condattr_t attributes;
    CHECK(pthread_mutex_init(&m->mutex, NULL) == 0);
    CHECK(pthread_condattr_init(&attributes) == 0);
    CHECK(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0); /* clock_uptime_ms */
    CHECK(pthread_cond_init(&m->changed, &attributes) == 0);
    pthread_condattr_destroy(&attributes);
}

void monitor_fini(struct monitor *m)
{
    pthread_cond_destroy(&m->changed);
    pthread_mutex_destroy(&m->mutex);
}

void monitor_lock(struct monitor *m)
{
    pthread_mutex_lock(&m->mutex);
}

void monitor_unlock(struct monitor *m)
{
    pthread_mutex_unlock(&m->mutex);
}

void monitor_wait(struct monitor *m, int64_t timeout_ms)
{
    if (timeout_ms <= 0)
        return;
    int64_t at_ms = clock_uptime_ms() + timeout_ms;
    const struct timespec at = {.tv_sec = at_ms / 1000, .tv_nsec = at_ms % 1000 * 1000000};
    pthread_cond_timedwait(&m->changed, &m->mutex, &at);
}

void monitor_wake(struct monitor *m)
{
    pthread_cond_broadcast(&m->changed);
}
