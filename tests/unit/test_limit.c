#include "mock-broker/limit.h"

#include "mock-broker/broker.h"
#include "tests/unit/unit.h"

/* A broker with a profile, a clock, a journal and a device: all that limits look at. */
struct scene {
    struct broker broker;
    struct registry *registry;
    struct device *device;
};

static void set_up(struct scene *s)
{
    *s = (struct scene){0};
    s->broker.clock = clock_new_manual(0);
    s->broker.journal = journal_new(s->broker.clock);
    s->broker.profile.limits_topic_bytes = 128;
    s->broker.profile.limits_uplink_qos0_per_s = 3;
    s->broker.profile.limits_connect_per_minute = 2;
    s->registry = registry_new();
    s->device = registry_put_device(s->registry, STR("pk"), STR("dn"), STR("secret"), true);
}

static void tear_down(struct scene *s)
{
    registry_free(s->registry);
    journal_free(s->broker.journal);
    clock_free(s->broker.clock);
}

static uint64_t lines(const struct scene *s)
{
    return journal_last(s->broker.journal);
}

static void a_measure(void)
{
    struct scene s;
    set_up(&s);
    CU_ASSERT_TRUE(limit_allows(&s.broker, s.device, LIMIT_TOPIC_BYTES, 128));
    CU_ASSERT_EQUAL(lines(&s), 0);
    CU_ASSERT_TRUE(limit_allows(&s.broker, s.device, LIMIT_TOPIC_BYTES, 129));
    CU_ASSERT_EQUAL(lines(&s), 1);
    CU_ASSERT_TRUE(limit_allows(&s.broker, s.device, LIMIT_TOPIC_BYTES, 130));
    CU_ASSERT_EQUAL(lines(&s), 1);
    clock_advance(s.broker.clock, 1000);
    CU_ASSERT_TRUE(limit_allows(&s.broker, s.device, LIMIT_TOPIC_BYTES, 130));
    CU_ASSERT_EQUAL(lines(&s), 2);
    s.broker.profile.limits_enforce = PROFILE_ENFORCE_ENFORCE;
    CU_ASSERT_TRUE(limit_allows(&s.broker, s.device, LIMIT_TOPIC_BYTES, 128));
    CU_ASSERT_FALSE(limit_allows(&s.broker, s.device, LIMIT_TOPIC_BYTES, 129));
    tear_down(&s);
}

static void a_rate(void)
{
    struct scene s;
    set_up(&s);
    s.broker.profile.limits_enforce = PROFILE_ENFORCE_ENFORCE;
    clock_advance(s.broker.clock, 250);
    for (int i = 0; i < 3; i++)
        CU_ASSERT_TRUE(limit_counts(&s.broker, s.device, LIMIT_UPLINK_QOS0));
    clock_advance(s.broker.clock, 999);
    CU_ASSERT_FALSE(limit_counts(&s.broker, s.device, LIMIT_UPLINK_QOS0));
    CU_ASSERT_EQUAL(lines(&s), 1);
    clock_advance(s.broker.clock, 1);
    CU_ASSERT_TRUE(limit_counts(&s.broker, s.device, LIMIT_UPLINK_QOS0));
    /* a window of a minute, and another limit's count */
    CU_ASSERT_TRUE(limit_counts(&s.broker, s.device, LIMIT_CONNECT_PER_MINUTE));
    clock_advance(s.broker.clock, 59999);
    CU_ASSERT_TRUE(limit_counts(&s.broker, s.device, LIMIT_CONNECT_PER_MINUTE));
    CU_ASSERT_FALSE(limit_counts(&s.broker, s.device, LIMIT_CONNECT_PER_MINUTE));
    clock_advance(s.broker.clock, 1);
    CU_ASSERT_TRUE(limit_counts(&s.broker, s.device, LIMIT_CONNECT_PER_MINUTE));
    tear_down(&s);
}

static void the_line(void)
{
    struct scene s;
    set_up(&s);
    limit_allows(&s.broker, s.device, LIMIT_TOPIC_BYTES, 200);
    cJSON *answer = journal_render(s.broker.journal, 0);
    const cJSON *event = cJSON_GetObjectItem(answer, "events")->child;
    CU_ASSERT_STRING_EQUAL(cJSON_GetObjectItem(event, "event")->valuestring, "limit");
    CU_ASSERT_STRING_EQUAL(cJSON_GetObjectItem(event, "limit")->valuestring, "limits.topic_bytes");
    CU_ASSERT_EQUAL(cJSON_GetObjectItem(event, "value")->valueint, 200);
    CU_ASSERT_EQUAL(cJSON_GetObjectItem(event, "max")->valueint, 128);
    CU_ASSERT_STRING_EQUAL(cJSON_GetObjectItem(event, "deviceName")->valuestring, "dn");
    cJSON_Delete(answer);
    tear_down(&s);
}

/* Each has the name and the place of a profile value. */
static void names_are_those_of_the_profile(void)
{
    struct scene s;
    set_up(&s);
    for (int i = 0; i < LIMITS; i++) {
        char assignment[80];
        struct problems problems = {0};
        snprintf(assignment, sizeof assignment, "%s=%d", limit_name((enum limit)i), 40 + i);
        CU_ASSERT_TRUE(profile_set(&s.broker.profile, assignment, &problems));
        problems_fini(&problems);
    }
    for (int i = 0; i < LIMITS; i++)
        CU_ASSERT_EQUAL(limit_max(&s.broker, (enum limit)i), 40 + i);
    tear_down(&s);
}

void unit_limit(void)
{
    UNIT(a_measure);
    UNIT(a_rate);
    UNIT(the_line);
    UNIT(names_are_those_of_the_profile);
}
