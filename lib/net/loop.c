#include "loop.h"

#include "channel_inner.h"
#include "lib/base/check.h"
#include "lib/base/mem.h"
#include "listener_inner.h"
#include "loop_inner.h"

#include <signal.h>
#include <stdlib.h>

/* Turns without any event that make "quiet". One is enough by the rules of the kernel's loopback; the second covers packets
 * that a busy machine hands over a moment after send() returned. */
enum { QUIET_TURNS = 2 };

/* Under traffic that never pauses quiet would never come. Each turn reads up to 64 KiB from each socket, so after this many 2 MiB of
 * what was readable at the call have been handled: more than a peer has under way that waits for any answer. */
enum { NOISY_TURNS_MAX = 32 };

struct quiet {
    struct list link;
    void (*then)(void *ctx);
    void *ctx;
};

struct loop_watch {
    uv_poll_t poll;
    struct list link;
    struct loop *loop;
    void (*on_readable)(void *ctx);
    void *ctx;
};

struct loop_signal {
    uv_signal_t signal;
    struct list link;
    struct loop *loop;
    void (*on_signal)(void *ctx, int number);
    void *ctx;
};

void loop_enter(struct loop *loop)
{
    loop->depth++;
}

static void tell_ends(struct loop *loop)
{
    loop->depth++;
    while (!list_is_empty(&loop->ended))
        channel_tell_end(LIST_ITEM(loop->ended.next, struct channel, link));
    loop->depth--;
}

void loop_leave(struct loop *loop)
{
    CHECK(loop->depth > 0);
    if (--loop->depth == 0)
        tell_ends(loop);
}

void loop_settle(struct loop *loop)
{
    CHECK(loop->depth == 0);
    while (!list_is_empty(&loop->ended) || !list_is_empty(&loop->dirty)) {
        tell_ends(loop);
        while (!list_is_empty(&loop->dirty))
            channel_flush(LIST_ITEM(loop->dirty.next, struct channel, dirty));
    }
}

static void on_wake(uv_timer_t *timer)
{
    struct loop *loop = timer->data;
    loop->wake_due_ms = -1;
    loop_enter(loop);
    timerq_run(loop->timers);
    loop_leave(loop);
}

static void arm_wake(struct loop *loop)
{
    int64_t due_ms;
    if (clock_is_manual(loop->clock))
        return;
    if (!timerq_next(loop->timers, &due_ms)) {
        if (loop->wake_due_ms >= 0)
            uv_timer_stop(&loop->wake);
        loop->wake_due_ms = -1;
    } else if (due_ms != loop->wake_due_ms) {
        int64_t left_ms = due_ms - clock_now_ms(loop->clock);
        uv_update_time(&loop->uv);
        uv_timer_start(&loop->wake, on_wake, left_ms > 0 ? (uint64_t)left_ms : 0, 0);
        loop->wake_due_ms = due_ms;
    }
}

static void on_prepare(uv_prepare_t *prepare)
{
    struct loop *loop = prepare->data;
    loop_settle(loop);
    arm_wake(loop);
    loop->io_at_start = loop->io_events;
    loop->turn++;
}

static void on_idle(uv_idle_t *idle)
{
    (void)idle; /* being active is its whole work */
}

static void on_check(uv_check_t *check)
{
    struct loop *loop = check->data;
    if (list_is_empty(&loop->quiets))
        return;
    loop->quiet_turns = loop->io_events == loop->io_at_start ? loop->quiet_turns + 1 : 0;
    if (loop->quiet_turns < QUIET_TURNS && ++loop->noisy_turns < NOISY_TURNS_MAX)
        return;
    struct quiet *quiet = LIST_ITEM(loop->quiets.next, struct quiet, link);
    list_remove(&quiet->link);
    loop->quiet_turns = loop->noisy_turns = 0;
    if (list_is_empty(&loop->quiets))
        uv_idle_stop(&loop->idle);
    struct quiet call = *quiet;
    free(quiet);
    call.then(call.ctx);
}

struct loop *loop_new(struct clock *clock)
{
    struct loop *loop = mem_zalloc(1, sizeof *loop);
    signal(SIGPIPE, SIG_IGN);
    CHECK(uv_loop_init(&loop->uv) == 0);
    uv_prepare_init(&loop->uv, &loop->prepare);
    uv_check_init(&loop->uv, &loop->check);
    uv_idle_init(&loop->uv, &loop->idle);
    uv_timer_init(&loop->uv, &loop->wake);
    uv_timer_init(&loop->uv, &loop->patience);
    loop->prepare.data = loop->check.data = loop->idle.data = loop;
    loop->wake.data = loop->patience.data = loop;
    uv_prepare_start(&loop->prepare, on_prepare);
    uv_check_start(&loop->check, on_check);
    loop->clock = clock;
    loop->timers = timerq_new(clock);
    loop->wake_due_ms = -1;
    struct list *lists[] = {&loop->quiets,    &loop->channels, &loop->dirty,  &loop->ended,
                            &loop->listeners, &loop->watches,  &loop->signals};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        list_init(lists[i]);
    return loop;
}

static void free_signal(uv_handle_t *handle)
{
    free(handle->data);
}

