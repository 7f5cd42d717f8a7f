/* What the files of lib/net know of the loop; nobody else includes this. */
#ifndef NET_LOOP_INNER_H
#define NET_LOOP_INNER_H

#include <uv.h>

#include "lib/base/list.h"
#include "loop.h"

struct loop {
    uv_loop_t uv;
    uv_prepare_t prepare;
    uv_check_t check;
    uv_idle_t idle;      /* active: turns do not wait (somebody asked for quiet) */
    uv_timer_t wake;     /* real clock only: the due time of the earliest timer */
    uv_timer_t patience; /* loop_run_until's limit */
    struct clock *clock;
    struct timerq *timers;
    int64_t wake_due_ms; /* what wake is armed for; -1: not armed */
    bool stopped, out_of_patience;
    unsigned depth;       /* user callbacks on the stack */
    uint64_t io_events;   /* reads, accepts, connects, finished writes, watched descriptors */
    uint64_t turn;        /* counts from 1 */
    uint64_t io_at_start; /* io_events when the current turn began to wait */
    unsigned quiet_turns, noisy_turns;
    struct list quiets;    /* struct quiet, in the order they were asked for */
    struct list channels;  /* by their link; not those in ended */
    struct list dirty;     /* channels with something to write or to finish */
    struct list ended;     /* channels, by their link, whose user has not been told the end */
    struct list listeners; /* by their link */
    struct list watches;
    struct list signals;
};

/* Around everything that calls users back. When the outermost one is left, ends of channels are told. */
void loop_enter(struct loop *loop);
void loop_leave(struct loop *loop);

/* Tells ends and writes output until neither is left. */
void loop_settle(struct loop *loop);

#endif
