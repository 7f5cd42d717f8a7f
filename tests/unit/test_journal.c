#include "mock-broker/journal.h"

#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "tests/unit/unit.h"

#include <stdlib.h>

/* Compares the rendering of everything after since. */
static void expect(const struct journal *j, uint64_t since, const char *json)
{
    cJSON *answer = journal_render(j, since);
    char *text = cJSON_PrintUnformatted(answer);
    CU_ASSERT_STRING_EQUAL(text, json);
    if (strcmp(text, json) != 0)
        printf("\n%s\n", text);
    free(text);
    cJSON_Delete(answer);
}

static struct journal *start(struct clock **clock)
{
    log_set_level(LOG_ERROR);
    *clock = clock_new_manual(0);
    clock_advance(*clock, 1500);
    return journal_new(*clock);
}

static void stop(struct journal *j, struct clock *clock)
{
    journal_free(j);
    clock_free(clock);
    log_set_level(LOG_WARNING);
}

#define HEAD(seq, name)                                                                                      \
    "{\"seq\":" seq ",\"time\":\"1970-01-01T00:00:01.500Z\",\"clock_ms\":1500,\"event\":\"" name "\","

static struct journal_who somebody(void)
{
    return (struct journal_who){STR("pk"), STR("dn"), STR("12345"), STR("127.0.0.1:7"), "tcp"};
}

#define WHO                                                                                                  \
    "\"productKey\":\"pk\",\"deviceName\":\"dn\",\"clientId\":\"12345\",\"transport\":\"tcp\","              \
    "\"peer\":\"127.0.0.1:7\""

static void online_and_offline(void)
{
    struct clock *clock;
    struct journal *j = start(&clock);
    struct journal_event on = {.kind = JOURNAL_ONLINE};
    on.u.online.who = somebody();
    on.u.online.keep_alive_s = 60;
    on.u.online.limit_ms = 118500;
    on.u.online.clean_session = true;
    on.u.online.tls = (struct journal_tls){STR("TLSv1.3"), STR("X"), STR("")};
    journal_append(j, &on);
    struct journal_event off = {.kind = JOURNAL_OFFLINE};
    off.u.offline.who = somebody();
    off.u.offline.reason = offline_reason_name(OFFLINE_TAKEN_OVER);
    off.u.offline.limit_ms = -1;
    off.u.offline.new_peer = STR("127.0.0.1:8");
    journal_append(j, &off);
    expect(j, 0,
           "{\"events\":[" HEAD("1", "online") WHO
           ",\"keepAlive\":60,\"cleanSession\":true,\"sessionPresent\":false,\"limit_ms\":118500,"
           "\"tls\":{\"version\":\"TLSv1.3\",\"cipher\":\"X\",\"serverName\":\"\"}}," HEAD("2", "offline") WHO
           ",\"reason\":\"taken-over\",\"idle_ms\":0,\"newPeer\":\"127.0.0.1:8\"}],"
           "\"next\":2,\"lost\":0}");
    stop(j, clock);
}

static void a_refusal_without_connack_has_a_null_code(void)
{
    struct clock *clock;
    struct journal *j = start(&clock);
    struct journal_event refused = {.kind = JOURNAL_REFUSED};
    refused.u.refused.rule = "tls-required";
    refused.u.refused.requirement = "NET-09";
    refused.u.refused.action = "close";
    refused.u.refused.return_code = -1;
    refused.u.refused.received = STR("tcp");
    refused.u.refused.accepted = STR("tls");
    journal_append(j, &refused);
    expect(j, 0,
           "{\"events\":[" HEAD("1", "refused") "\"rule\":\"tls-required\",\"requirement\":\"NET-09\","
                                                "\"returnCode\":null,\"action\":\"close\","
                                                "\"received\":\"tcp\",\"accepted\":\"tls\"}],"
                                                "\"next\":1,\"lost\":0}");
    stop(j, clock);
}

