#include "mock-broker/session.h"

#include "lib/base/hex.h"
#include "mock-broker/registry.h"
#include "tests/unit/unit.h"

static const struct inflight_limits limits = {2, 2};

/* A device with its surroundings, and the packets it was sent. */
struct scene {
    struct registry *registry;
    struct device *device;
    struct router *router;
    struct list sessions;
    struct buf sent, scratch;
    int64_t now_ms;
};

static bool to_device(void *ctx, const void *bytes, size_t n)
{
    return buf_append(&((struct scene *)ctx)->sent, bytes, n);
}

static void set_up(struct scene *s)
{
    s->now_ms = 0;
    s->registry = registry_new();
    s->device = registry_put_device(s->registry, STR("pk"), STR("dn"), STR("secret"), true);
    s->router = router_new();
    list_init(&s->sessions);
    buf_init(&s->sent, 4096);
    buf_init(&s->scratch, 4096);
}

static void tear_down(struct scene *s)
{
    if (s->device->session)
        session_end(s->device->session, s->router);
    CU_ASSERT_TRUE(list_is_empty(&s->sessions));
    router_free(s->router);
    registry_free(s->registry);
    buf_fini(&s->sent);
    buf_fini(&s->scratch);
}

/* Brings the device online; returns whether a session was present. */
static bool sign_in(struct scene *s, bool clean)
{
    bool present;
    struct session *session = session_open(s->device, clean, s->router, &s->sessions, &present);
    session_join(session, (struct message_sink){to_device, s});
    session_resume(session, &limits);
    return present;
}

static bool deliver(struct scene *s, const char *payload, uint8_t published, uint8_t granted)
{
    struct delivery d;
    delivery_init(&d, STR("t"), str_of(payload), published, &s->scratch);
    bool taken = session_deliver(s->device->session, &d, granted, s->now_ms, &limits);
    delivery_fini(&d);
    return taken;
}

/* Compares with what was sent since the last call. */
static void expect_sent(struct scene *s, const char *hex)
{
    struct buf text;
    buf_init(&text, 8192);
    hex_append(&text, s->sent.data, s->sent.len, false);
    CU_ASSERT_STRING_EQUAL(buf_cstr(&text), hex);
    buf_fini(&text);
    buf_clear(&s->sent);
}

static void a_clean_session_ends_with_its_connection(void)
{
    struct scene s;
    set_up(&s);
    CU_ASSERT_FALSE(sign_in(&s, true));
    router_subscribe(s.router, &s.device->session->subscriber, STR("t"), 1);
    session_leave(s.device->session, s.router);
    CU_ASSERT_PTR_NULL(s.device->session);
    CU_ASSERT_EQUAL(router_filters(s.router), 0);
    CU_ASSERT_FALSE(sign_in(&s, false));
    tear_down(&s);
}

static void a_kept_session_is_found_again(void)
{
    struct scene s;
    set_up(&s);
    CU_ASSERT_FALSE(sign_in(&s, false));
    router_subscribe(s.router, &s.device->session->subscriber, STR("t"), 1);
    session_leave(s.device->session, s.router);
    CU_ASSERT_PTR_NOT_NULL(s.device->session);
    CU_ASSERT_TRUE(sign_in(&s, false));
    CU_ASSERT_EQUAL(s.device->session->subscriber.count, 1);
    tear_down(&s);
}

static void clean_throws_the_kept_one_away_for_good(void)
{
    struct scene s;
    set_up(&s);
    sign_in(&s, false);
    router_subscribe(s.router, &s.device->session->subscriber, STR("t"), 1);
    session_leave(s.device->session, s.router);
    CU_ASSERT_FALSE(sign_in(&s, true));
    CU_ASSERT_EQUAL(router_filters(s.router), 0);
    session_leave(s.device->session, s.router);
    CU_ASSERT_FALSE(sign_in(&s, false));
    tear_down(&s);
}

static void the_lower_qos_is_delivered(void)
{
    struct scene s;
    set_up(&s);
    sign_in(&s, true);
    CU_ASSERT_TRUE(deliver(&s, "x", 1, 0));
    expect_sent(&s, "300400017478");
    CU_ASSERT_TRUE(deliver(&s, "x", 0, 1));
    expect_sent(&s, "300400017478");
    CU_ASSERT_TRUE(deliver(&s, "x", 1, 1));
    expect_sent(&s, "3206000174000178");
    CU_ASSERT_TRUE(deliver(&s, "x", 1, 2));
    expect_sent(&s, "3206000174000278");
    tear_down(&s);
}

static void in_flight_is_sent_again_with_dup_and_the_queue_without(void)
{
    struct scene s;
    set_up(&s);
    sign_in(&s, false);
    CU_ASSERT_TRUE(deliver(&s, "a", 1, 1));
    CU_ASSERT_TRUE(deliver(&s, "b", 1, 1));
    CU_ASSERT_TRUE(deliver(&s, "c", 1, 1));
    CU_ASSERT_TRUE(deliver(&s, "d", 1, 1));
    CU_ASSERT_FALSE(deliver(&s, "e", 1, 1));
    expect_sent(&s, "32060001740001613206000174000262");
    session_leave(s.device->session, s.router);
    CU_ASSERT_TRUE(sign_in(&s, false));
    expect_sent(&s, "3a060001740001613a06000174000262");
    CU_ASSERT_TRUE(session_acknowledge(s.device->session, 1, &limits));
    expect_sent(&s, "3206000174000363");
    CU_ASSERT_FALSE(session_acknowledge(s.device->session, 1, &limits));
    CU_ASSERT_TRUE(session_acknowledge(s.device->session, 2, &limits));
    expect_sent(&s, "3206000174000464");
    tear_down(&s);
}

