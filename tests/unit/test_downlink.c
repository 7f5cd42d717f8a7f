#include "mock-broker/downlink.h"

#include "mock-broker/broker.h"
#include "mock-broker/session.h"
#include "mock-broker/system_topic.h"
#include "tests/unit/unit.h"

#define SET "/sys/pk/dn/thing/service/property/set"

/* A broker with one device, and what the device was sent. */
struct scene {
    struct broker broker;
    struct device *device;
    int sent;
};

static bool to_device(void *ctx, const void *bytes, size_t n)
{
    (void)bytes;
    ((struct scene *)ctx)->sent += n > 0;
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
    b->profile.mqtt_packet_max_bytes = 1024;
    b->profile.subscribe_qos_max = 1;
    b->profile.limits_downlink_per_s = 50;
    b->profile.session_inflight_max = 1;
    b->profile.session_queue_max = 1;
    list_init(&b->sessions);
    buf_init(&b->scratch, 1024 + 64);
    s->device = registry_put_device(b->registry, STR("pk"), STR("dn"), STR("secret"), true);
}

static struct session *sign_in(struct scene *s)
{
    bool present;
    struct session *session = session_open(s->device, false, s->broker.router, &s->broker.sessions, &present);
    session_join(session, (struct message_sink){to_device, s});
    return session;
}

static void tear_down(struct scene *s)
{
    if (s->device->session)
        session_end(s->device->session, s->broker.router);
    router_free(s->broker.router);
    registry_free(s->broker.registry);
    journal_free(s->broker.journal);
    timerq_free(s->broker.timers);
    clock_free(s->broker.clock);
    buf_fini(&s->broker.scratch);
}

static enum downlink send(struct scene *s, const char *topic, uint8_t qos)
{
    return downlink_send(&s->broker, s->device, str_of(topic), STR("payload"), qos);
}

static void who_gets_it(void)
{
    struct scene s;
    set_up(&s);
    CU_ASSERT_EQUAL(send(&s, SET, 1), DOWNLINK_OFFLINE);
    struct session *session = sign_in(&s);
    CU_ASSERT_EQUAL(send(&s, SET, 0), DOWNLINK_UNWANTED);
    session->auto_subscribed = true;
    CU_ASSERT_EQUAL(send(&s, SET, 0), DOWNLINK_SENT);
    CU_ASSERT_EQUAL(send(&s, "/pk/dn/user/get", 0), DOWNLINK_UNWANTED);
    CU_ASSERT_EQUAL(send(&s, "/ext/notify", 0), DOWNLINK_UNWANTED);
    CU_ASSERT_EQUAL(send(&s, "/sys/pk/dn/thing/event/property/post", 0), DOWNLINK_UNWANTED);
    session->ext = SYSTEM_EXT_NOTIFY;
    CU_ASSERT_EQUAL(send(&s, "/ext/notify", 0), DOWNLINK_SENT);
    CU_ASSERT_EQUAL(send(&s, "/ext/rrpc/1/x", 0), DOWNLINK_UNWANTED);
    CU_ASSERT_EQUAL(s.sent, 2);
    router_subscribe(s.broker.router, &session->subscriber, STR("/pk/dn/#"), 0);
    CU_ASSERT_EQUAL(send(&s, "/pk/dn/user/get", 1), DOWNLINK_SENT);
    CU_ASSERT_EQUAL(session->inflight.count, 0); /* granted QoS 0 */
    tear_down(&s);
}

static void what_waits(void)
{
    struct scene s;
    set_up(&s);
    struct session *session = sign_in(&s);
    router_subscribe(s.broker.router, &session->subscriber, STR("/pk/dn/#"), 1);
    CU_ASSERT_EQUAL(send(&s, "/pk/dn/a", 1), DOWNLINK_SENT);
    CU_ASSERT_EQUAL(journal_last(s.broker.journal), 0);
    CU_ASSERT_EQUAL(send(&s, "/pk/dn/a", 1), DOWNLINK_QUEUED);
    CU_ASSERT_EQUAL(journal_last(s.broker.journal), 1); /* limit: session.inflight_max */
    CU_ASSERT_EQUAL(send(&s, "/pk/dn/a", 1), DOWNLINK_LOST);
    session_leave(session, s.broker.router);
    CU_ASSERT_EQUAL(send(&s, "/pk/dn/a", 0), DOWNLINK_OFFLINE);
    CU_ASSERT_EQUAL(send(&s, "/pk/dn/a", 1), DOWNLINK_LOST);
    inflight_fini(&session->inflight);
    CU_ASSERT_EQUAL(send(&s, "/pk/dn/a", 1), DOWNLINK_QUEUED);
    tear_down(&s);
}

static void too_large_for_a_packet(void)
{
    struct scene s;
    set_up(&s);
    sign_in(&s)->auto_subscribed = true;
    char payload[1024] = {0};
    CU_ASSERT_EQUAL(downlink_send(&s.broker, s.device, STR(SET), (struct str){payload, sizeof payload}, 0),
                    DOWNLINK_TOO_LARGE);
    CU_ASSERT_EQUAL(downlink_send(&s.broker, s.device, STR(SET), (struct str){payload, 900}, 0),
                    DOWNLINK_SENT);
    CU_ASSERT_STRING_EQUAL(downlink_name(DOWNLINK_TOO_LARGE), "too-large");
    tear_down(&s);
}

void unit_downlink(void)
{
    UNIT(who_gets_it);
    UNIT(what_waits);
    UNIT(too_large_for_a_packet);
}
