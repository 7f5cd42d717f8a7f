/* A lock with a place to wait in, for what several threads share: whoever holds it sees a consistent state, and may wait until
 * somebody says that the state has changed. Not recursive. */
#ifndef BASE_MONITOR_H
#define BASE_MONITOR_H

#include <pthread.h>
#include <stdint.h>

/* Both fields are private. */
struct monitor {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
};

void monitor_init(struct monitor *m);

/* Nobody may hold the lock or wait. */
void monitor_fini(struct monitor *m);

void monitor_lock(struct monitor *m);
void monitor_unlock(struct monitor *m);

/* Gives the lock up until monitor_wake or at most timeout_ms of real time, and has it again on return; may return for no reason.
 * To be called with the lock held. */
void monitor_wait(struct monitor *m, int64_t timeout_ms);

/* Wakes all who wait. */
void monitor_wake(struct monitor *m);

#endif