static void the_other_kinds(void)
{
    struct clock *clock;
    struct journal *j = start(&clock);
    struct journal_event flapping = {.kind = JOURNAL_FLAPPING};
    flapping.u.flapping.product_key = STR("pk");
    flapping.u.flapping.device_name = STR("dn");
    flapping.u.flapping.old_peer = STR("a");
    flapping.u.flapping.new_peer = STR("b");
    flapping.u.flapping.count = 3;
    flapping.u.flapping.window_s = 60;
    journal_append(j, &flapping);
    struct journal_event malformed = {.kind = JOURNAL_MALFORMED};
    malformed.u.malformed.reason = "r";
    malformed.u.malformed.clause = "MQTT-3.1.0-2";
    malformed.u.malformed.peer = STR("a");
    journal_append(j, &malformed);
    struct journal_event none = {.kind = JOURNAL_NO_CONNECT};
    none.u.no_connect.reason = "timeout";
    none.u.no_connect.peer = STR("a");
    none.u.no_connect.detail = STR("d");
    none.u.no_connect.bytes = 3;
    journal_append(j, &none);
    struct journal_event denied = {.kind = JOURNAL_DENIED};
    denied.u.denied.action = "publish";
    denied.u.denied.topic = STR("/x\n\"y");
    journal_append(j, &denied);
    expect(
        j, 0,
        "{\"events\":[" HEAD(
            "1",
            "flapping") "\"productKey\":\"pk\",\"deviceName\":\"dn\","
                        "\"peers\":[\"a\",\"b\"],\"count\":3,\"window_s\":60}," HEAD(
                            "2",
                            "malformed") "\"reason\":\"r\",\"offset\":0,"
                                         "\"clause\":\"MQTT-3.1.0-2\","
                                         "\"peer\":\"a\"}," HEAD(
                                             "3",
                                             "no-connect") "\"peer\":\"a\",\"reason\":\"timeout\",\"bytes\":"
                                                           "3,\"detail\":\"d\"}," HEAD("4",
                                                                                       "denied") "\"action\":"
                                                                                                 "\"publish\""
                                                                                                 ",\"topic\":"
                                                                                                 "\"/"
                                                                                                 "x\\n\\\"y\""
                                                                                                 "}],"
                                                                                                 "\"next\":4,"
                                                                                                 "\"lost\":"
                                                                                                 "0}");
    stop(j, clock);
}

static void what_a_device_does_with_its_topics(void)
{
    struct clock *clock;
    struct journal *j = start(&clock);
    struct journal_event limit = {.kind = JOURNAL_LIMIT};
    limit.u.limit.limit = "limits.topic_bytes";
    limit.u.limit.value = 129;
    limit.u.limit.max = 128;
    journal_append(j, &limit);
    expect(j, 0,
           "{\"events\":[" HEAD("1", "limit") "\"limit\":\"limits.topic_bytes\",\"value\":129,\"max\":128}],"
                                              "\"next\":1,\"lost\":0}");
    struct journal_event fault = {.kind = JOURNAL_ALINK_ERROR};
    fault.u.alink_error.reason = "r";
    fault.u.alink_error.code = 460;
    fault.u.alink_error.topic = STR("/t");
    journal_append(j, &fault);
    expect(j, 1,
           "{\"events\":[" HEAD("2", "alink-error") "\"reason\":\"r\",\"code\":460,\"topic\":\"/t\"}],"
                                                    "\"next\":2,\"lost\":0}");
    struct journal_event rrpc = {.kind = JOURNAL_RRPC};
    rrpc.u.rrpc.message_id = STR("7");
    rrpc.u.rrpc.topic = STR("/t");
    rrpc.u.rrpc.payload = STR("pong");
    rrpc.u.rrpc.bytes = 4;
    journal_append(j, &rrpc);
    expect(j, 2,
           "{\"events\":[" HEAD("3", "rrpc") "\"messageId\":\"7\",\"topic\":\"/t\",\"payload\":\"pong\","
                                             "\"bytes\":4}],\"next\":3,\"lost\":0}");
    struct journal_event resent = {.kind = JOURNAL_RESENT};
    resent.u.resent.packet_id = 9;
    resent.u.resent.topic = STR("/t");
    journal_append(j, &resent);
    expect(j, 3,
           "{\"events\":[" HEAD("4", "resent") "\"packetId\":9,\"topic\":\"/t\"}],\"next\":4,\"lost\":0}");
    stop(j, clock);
}

static void append_note(struct journal *j, struct str text)
{
    struct journal_event note = {.kind = JOURNAL_NOTE};
    note.u.note.text = text;
    journal_append(j, &note);
}

