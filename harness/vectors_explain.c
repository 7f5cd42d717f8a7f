#include "vectors_explain.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/base/buf.h"
#include "lib/base/json.h"

enum { LIST_MAX_BYTES = 4096 };

static struct str text_of(const cJSON *object, const char *key)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, key);
    return str_of(value ? value->valuestring : NULL);
}

static void read_others(const cJSON *node, struct explain_request *out)
{
    const cJSON *other;
    cJSON_ArrayForEach(other, cJSON_GetObjectItemCaseSensitive(node, "others"))
    {
        if (out->other_count == EXPLAIN_OTHERS_MAX)
            return;
        out->others[out->other_count].name = text_of(other, "deviceName");
        out->others[out->other_count++].secret = text_of(other, "deviceSecret");
    }
}

static void read_tokens(const cJSON *node, struct explain_request *out)
{
    const cJSON *at;
    cJSON_ArrayForEach(at, cJSON_GetObjectItemCaseSensitive(node, "tokens"))
    {
        if (out->token_count == EXPLAIN_REQUEST_TOKENS_MAX)
            return;
        out->tokens[out->token_count].text = text_of(at, "token");
        out->tokens[out->token_count++].token =
            (struct explain_token){.product_key = out->product_key,
                                   .device_name = text_of(at, "deviceName"),
                                   .client_id = text_of(at, "clientId"),
                                   .expired = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(at, "expired"))};
    }
}

void vector_explain_read(struct vector_run *run, struct explain_request *out)
{
    const char *transport = vector_word(run, "transport");
    explain_request_init(out, vector_profile(run));
    if (transport)
        transport_named(transport, &out->transport);
    struct mqtt_connect *packet = &out->packet;
    packet->level = (uint8_t)vector_int(run, "level", packet->level);
    packet->keep_alive_s = (uint16_t)vector_int(run, "keepAlive", packet->keep_alive_s);
    packet->client_id = vector_text(run, "clientId");
    packet->username = vector_text(run, "username");
    packet->password = vector_text(run, "password");
    packet->has_username = packet->username.p != NULL;
    packet->has_password = packet->password.p != NULL;
    out->product_key = vector_text(run, "productKey");
    out->device_name = vector_text(run, "deviceName");
    out->device_secret = vector_text(run, "deviceSecret");
    out->product_secret = vector_text(run, "productSecret");
    read_others(run->node, out);
    read_tokens(run->node, out);
}

/* "signature: unsorted, trailing-newline; keep-alive: " */
static void list_expected(const cJSON *refusals, struct buf *out)
{
    const cJSON *refusal, *mistake;
    cJSON_ArrayForEach(refusal, refusals)
    {
        buf_printf(out, "%s%.*s:", out->len ? "; " : "", STR_ARG(text_of(refusal, "rule")));
        cJSON_ArrayForEach(mistake, cJSON_GetObjectItemCaseSensitive(refusal, "mistakes"))
        {
            buf_printf(out, " %s", mistake->valuestring);
        }
    }
}

static void list_found(const struct explanation *explanation, struct buf *out)
{
    for (size_t i = 0; i < explanation->count; i++) {
        const struct explain_item *item = &explanation->items[i];
        buf_printf(out, "%s%s:", i ? "; " : "", item->refusal.rule->id);
        for (size_t k = 0; k < item->found_count; k++)
            buf_printf(out, " %s", item->found[k].mistake->id);
    }
}

void vector_run_explain(struct vector_run *run)
{
    struct explain_request request;
    struct explanation explanation;
    vector_explain_read(run, &request);
    explain_request_run(&request, &explanation);
    struct buf expected, found;
    buf_init(&expected, LIST_MAX_BYTES);
    buf_init(&found, LIST_MAX_BYTES);
    list_expected(cJSON_GetObjectItemCaseSensitive(run->node, "refusals"), &expected);
    list_found(&explanation, &found);
    vector_expect_bool(run, "accepted", run->want == VECTOR_VALID, explanation.accepted);
    vector_expect_text(run, "refusals", buf_str(&expected), buf_str(&found));
    buf_fini(&expected);
    buf_fini(&found);
}

/* Members of one object in a list: texts, all required, and a boolean that may be there. */
static void check_object(const cJSON *object, const char *path, const char *const texts[], const char *flag,
                         struct problems *problems)
{
    const char *allowed[6];
    size_t n = 0;
    const char *text;
    bool set;
    for (; texts[n]; n++)
        allowed[n] = texts[n];
    allowed[n] = flag;
    allowed[n + (flag != NULL)] = NULL;
    if (!json_keys(object, path, allowed, problems))
        return;
    for (size_t i = 0; i < n; i++)
        json_string(object, path, texts[i], JSON_REQUIRED, &text, problems);
    if (flag)
        json_bool(object, path, flag, JSON_OPTIONAL, &set, problems);
}

static void check_refusal(const cJSON *refusal, const char *path, struct problems *problems)
{
    static const char *const allowed[] = {"rule", "mistakes", NULL};
    const char *rule;
    const cJSON *mistakes, *mistake;
    if (!json_keys(refusal, path, allowed, problems))
        return;
    json_string(refusal, path, "rule", JSON_REQUIRED, &rule, problems);
    if (!json_array(refusal, path, "mistakes", JSON_REQUIRED, &mistakes, problems))
        return;
    cJSON_ArrayForEach(mistake, mistakes)
    {
        if (!cJSON_IsString(mistake) || !explain_named(mistake->valuestring))
            problems_add(problems, path, "there is no mistake '%s'",
                         cJSON_IsString(mistake) ? mistake->valuestring : "?");
    }
}

void vector_check_explain(const struct vector_load *load)
{
    static const char *const other[] = {"deviceName", "deviceSecret", NULL};
    static const char *const token[] = {"token", "deviceName", "clientId", NULL};
    static const char *const lists[] = {"others", "tokens", "refusals"};
    vector_check_profile(load);
    const cJSON *transport = cJSON_GetObjectItemCaseSensitive(load->node, "transport");
    enum transport named;
    if (cJSON_IsString(transport) && !transport_named(transport->valuestring, &named))
        problems_add(load->problems, load->path, "there is no transport '%s'", transport->valuestring);
    for (size_t list = 0; list < sizeof lists / sizeof lists[0]; list++) {
        const cJSON *at;
        cJSON_ArrayForEach(at, cJSON_GetObjectItemCaseSensitive(load->node, lists[list]))
        {
            char path[JSON_PATH_SIZE];
            json_path(path, sizeof path, load->path, lists[list], -1);
            if (list == 2)
                check_refusal(at, path, load->problems);
            else
                check_object(at, path, list ? token : other, list ? "expired" : NULL, load->problems);
        }
    }
}
