#include "lib/base/monitor.h"

#include <pthread.h>
#include <stdbool.h>

#include "tests/unit/unit.h"

static struct {
    struct monitor monitor;
    bool asked, answered;
} shared;

static void *answerer(void *arg)
{
    (void)arg;
    monitor_lock(&shared.monitor);
    while (!shared.asked)
        monitor_wait(&shared.monitor, 60000);
    shared.answered = true;
    monitor_wake(&shared.monitor);
    monitor_unlock(&shared.monitor);
    return NULL;
}

static void two_threads_wait_for_each_other(void)
{
    pthread_t thread;
    monitor_init(&shared.monitor);
    shared.asked = shared.answered = false;
    CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, answerer, NULL), 0);
    monitor_lock(&shared.monitor);
    shared.asked = true;
    monitor_wake(&shared.monitor);
    while (!shared.answered)
        monitor_wait(&shared.monitor, 60000);
    monitor_unlock(&shared.monitor);
    pthread_join(thread, NULL);
    monitor_fini(&shared.monitor);
}

static void a_wait_ends_by_itself(void)
{
    struct monitor m;
    monitor_init(&m);
    monitor_lock(&m);
    monitor_wait(&m, 1);
    monitor_wait(&m, 0);
    monitor_wait(&m, -1);
    monitor_unlock(&m);
    monitor_fini(&m);
}

void unit_monitor(void)
{
    UNIT(two_threads_wait_for_each_other);
    UNIT(a_wait_ends_by_itself);
}
