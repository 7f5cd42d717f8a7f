#include "http_exchange.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/check.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"

static size_t on_body(char *bytes, size_t size, size_t count, void *ctx)
{
    struct http_answer *answer = ctx;
    return buf_append(&answer->body, bytes, size * count) ? size * count : 0;
}

/* A header line, with its line end. A new status line (after 100 Continue) begins anew. */
static size_t on_header(char *bytes, size_t size, size_t count, void *ctx)
{
    struct http_answer *answer = ctx;
    struct str line = str_trim((struct str){bytes, size * count});
    size_t colon = str_find(line, ':');
    if (colon == line.n && line.n) {
        cJSON_Delete(answer->headers);
        answer->headers = cJSON_CreateObject();
    } else if (line.n) {
        char *name = mem_dup(line.p, colon);
        struct str rest = str_trim((struct str){line.p + colon + 1, line.n - colon - 1});
        char *value = mem_dup(rest.p, rest.n);
        cJSON_AddStringToObject(answer->headers, name, value);
        free(name);
        free(value);
    }
    return size * count;
}

static struct curl_slist *header_list(const struct http_request *request)
{
    struct curl_slist *list = curl_slist_append(NULL, "Expect:");
    for (const cJSON *at = request->headers ? request->headers->child : NULL; at; at = at->next) {
        char *line = mem_printf("%s: %s", at->string, at->valuestring);
        list = curl_slist_append(list, line);
        free(line);
    }
    if (request->chunked)
        list = curl_slist_append(list, "Transfer-Encoding: chunked");
    return list;
}

struct upload {
    struct str rest;
};

static size_t on_upload(char *to, size_t size, size_t count, void *ctx)
{
    struct upload *upload = ctx;
    size_t n = upload->rest.n < size * count ? upload->rest.n : size * count;
    memcpy(to, upload->rest.p, n);
    upload->rest.p += n;
    upload->rest.n -= n;
    return n;
}

static void set_body(CURL *curl, const struct http_request *request, struct upload *upload)
{
    if (!request->body.p)
        return;
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    if (request->chunked) {
        curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_upload);
        curl_easy_setopt(curl, CURLOPT_READDATA, upload);
    } else {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)request->body.n);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body.p);
    }
}

/* Silence behind one fence is proof; the others are for what the two ends of a socket have not told each other yet. */
enum { FENCES = 3, POLL_MS = 20 };

static bool is_sent(CURL *curl, const struct http_request *request)
{
    curl_off_t begun = 0, sent = 0;
    curl_easy_getinfo(curl, CURLINFO_PRETRANSFER_TIME_T, &begun);
    curl_easy_getinfo(curl, CURLINFO_SIZE_UPLOAD_T, &sent);
    return begun > 0 && (size_t)sent == request->body.n;
}

static CURLcode perform_fenced(CURL *curl, const struct http_request *request, char *text)
{
    CURLM *multi = curl_multi_init();
    CHECK(multi && curl_multi_add_handle(multi, curl) == CURLM_OK);
    CURLcode code = CURLE_OPERATION_TIMEDOUT;
    snprintf(text, CURL_ERROR_SIZE, "no answer: the request is served, and nothing more will come");
    int running = 1;
    for (int fences = 0; running;) {
        CHECK(curl_multi_perform(multi, &running) == CURLM_OK);
        if (!running || fences == FENCES)
            break;
        if (is_sent(curl, request)) {
            request->fence(request->ctx);
            fences++;
        } else {
            curl_multi_poll(multi, NULL, 0, POLL_MS, NULL);
        }
    }
    int left;
    const CURLMsg *message = running ? NULL : curl_multi_info_read(multi, &left);
    if (message)
        code = message->data.result;
    curl_multi_remove_handle(multi, curl);
    curl_multi_cleanup(multi);
    return code;
}

bool http_exchange(const struct http_request *request, int64_t timeout_ms, struct http_answer *answer,
                   char **error)
{
    char text[CURL_ERROR_SIZE] = "";
    long status = 0;
    CURL *curl = curl_easy_init();
    CHECK(curl);
    *answer = (struct http_answer){.headers = cJSON_CreateObject()};
    buf_init(&answer->body, HTTP_ANSWER_MAX_BYTES);
    char *url = mem_printf("%s://%s:%d%s", request->tls ? "https" : "http", request->host, request->port,
                           request->path);
    struct curl_slist *headers = header_list(request);
    struct upload upload = {request->body};
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    if (request->ca)
        curl_easy_setopt(curl, CURLOPT_CAINFO, request->ca);
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)(timeout_ms > 0 ? timeout_ms : 1));
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, answer);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, text);
    set_body(curl, request, &upload);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
    CURLcode code = request->fence ? perform_fenced(curl, request, text) : curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (code != CURLE_OK)
        *error = mem_strdup(text[0] ? text : curl_easy_strerror(code));
    answer->status = (int)status;
    curl_easy_cleanup(curl);
    curl_slist_free_all(headers);
    free(url);
    return code == CURLE_OK;
}

void http_answer_fini(struct http_answer *answer)
{
    cJSON_Delete(answer->headers);
    buf_fini(&answer->body);
}

static void append_escaped(struct buf *out, const char *text)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
    for (; *text; text++) {
        if (strchr(plain, *text))
            buf_append_byte(out, (uint8_t)*text);
        else
            buf_printf(out, "%%%02X", (unsigned char)*text);
    }
}

char *http_form(const cJSON *fields)
{
    struct buf out;
    buf_init(&out, HTTP_ANSWER_MAX_BYTES);
    for (const cJSON *at = fields->child; at; at = at->next) {
        char *number = cJSON_IsString(at) ? NULL : cJSON_PrintUnformatted(at);
        buf_printf(&out, "%s", out.len ? "&" : "");
        append_escaped(&out, at->string);
        buf_printf(&out, "=");
        append_escaped(&out, number ? number : at->valuestring);
        cJSON_free(number);
    }
    char *text = mem_dup(out.data, out.len);
    buf_fini(&out);
    return text;
}
