#include "control.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/check.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

enum { ANSWER_MAX_BYTES = 32 * 1024 * 1024 };

struct control {
    CURL *curl;
    struct curl_slist *headers;
    int port;
    char *base; /* "http://127.0.0.1:9880" */
    struct buf answer;
    char error[CURL_ERROR_SIZE];
};

static size_t on_answer(char *bytes, size_t size, size_t count, void *ctx)
{
    struct control *c = ctx;
    return buf_append(&c->answer, bytes, size * count) ? size * count : 0;
}

struct control *control_new(void)
{
    struct control *c = mem_zalloc(1, sizeof *c);
    c->curl = curl_easy_init();
    CHECK(c->curl);
    c->headers = curl_slist_append(NULL, "Content-Type: application/json");
    c->headers = curl_slist_append(c->headers, "Expect:");
    buf_init(&c->answer, ANSWER_MAX_BYTES);
    return c;
}

void control_free(struct control *c)
{
    if (!c)
        return;
    curl_easy_cleanup(c->curl);
    curl_slist_free_all(c->headers);
    buf_fini(&c->answer);
    free(c->base);
    free(c);
}

void control_set_port(struct control *c, int port)
{
    if (c->port == port)
        return;
    c->port = port;
    free(c->base);
    c->base = mem_printf("http://127.0.0.1:%d", port);
    curl_easy_cleanup(c->curl);
    c->curl = curl_easy_init();
    CHECK(c->curl);
}

void control_set_url(struct control *c, const char *url, const char *token)
{
    free(c->base);
    c->base = mem_strdup(url);
    if (!token)
        return;
    char *line = mem_printf("Authorization: Bearer %s", token);
    c->headers = curl_slist_append(c->headers, line);
    mem_wipe(line, strlen(line));
    free(line);
}

static void set_options(struct control *c, const char *method, const char *url, const char *body,
                        int64_t timeout_ms)
{
    curl_easy_reset(c->curl); /* options only: the connection stays */
    curl_easy_setopt(c->curl, CURLOPT_URL, url);
    curl_easy_setopt(c->curl, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, c->headers);
    curl_easy_setopt(c->curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(c->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c->curl, CURLOPT_TIMEOUT_MS, (long)(timeout_ms > 0 ? timeout_ms : 1));
    curl_easy_setopt(c->curl, CURLOPT_WRITEFUNCTION, on_answer);
    curl_easy_setopt(c->curl, CURLOPT_WRITEDATA, c);
    curl_easy_setopt(c->curl, CURLOPT_ERRORBUFFER, c->error);
    if (body) {
        curl_easy_setopt(c->curl, CURLOPT_POSTFIELDSIZE, (long)strlen(body));
        curl_easy_setopt(c->curl, CURLOPT_POSTFIELDS, body);
    } else if (strcmp(method, "POST") == 0) {
        curl_easy_setopt(c->curl, CURLOPT_POSTFIELDSIZE, 0L);
        curl_easy_setopt(c->curl, CURLOPT_POSTFIELDS, "");
    }
}

int control_call(struct control *c, const char *method, const char *path, const cJSON *body,
                 int64_t timeout_ms, cJSON **answer)
{
    char *url = mem_printf("%s/_mock/v1%s", c->base, path);
    char *text = body ? cJSON_PrintUnformatted(body) : NULL;
    struct problems problems = {0};
    long status = -1;
    *answer = NULL;
    buf_clear(&c->answer);
    c->error[0] = '\0';
    set_options(c, method, url, text, timeout_ms);
    CURLcode code = curl_easy_perform(c->curl);
    if (code == CURLE_OK) {
        curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status);
        if (c->answer.len > 0)
            *answer = json_parse(buf_str(&c->answer), "answer", &problems);
    } else if (!c->error[0]) {
        snprintf(c->error, sizeof c->error, "%s", curl_easy_strerror(code));
    }
    problems_fini(&problems);
    cJSON_free(text);
    free(url);
    return (int)status;
}

const char *control_error(const struct control *c)
{
    return c->error;
}
