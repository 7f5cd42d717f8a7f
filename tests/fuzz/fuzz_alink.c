/* Any payload on any topic that the platform answers: an answer that is JSON within its bounds, or none, and a code for what
 * was wrong. The first byte chooses the topic; the rest is sent twice, so that the second meets a shadow. */
#include "lib/base/check.h"
#include "lib/base/json.h"
#include "mock-broker/shadow.h"
#include "mock-broker/system_topic.h"
#include "tests/fuzz/fuzz.h"

static void ask(const char *topic, struct str payload, struct shadow **shadow)
{
    const struct topic_names names = {STR("pk"), STR("dn")};
    const struct system_topic *row = system_topic_of(&names, str_of(topic));
    CHECK(row && row->answer);
    const struct inquiry inquiry = {row, &names, str_of(topic), payload, 1000, shadow};
    struct answer answer;
    answer_init(&answer);
    row->answer(&inquiry, &answer);
    CHECK((answer.fault != NULL) == (answer.code != 0));
    CHECK(answer.topic.len <= ANSWER_MAX && answer.payload.len <= ANSWER_MAX);
    if (answer.topic.len) {
        cJSON *said = json_parse_peer(buf_str(&answer.payload));
        CHECK(cJSON_IsObject(said));
        cJSON_Delete(said);
    }
    answer_fini(&answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const topics[] = {"/sys/pk/dn/thing/event/property/post",
                                         "/sys/pk/dn/thing/config/get",
                                         "/sys/pk/dn/thing/dsltemplate/get",
                                         "/sys/pk/dn/rrpc/response/1",
                                         "/ext/ntp/pk/dn/request",
                                         "/ext/rrpc/1/x",
                                         "/shadow/update/pk/dn",
                                         "/ota/device/inform/pk/dn"};
    struct shadow *shadow = NULL;
    if (size == 0)
        return 0;
    const char *topic = topics[data[0] % (sizeof topics / sizeof topics[0])];
    struct str payload = {(const char *)data + 1, size - 1};
    ask(topic, payload, &shadow);
    ask(topic, payload, &shadow);
    shadow_free(shadow);
    return 0;
}