void loop_free(struct loop *loop)
{
    if (!loop)
        return;
    CHECK(loop->depth == 0);
    LIST_EACH(&loop->listeners, at)
    listener_free(LIST_ITEM(at, struct listener, link));
    LIST_EACH(&loop->channels, at)
    channel_close(LIST_ITEM(at, struct channel, link), CHANNEL_FLUSH);
    loop_settle(loop);
    uv_run(&loop->uv, UV_RUN_NOWAIT);
    loop_settle(loop);
    LIST_EACH(&loop->channels, at)
    channel_abandon(LIST_ITEM(at, struct channel, link));
    while (!list_is_empty(&loop->watches))
        loop_unwatch(LIST_ITEM(loop->watches.next, struct loop_watch, link));
    LIST_EACH(&loop->signals, at)
    uv_close((uv_handle_t *)&LIST_ITEM(at, struct loop_signal, link)->signal, free_signal);
    LIST_EACH(&loop->quiets, at)
    free(LIST_ITEM(at, struct quiet, link));
    uv_close((uv_handle_t *)&loop->prepare, NULL);
    uv_close((uv_handle_t *)&loop->check, NULL);
    uv_close((uv_handle_t *)&loop->idle, NULL);
    uv_close((uv_handle_t *)&loop->wake, NULL);
    uv_close((uv_handle_t *)&loop->patience, NULL);
    while (uv_run(&loop->uv, UV_RUN_DEFAULT))
        continue;
    CHECK(uv_loop_close(&loop->uv) == 0);
    timerq_free(loop->timers);
    free(loop);
}

struct clock *loop_clock(const struct loop *loop)
{
    return loop->clock;
}

struct timerq *loop_timers(const struct loop *loop)
{
    return loop->timers;
}

void loop_run(struct loop *loop)
{
    CHECK(loop->depth == 0);
    while (!loop->stopped)
        uv_run(&loop->uv, UV_RUN_DEFAULT);
    loop->stopped = false;
    loop_settle(loop);
}

void loop_stop(struct loop *loop)
{
    loop->stopped = true;
    uv_stop(&loop->uv);
}

static void on_patience(uv_timer_t *timer)
{
    struct loop *loop = timer->data;
    loop->out_of_patience = true;
    /* libuv 1.44 fires what is due and then waits, without an end when no timer is left */
    uv_stop(&loop->uv);
}

bool loop_run_until(struct loop *loop, bool (*done)(void *ctx), void *ctx, int64_t timeout_ms)
{
    CHECK(loop->depth == 0 && timeout_ms >= 0);
    if (timeout_ms == 0) {
        uv_run(&loop->uv, UV_RUN_NOWAIT);
        loop_settle(loop);
        return done(ctx);
    }
    loop->out_of_patience = false;
    uv_update_time(&loop->uv);
    uv_timer_start(&loop->patience, on_patience, (uint64_t)timeout_ms, 0);
    bool is_done;
    while (!(is_done = done(ctx)) && !loop->out_of_patience)
        uv_run(&loop->uv, UV_RUN_ONCE);
    uv_timer_stop(&loop->patience);
    loop_settle(loop);
    return is_done;
}

void loop_when_quiet(struct loop *loop, void (*then)(void *ctx), void *ctx)
{
    struct quiet *quiet = mem_zalloc(1, sizeof *quiet);
    quiet->then = then;
    quiet->ctx = ctx;
    list_add_last(&loop->quiets, &quiet->link);
    loop->quiet_turns = 0;
    uv_idle_start(&loop->idle, on_idle);
}

void loop_advance(struct loop *loop, int64_t ms)
{
    CHECK(loop->depth == 0 && ms >= 0);
    int64_t end_ms = clock_now_ms(loop->clock) + ms, due_ms;
    /* Settled at each due time, so that the end of a connection is told at the moment it came about. */
    while (timerq_next(loop->timers, &due_ms) && due_ms <= end_ms) {
        int64_t step_ms = due_ms - clock_now_ms(loop->clock);
        timerq_advance(loop->timers, loop->clock, step_ms > 0 ? step_ms : 0);
        loop_settle(loop);
    }
    timerq_advance(loop->timers, loop->clock, end_ms - clock_now_ms(loop->clock));
    loop_settle(loop);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    (void)status, (void)events; /* an error is readable too: whoever reads the descriptor finds out */
    struct loop_watch *watch = poll->data;
    struct loop *loop = watch->loop;
    loop->io_events++;
    loop_enter(loop);
    watch->on_readable(watch->ctx);
    loop_leave(loop);
}

struct loop_watch *loop_watch_fd(struct loop *loop, int fd, void (*on_readable)(void *ctx), void *ctx)
{
    struct loop_watch *watch = mem_zalloc(1, sizeof *watch);
    watch->loop = loop;
    watch->on_readable = on_readable;
    watch->ctx = ctx;
    CHECK(uv_poll_init(&loop->uv, &watch->poll, fd) == 0);
    watch->poll.data = watch;
    CHECK(uv_poll_start(&watch->poll, UV_READABLE, on_poll) == 0);
    list_add_last(&loop->watches, &watch->link);
    return watch;
}

static void free_watch(uv_handle_t *handle)
{
    free(handle->data);
}

void loop_unwatch(struct loop_watch *watch)
{
    if (!watch)
        return;
    list_remove(&watch->link);
    uv_close((uv_handle_t *)&watch->poll, free_watch);
}

static void on_uv_signal(uv_signal_t *handle, int number)
{
    struct loop_signal *signal = handle->data;
    struct loop *loop = signal->loop;
    loop_enter(loop);
    signal->on_signal(signal->ctx, number);
    loop_leave(loop);
}

void loop_on_signal(struct loop *loop, int number, void (*on_signal)(void *ctx, int number), void *ctx)
{
    struct loop_signal *signal = mem_zalloc(1, sizeof *signal);
    signal->loop = loop;
    signal->on_signal = on_signal;
    signal->ctx = ctx;
    CHECK(uv_signal_init(&loop->uv, &signal->signal) == 0);
    signal->signal.data = signal;
    CHECK(uv_signal_start(&signal->signal, on_uv_signal, number) == 0);
    list_add_last(&loop->signals, &signal->link);
}
