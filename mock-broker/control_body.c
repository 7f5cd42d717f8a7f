#include "control_body.h"

#include "http_server.h"
#include "registry.h"

bool control_body_good(const struct control_body *body)
{
    return body->problems.count == 0;
}

bool control_body_open(struct control_body *body, const struct http_call *call, const char *const keys[])
{
    *body = (struct control_body){.code = "bad-json"};
    body->root = json_parse(http_call_body(call), "body", &body->problems);
    if (!body->root)
        return false;
    if (!cJSON_IsObject(body->root)) {
        problems_add(&body->problems, "", "is no object");
        return false;
    }
    body->code = "unknown-field";
    if (!json_keys(body->root, "", keys, &body->problems))
        return false;
    body->code = "bad-field";
    return true;
}

bool control_body_name(struct control_body *body, const char *key, struct str *out)
{
    const char *text = NULL;
    if (!json_string(body->root, "", key, JSON_REQUIRED, &text, &body->problems))
        return false;
    const char *fault = registry_name_fault(str_of(text));
    if (fault) {
        char path[JSON_PATH_SIZE];
        json_path(path, sizeof path, "", key, -1);
        problems_add(&body->problems, path, "%s", fault);
        return false;
    }
    *out = str_of(text);
    return true;
}

void control_body_close(struct control_body *body, struct http_call *call)
{
    if (!control_body_good(body))
        http_call_fail(call, 400, body->code, body->problems.items[0].text, body->problems.items[0].path,
                       NULL);
    problems_fini(&body->problems);
    cJSON_Delete(body->root);
}

bool control_query_int(struct http_call *call, const char *name, int64_t min, int64_t max, int64_t *out)
{
    const char *text = http_call_query(call, name);
    char path[32], message[96];
    if (!text || (str_to_int(str_of(text), out) && *out >= min && *out <= max))
        return true;
    snprintf(path, sizeof path, "?%s", name);
    snprintf(message, sizeof message, "%s is no whole number from %lld to %lld", name, (long long)min,
             (long long)max);
    http_call_fail(call, 400, "bad-field", message, path, NULL);
    return false;
}