static void offline_only_qos_1_waits(void)
{
    struct scene s;
    set_up(&s);
    sign_in(&s, false);
    session_leave(s.device->session, s.router);
    CU_ASSERT_TRUE(deliver(&s, "0", 0, 1));
    CU_ASSERT_TRUE(deliver(&s, "1", 1, 1));
    expect_sent(&s, "");
    sign_in(&s, false);
    expect_sent(&s, "3206000174000131");
    tear_down(&s);
}

/* Twice in a row, by every way offline: what is in flight keeps its identifiers and its order, and DUP. */
static void sent_again_as_often_as_it_takes(void)
{
    struct scene s;
    set_up(&s);
    sign_in(&s, false);
    s.device->session->inflight.last_id = 65534;
    CU_ASSERT_TRUE(deliver(&s, "a", 1, 1));
    CU_ASSERT_TRUE(deliver(&s, "b", 1, 1));
    expect_sent(&s, "3206000174ffff613206000174000162");
    for (int i = 0; i < 3; i++) {
        session_leave(s.device->session, s.router);
        CU_ASSERT_TRUE(sign_in(&s, false));
        expect_sent(&s, "3a06000174ffff613a06000174000162");
    }
    CU_ASSERT_TRUE(session_acknowledge(s.device->session, 65535, &limits));
    CU_ASSERT_TRUE(session_acknowledge(s.device->session, 1, &limits));
    session_leave(s.device->session, s.router);
    CU_ASSERT_TRUE(sign_in(&s, false));
    expect_sent(&s, "");
    tear_down(&s);
}

/* Waiting since before it was sent: the queue follows what was in flight, and only the latter has DUP. */
static void offline_the_queue_has_its_bound(void)
{
    struct scene s;
    set_up(&s);
    sign_in(&s, false);
    session_leave(s.device->session, s.router);
    CU_ASSERT_TRUE(deliver(&s, "a", 1, 1));
    CU_ASSERT_TRUE(deliver(&s, "b", 1, 1));
    CU_ASSERT_FALSE(deliver(&s, "c", 1, 1));
    sign_in(&s, false);
    expect_sent(&s, "32060001740001613206000174000262");
    session_leave(s.device->session, s.router);
    CU_ASSERT_TRUE(deliver(&s, "d", 1, 1));
    sign_in(&s, false);
    expect_sent(&s, "3a060001740001613a06000174000262");
    CU_ASSERT_TRUE(session_acknowledge(s.device->session, 2, &limits));
    expect_sent(&s, "3206000174000364");
    tear_down(&s);
}

/* Nothing waits where the queue holds none, though the window has room. */
static void offline_without_a_queue(void)
{
    static const struct inflight_limits none = {2, 0};
    struct scene s;
    set_up(&s);
    sign_in(&s, false);
    session_leave(s.device->session, s.router);
    struct delivery d;
    delivery_init(&d, STR("t"), STR("x"), 1, &s.scratch);
    CU_ASSERT_FALSE(session_deliver(s.device->session, &d, 1, 0, &none));
    CU_ASSERT_EQUAL(s.device->session->inflight.count, 0);
    delivery_fini(&d);
    tear_down(&s);
}

static void what_is_too_old_makes_room(void)
{
    struct scene s;
    set_up(&s);
    sign_in(&s, false);
    CU_ASSERT_TRUE(deliver(&s, "a", 1, 1));
    s.now_ms = 5;
    CU_ASSERT_TRUE(deliver(&s, "b", 1, 1));
    CU_ASSERT_TRUE(deliver(&s, "c", 1, 1));
    expect_sent(&s, "32060001740001613206000174000262");
    CU_ASSERT_EQUAL(session_expire(s.device->session, 4, &limits), 1);
    expect_sent(&s, "3206000174000363");
    session_leave(s.device->session, s.router);
    CU_ASSERT_EQUAL(session_expire(s.device->session, 5, &limits), 2);
    CU_ASSERT_TRUE(sign_in(&s, false));
    expect_sent(&s, "");
    tear_down(&s);
}

void unit_session(void)
{
    UNIT(a_clean_session_ends_with_its_connection);
    UNIT(a_kept_session_is_found_again);
    UNIT(clean_throws_the_kept_one_away_for_good);
    UNIT(the_lower_qos_is_delivered);
    UNIT(in_flight_is_sent_again_with_dup_and_the_queue_without);
    UNIT(offline_only_qos_1_waits);
    UNIT(sent_again_as_often_as_it_takes);
    UNIT(offline_the_queue_has_its_bound);
    UNIT(offline_without_a_queue);
    UNIT(what_is_too_old_makes_room);
}