static void since_and_lost(void)
{
    struct clock *clock;
    struct journal *j = start(&clock);
    expect(j, 0, "{\"events\":[],\"next\":0,\"lost\":0}");
    append_note(j, STR("one"));
    append_note(j, STR("two"));
    expect(j, 1, "{\"events\":[" HEAD("2", "note") "\"text\":\"two\"}],\"next\":2,\"lost\":0}");
    expect(j, 2, "{\"events\":[],\"next\":2,\"lost\":0}");
    expect(j, 99, "{\"events\":[],\"next\":2,\"lost\":0}");
    for (int i = 0; i < JOURNAL_EVENTS_MAX; i++)
        append_note(j, STR("more"));
    cJSON *answer = journal_render(j, 1);
    CU_ASSERT_EQUAL(cJSON_GetObjectItem(answer, "lost")->valueint, 1);
    CU_ASSERT_EQUAL(cJSON_GetArraySize(cJSON_GetObjectItem(answer, "events")), JOURNAL_EVENTS_MAX);
    cJSON_Delete(answer);
    journal_clear(j);
    append_note(j, STR("new"));
    expect(j, 0, "{\"events\":[" HEAD("1", "note") "\"text\":\"new\"}],\"next\":1,\"lost\":0}");
    stop(j, clock);
}

static void append_refusal(struct journal *j, struct str product_key, struct str device_name,
                           const char *rule)
{
    struct journal_event refused = {.kind = JOURNAL_REFUSED};
    refused.u.refused.who.product_key = product_key;
    refused.u.refused.who.device_name = device_name;
    refused.u.refused.rule = rule;
    journal_append(j, &refused);
}

/* The rules of the refusals that are found, one letter each. */
static void expect_refusals(const struct journal *j, struct str product_key, struct str device_name,
                            size_t last, const char *rules)
{
    char found[16] = "";
    cJSON *answer = journal_render_refusals(j, product_key, device_name, last);
    const cJSON *list = cJSON_GetObjectItem(answer, "refusals");
    for (const cJSON *at = list->child; at; at = at->next)
        found[strlen(found)] = cJSON_GetObjectItem(at, "rule")->valuestring[0];
    CU_ASSERT_STRING_EQUAL(found, rules);
    CU_ASSERT_EQUAL(cJSON_GetObjectItem(answer, "lost")->valueint, (int)journal_lost(j));
    cJSON_Delete(answer);
}

static void refusals_by_device_the_latest_so_many(void)
{
    const struct str any = {0};
    struct clock *clock;
    struct journal *j = start(&clock);
    append_refusal(j, STR("pk"), STR("dn"), "a");
    append_note(j, STR("between"));
    append_refusal(j, STR("pk"), STR("other"), "b");
    append_refusal(j, any, any, "c");
    append_refusal(j, STR("pk2"), STR("dn"), "d");
    expect_refusals(j, any, any, 10, "abcd");
    expect_refusals(j, any, any, 2, "cd");
    expect_refusals(j, any, STR("dn"), 10, "ad");
    expect_refusals(j, STR("pk"), STR("dn"), 10, "a");
    expect_refusals(j, STR("pk"), STR("nobody"), 10, "");
    for (int i = 0; i < JOURNAL_EVENTS_MAX - 4; i++)
        append_note(j, STR("more"));
    expect_refusals(j, any, any, 10, "bcd");
    stop(j, clock);
}

static void count_up(void *ctx)
{
    ++*(int *)ctx;
}

static void changes_are_told(void)
{
    struct clock *clock;
    struct journal *j = start(&clock);
    int changes = 0;
    journal_on_change(j, count_up, &changes);
    append_note(j, STR("one"));
    CU_ASSERT_EQUAL(changes, 1);
    journal_clear(j);
    CU_ASSERT_EQUAL(changes, 2);
    journal_on_change(j, NULL, NULL);
    append_note(j, STR("two"));
    CU_ASSERT_EQUAL(changes, 2);
    stop(j, clock);
}

static void long_texts_are_cut_between_characters(void)
{
    struct clock *clock;
    struct journal *j = start(&clock);
    char text[JOURNAL_TEXT_MAX + 10];
    memset(text, 'x', sizeof text);
    memcpy(text + JOURNAL_TEXT_MAX - 1, "\xc3\xa9", 2);
    append_note(j, (struct str){text, sizeof text});
    cJSON *answer = journal_render(j, 0);
    const cJSON *event = cJSON_GetArrayItem(cJSON_GetObjectItem(answer, "events"), 0);
    CU_ASSERT_EQUAL(strlen(cJSON_GetObjectItem(event, "text")->valuestring), JOURNAL_TEXT_MAX - 1);
    cJSON_Delete(answer);
    stop(j, clock);
}

void unit_journal(void)
{
    UNIT(online_and_offline);
    UNIT(a_refusal_without_connack_has_a_null_code);
    UNIT(the_other_kinds);
    UNIT(what_a_device_does_with_its_topics);
    UNIT(since_and_lost);
    UNIT(refusals_by_device_the_latest_so_many);
    UNIT(changes_are_told);
    UNIT(long_texts_are_cut_between_characters);
}
