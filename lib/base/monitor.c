#include "monitor.h"

#include "check.h"
#include "clock.h"

/* macOS waits for a time span, all others until a time, by the clock that never goes back. */
#ifdef __APPLE__
static void init_changed(pthread_cond_t *changed)
{
    CHECK(pthread_cond_init(changed, NULL) == 0);
}
#else
static void init_changed(pthread_cond_t *changed)
{
    pthread_condattr_t attributes;
    CHECK(pthread_condattr_init(&attributes) == 0);
    CHECK(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0);
    CHECK(pthread_cond_init(changed, &attributes) == 0);
    pthread_condattr_destroy(&attributes);
}
#endif

void monitor_init(struct monitor *m)
{
    CHECK(pthread_mutex_init(&m->mutex, NULL) == 0);
    init_changed(&m->changed);
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
#ifdef __APPLE__
    int64_t at_ms = timeout_ms;
#else
    int64_t at_ms = clock_uptime_ms() + timeout_ms;
#endif
    const struct timespec at = {.tv_sec = at_ms / 1000, .tv_nsec = at_ms % 1000 * 1000000};
#ifdef __APPLE__
    pthread_cond_timedwait_relative_np(&m->changed, &m->mutex, &at);
#else
    pthread_cond_timedwait(&m->changed, &m->mutex, &at);
#endif
}

void monitor_wake(struct monitor *m)
{
    pthread_cond_broadcast(&m->changed);
}
