#include "mock-broker/message_age.h"

#include "mock-broker/broker.h"
#include "mock-broker/session.h"
#include "tests/unit/unit.h"

/* A broker with one device, and how many packets the device was sent. */
struct scene {
    struct broker broker;
    struct session *session;
    int sent;
};

static bool to_device(void *ctx, const void *bytes, size_t n)
{
    (void)bytes;
    ((struct scene *)ctx)->sent += n == 1; /* the first byte of a QoS 1 PUBLISH goes alone */
    return true;
}

static void set_up(struct scene *s)
{
    *s = (struct scene){0};
    struct broker *b = &s->broker;
    b->clock = clock_new_manual(0);
    b->timers = timerq_new(b->clock);
    b->journal = journal_new(b->clock);
    b->router = router_new();
    b->registry = registry_new();
    b->profile.limits_downlink_per_s = 50;
    b->profile.session_inflight_max = 1;
    b->profile.session_queue_max = 10;
    b->profile.session_message_lifetime_s = 2;
    list_init(&b->sessions);
    buf_init(&b->scratch, 256);
    bool present;
    struct device *device = registry_put_device(b->registry, STR("pk"), STR("dn"), STR("secret"), true);
    s->session = session_open(device, false, b->router, &b->sessions, &present);
}

static void tear_down(struct scene *s)
{
    struct broker *b = &s->broker;
    session_end(s->session, b->router);
    int64_t due_ms;
    CU_ASSERT_FALSE(timerq_next(b->timers, &due_ms));
    router_free(b->router);
    registry_free(b->registry);
    journal_free(b->journal);
    timerq_free(b->timers);
    clock_free(b->clock);
    buf_fini(&b->scratch);
}

static void deliver(struct scene *s)
{
    struct delivery d;
    delivery_init(&d, STR("t"), STR("x"), 1, &s->broker.scratch);
    CU_ASSERT_TRUE(broker_deliver(&s->broker, s->session, &d, 1));
    delivery_fini(&d);
}

static void advance(struct scene *s, int64_t ms)
{
    timerq_advance(s->broker.timers, s->broker.clock, ms);
}

static void each_at_its_own_time(void)
{
    struct scene s;
    set_up(&s);
    deliver(&s);
    advance(&s, 500);
    deliver(&s);
    deliver(&s);
    advance(&s, 1499);
    CU_ASSERT_EQUAL(s.session->inflight.count, 3);
    CU_ASSERT_EQUAL(journal_last(s.broker.journal), 0);
    advance(&s, 1);
    CU_ASSERT_EQUAL(s.session->inflight.count, 2);
    CU_ASSERT_EQUAL(journal_last(s.broker.journal), 1);
    advance(&s, 499);
    CU_ASSERT_EQUAL(s.session->inflight.count, 2);
    advance(&s, 1);
    CU_ASSERT_EQUAL(s.session->inflight.count, 0);
    CU_ASSERT_EQUAL(journal_last(s.broker.journal), 2);
    deliver(&s); /* the timer is set anew */
    advance(&s, 1999);
    CU_ASSERT_EQUAL(s.session->inflight.count, 1);
    advance(&s, 1);
    CU_ASSERT_EQUAL(s.session->inflight.count, 0);
    tear_down(&s);
}

/* A message that the device was sent and never acknowledged gives its place in the window to the next. */
static void in_flight_too(void)
{
    struct scene s;
    set_up(&s);
    session_join(s.session, (struct message_sink){to_device, &s});
    deliver(&s);
    advance(&s, 1000);
    deliver(&s);
    int sent = s.sent;
    advance(&s, 1000);
    CU_ASSERT_EQUAL(s.session->inflight.count, 1);
    CU_ASSERT_EQUAL(s.session->inflight.sent, 1);
    CU_ASSERT_TRUE(s.sent > sent);
    s.session->sink = (struct message_sink){0};
    tear_down(&s);
}

/* What is acknowledged before its time is no loss, and says nothing. */
static void acknowledged_in_time(void)
{
    struct scene s;
    set_up(&s);
    session_join(s.session, (struct message_sink){to_device, &s});
    deliver(&s);
    const struct inflight_limits limits = broker_limits(&s.broker);
    CU_ASSERT_TRUE(session_acknowledge(s.session, 1, &limits));
    advance(&s, 1999);
    deliver(&s);
    advance(&s, 2);
    CU_ASSERT_EQUAL(s.session->inflight.count, 1);
    CU_ASSERT_EQUAL(journal_last(s.broker.journal), 0);
    advance(&s, 1997);
    CU_ASSERT_EQUAL(s.session->inflight.count, 1);
    advance(&s, 1);
    CU_ASSERT_EQUAL(s.session->inflight.count, 0);
    CU_ASSERT_EQUAL(journal_last(s.broker.journal), 1);
    s.session->sink = (struct message_sink){0};
    tear_down(&s);
}

/* A session that ends takes its timer along (tear_down looks). */
static void ends_with_the_session(void)
{
    struct scene s;
    set_up(&s);
    deliver(&s);
    int64_t due_ms = 0;
    CU_ASSERT_TRUE(timerq_next(s.broker.timers, &due_ms));
    CU_ASSERT_EQUAL(due_ms, 2000);
    tear_down(&s);
}

void unit_message_age(void)
{
    UNIT(each_at_its_own_time);
    UNIT(in_flight_too);
    UNIT(acknowledged_in_time);
    UNIT(ends_with_the_session);
}
