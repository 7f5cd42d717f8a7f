/* Any stored session of a device: entries, or problems; every check and a case are judged over it without falling over. */
#include <stdlib.h>

#include "harness/judge/device_check.h"
#include "harness/judge/judgement.h"
#include "harness/judge/stream.h"
#include "lib/base/check.h"
#include "lib/base/json.h"
#include "tests/fuzz/fuzz.h"

enum { LINES_MAX = 200 };

static void judge(const struct stream *stream, const cJSON *device, const cJSON *description)
{
    struct device_case test = {.start = START_ONLINE};
    test.test.path = (char[]){"c"};
    test.test.steps =
        cJSON_Parse("[{\"await\": \"subscription\", \"as\": \"sub\", \"within_ms\": 1000},"
                    "{\"do\": \"kick\"}, {\"never\": \"PUBACK\", \"for_ms\": {\"keepAlive\": 1}},"
                    "{\"count\": \"CONNECT\", \"for_ms\": 1000, \"max\": 3}]");
    const struct judgement_setup setup = {.test = &test, .description = description, .device = device};
    struct judgement *j = judgement_new(&setup, 0);
    for (size_t i = 0; i < stream_count(stream); i++) {
        judgement_observe(j, stream_items(stream)[i]);
        if (judgement_wants(j))
            judgement_done(j, NULL, stream_items(stream)[i]->at_ms);
    }
    judgement_end(j, "transcript", "the transcript ends");
    CHECK(judgement_has_ended(j));
    judgement_free(j);
    cJSON_Delete(test.test.steps);
}

static void check_all(const struct stream *stream, const cJSON *description)
{
    const struct device_stream whole = {stream_items(stream), stream_count(stream), description};
    size_t count;
    const struct device_check *checks = device_checks_all(&count);
    for (size_t i = 0; i < count; i++) {
        struct device_finding finding;
        device_finding_init(&finding);
        checks[i].run(&whole, &finding);
        device_finding_fini(&finding);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *error = NULL;
    cJSON *head = cJSON_CreateObject(),
          *device = cJSON_Parse("{\"productKey\": \"pk\", \"deviceName\": \"device\"}");
    struct stream *stream = stream_new(NULL, head, &error);
    struct str rest = {(const char *)data, size};
    for (int i = 0; i < LINES_MAX && rest.n > 0; i++) {
        size_t n = str_find(rest, '\n');
        struct problems problems = {0};
        cJSON *entry = json_parse((struct str){rest.p, n}, "input", &problems);
        if (cJSON_IsObject(entry))
            stream_add(stream, entry);
        else
            cJSON_Delete(entry);
        problems_fini(&problems);
        n += n < rest.n;
        rest.p += n;
        rest.n -= n;
    }
    judge(stream, device, head);
    check_all(stream, head);
    stream_free(stream);
    cJSON_Delete(device);
    cJSON_Delete(head);
    return 0;
}
