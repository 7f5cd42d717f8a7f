#include "answer.h"

#include "lib/base/json.h"
#include "system_topic.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { CODE_PARAMETER = 460 };

void answer_init(struct answer *a)
{
    *a = (struct answer){0};
    buf_init(&a->topic, ANSWER_MAX);
    buf_init(&a->payload, ANSWER_MAX);
}

void answer_fini(struct answer *a)
{
    buf_fini(&a->topic);
    buf_fini(&a->payload);
}

bool answer_on(struct answer *a, struct str topic, const char *behind)
{
    buf_clear(&a->topic);
    bool fits = buf_append_str(&a->topic, topic) && buf_append_str(&a->topic, str_of(behind)) &&
                a->topic.len <= UINT16_MAX;
    if (!fits)
        buf_clear(&a->topic);
    return fits;
}

void answer_json(struct answer *a, cJSON *node)
{
    char *text = cJSON_PrintUnformatted(node);
    cJSON_Delete(node);
    buf_clear(&a->payload);
    if (!text || !buf_append_str(&a->payload, str_of(text)))
        buf_clear(&a->topic);
    free(text);
}

void answer_fault(struct answer *a, int64_t code, const char *fault)
{
    a->code = code;
    a->fault = fault;
}

/* The device may send its time as a text or as a number; it comes back as a text, like the platform's. */
void answer_ntp(const struct inquiry *question, struct answer *out)
{
    cJSON *sent = json_parse_peer(question->payload);
    const cJSON *device = cJSON_GetObjectItemCaseSensitive(sent, "deviceSendTime");
    char number[32], now[32];
    int64_t value;
    const char *text = cJSON_GetStringValue(device);
    if (!text && json_is_int(device, &value)) {
        snprintf(number, sizeof number, "%" PRId64, value);
        text = number;
    }
    if (!text) {
        answer_fault(out, CODE_PARAMETER, "deviceSendTime is missing");
    } else {
        const struct topic_names *names = question->names;
        snprintf(now, sizeof now, "%" PRId64, question->wall_ms);
        buf_clear(&out->topic);
        if (buf_printf(&out->topic, "/ext/ntp/%.*s/%.*s/response", STR_ARG(names->product_key),
                       STR_ARG(names->device_name))) {
            cJSON *answer = cJSON_CreateObject();
            cJSON_AddStringToObject(answer, "deviceSendTime", text);
            cJSON_AddStringToObject(answer, "serverRecvTime", now);
            cJSON_AddStringToObject(answer, "serverSendTime", now);
            answer_json(out, answer);
        }
    }
    cJSON_Delete(sent);
}

/* The identifier is the last level of rrpc/response/{id}, and the one behind /ext/rrpc/. */
void answer_rrpc(const struct inquiry *question, struct answer *out)
{
    const struct str custom = STR("/ext/rrpc/");
    struct str topic = question->topic;
    if (str_starts(topic, custom)) {
        struct str rest = {topic.p + custom.n, topic.n - custom.n};
        out->rrpc_id = (struct str){rest.p, str_find(rest, '/')};
    } else {
        size_t slash = str_rfind(topic, '/');
        out->rrpc_id = (struct str){topic.p + slash + 1, topic.n - slash - 1};
    }
}
