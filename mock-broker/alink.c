#include "alink.h"

#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "system_topic.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { CODE_GOOD = 200, CODE_PARAMETER = 460 };

/* A text, or a whole number, which some devices send. */
static bool read_id(struct alink *a)
{
    const cJSON *node = cJSON_GetObjectItemCaseSensitive(a->root, "id");
    const char *text = cJSON_GetStringValue(node);
    int64_t number;
    if (text && text[0] && strlen(text) <= ALINK_ID_MAX)
        snprintf(a->id, sizeof a->id, "%s", text);
    else if (json_is_int(node, &number))
        snprintf(a->id, sizeof a->id, "%" PRId64, number);
    return a->id[0] != '\0';
}

const char *alink_read(struct alink *out, struct str payload)
{
    out->root = json_parse_peer(payload);
    if (!out->root)
        return "the payload is no JSON";
    if (!cJSON_IsObject(out->root))
        return "the payload is no JSON object";
    const cJSON *sys = cJSON_GetObjectItemCaseSensitive(out->root, "sys");
    const cJSON *ack = cJSON_GetObjectItemCaseSensitive(sys, "ack");
    int64_t number;
    out->quiet = json_is_int(ack, &number) && number == 0;
    out->params = cJSON_GetObjectItemCaseSensitive(out->root, "params");
    if (!read_id(out))
        return "id is missing, or is no text of 1 to 64 bytes";
    if (!cJSON_IsObject(out->params) && !cJSON_IsArray(out->params))
        return "params is missing, or is no object and no array";
    return NULL;
}

void alink_fini(struct alink *a)
{
    cJSON_Delete(a->root);
    a->root = NULL;
}

/* "thing.event.property.post" of a topic below /sys/pk/dn/. */
static void add_method(cJSON *reply, const struct inquiry *question)
{
    struct str rest = system_topic_rest(question->names, question->topic);
    char method[256];
    size_t n = rest.n < sizeof method - 1 ? rest.n : 0;
    for (size_t i = 0; i < n; i++)
        method[i] = rest.p[i] == '/' ? '.' : rest.p[i];
    method[n] = '\0';
    cJSON_AddStringToObject(reply, "method", method);
}

static void answer_with(const struct inquiry *question, const char *data, struct answer *out)
{
    struct alink request = {0};
    const char *fault = alink_read(&request, question->payload);
    if (fault)
        answer_fault(out, CODE_PARAMETER, fault);
    if (!request.quiet && answer_on(out, question->topic, "_reply")) {
        cJSON *reply = cJSON_CreateObject();
        cJSON_AddNumberToObject(reply, "code", fault ? CODE_PARAMETER : CODE_GOOD);
        cJSON_AddRawToObject(reply, "data", fault ? "{}" : data);
        cJSON_AddStringToObject(reply, "id", request.id);
        cJSON_AddStringToObject(reply, "message", fault ? "request parameter error" : "success");
        add_method(reply, question);
        cJSON_AddStringToObject(reply, "version", "1.0");
        answer_json(out, reply);
    }
    alink_fini(&request);
}

void alink_answer(const struct inquiry *question, struct answer *out)
{
    answer_with(question, question->row->data, out);
}

void alink_answer_model(const struct inquiry *question, struct answer *out)
{
    struct str key = question->names->product_key;
    char *product_key = mem_dup(key.p, key.n);
    cJSON *model = cJSON_CreateObject();
    cJSON_AddStringToObject(cJSON_AddObjectToObject(model, "profile"), "productKey", product_key);
    cJSON_AddArrayToObject(model, "properties");
    cJSON_AddArrayToObject(model, "events");
    cJSON_AddArrayToObject(model, "services");
    char *text = cJSON_PrintUnformatted(model);
    answer_with(question, text, out);
    free(text);
    cJSON_Delete(model);
    free(product_key);
}

void alink_answer_inform(const struct inquiry *question, struct answer *out)
{
    struct alink request = {0};
    const char *fault = alink_read(&request, question->payload);
    if (fault)
        answer_fault(out, CODE_PARAMETER, fault);
    alink_fini(&request);
}
