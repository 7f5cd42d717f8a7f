#include "https_post.h"

#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "client/include/iotclient/iot_export.h"
#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"

static size_t on_body(char *bytes, size_t one, size_t n, void *ctx)
{
    return buf_append(ctx, bytes, one * n) ? n : 0;
}

static void write_form(CURL *curl, const struct https_post *p, struct buf *form)
{
    for (size_t i = 0; i < p->count; i++) {
        char *encoded = curl_easy_escape(curl, p->fields[i].value, 0);
        buf_printf(form, "%s%s=%s", i ? "&" : "", p->fields[i].name, encoded ? encoded : "");
        curl_free(encoded);
    }
}

static int error_of(CURLcode code)
{
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return ERROR_HTTP_UNRESOLVED_DNS;
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
        return ERROR_HTTP_CONN;
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
        return ERROR_HTTP_CLOSED;
    case CURLE_WRITE_ERROR: /* on_body had no room */
        return ERROR_HTTP_PARSE;
    default:
        return ERROR_HTTP;
    }
}

/* libcurl's TLS writes to sockets that may be gone: the signal that this raises is kept from the application, whose own is not. */
struct held_signal {
    sigset_t before;
    bool was_pending;
};

static bool is_pipe_pending(void)
{
    sigset_t pending;
    return sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
}

static void hold_pipe_signal(struct held_signal *held)
{
    sigset_t pipe_alone;
    sigemptyset(&pipe_alone);
    sigaddset(&pipe_alone, SIGPIPE);
    held->was_pending = is_pipe_pending();
    pthread_sigmask(SIG_BLOCK, &pipe_alone, &held->before);
}

static void release_pipe_signal(const struct held_signal *held)
{
    sigset_t pipe_alone;
    int taken;
    sigemptyset(&pipe_alone);
    sigaddset(&pipe_alone, SIGPIPE);
    if (!held->was_pending && is_pipe_pending())
        sigwait(&pipe_alone, &taken);
    pthread_sigmask(SIG_SETMASK, &held->before, NULL);
}

/* Posts the form; the body of an answer with status 200 is in *body then. */
static int perform(CURL *curl, const struct https_post *p, const struct buf *form, struct buf *body)
{
    char why[CURL_ERROR_SIZE] = "", url[IOTX_HOST_NAME_LEN + 64];
    bool is_v6 = strchr(p->host, ':') != NULL;
    long status = 0;
    struct curl_blob roots = {(void *)(uintptr_t)p->root_pem, strlen(p->root_pem), CURL_BLOB_NOCOPY};
    snprintf(url, sizeof url, "https://%s%s%s:%u%s", is_v6 ? "[" : "", p->host, is_v6 ? "]" : "", p->port,
             p->path);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)HTTPS_POST_TIMEOUT_MS);
    curl_easy_setopt(curl, CURLOPT_CAINFO, NULL); /* nobody but the roots given */
    curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
    curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &roots);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)form->len);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, (const char *)form->data);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
    CURLcode code = curl_easy_perform(curl);
    if (code != CURLE_OK) {
        log_line(LOG_ERROR, "HTTPS authentication: %s: %s", url, why[0] ? why : curl_easy_strerror(code));
        return error_of(code);
    }
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (status == 200)
        return 0;
    log_line(LOG_ERROR, "HTTPS authentication: %s answers with HTTP status %ld", url, status);
    return ERROR_HTTP_PRTCL;
}

int https_post(const struct https_post *p, struct buf *body)
{
    struct buf form;
    CURL *curl = curl_easy_init();
    if (!curl)
        return ERROR_HTTP;
    buf_init(&form, HTTPS_POST_FORM_MAX_BYTES);
    write_form(curl, p, &form);
    struct held_signal held;
    hold_pipe_signal(&held);
    int error = perform(curl, p, &form, body);
    curl_easy_cleanup(curl);
    release_pipe_signal(&held);
    buf_fini(&form);
    return error;
}

bool https_post_text(const cJSON *object, const char *name, char *out, size_t size)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
    if (!text || !text[0] || strlen(text) >= size)
        return false;
    memcpy(out, text, strlen(text) + 1);
    return true;
}

int https_post_read(struct str body, const char *(*take)(const cJSON *data, void *ctx), void *ctx)
{
    int64_t code = 0;
    const char *wrong = NULL;
    cJSON *root = json_parse_peer(body);
    const cJSON *node = cJSON_GetObjectItemCaseSensitive(root, "code");
    const char *message = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(root, "message"));
    if (!root)
        wrong = "it is no JSON";
    else if (!node || !json_is_int(node, &code) || code <= 0 || code > INT32_MAX)
        wrong = "code is missing, or no positive number";
    else if (code != 200)
        log_line(LOG_ERROR, "HTTPS authentication: the platform answers with code %d: %s", (int)code,
                 message ? message : "");
    else
        wrong = take(cJSON_GetObjectItemCaseSensitive(root, "data"), ctx);
    if (wrong)
        log_line(LOG_ERROR, "HTTPS authentication: the answer cannot be used: %s", wrong);
    cJSON_Delete(root);
    return wrong ? ERROR_HTTP_PARSE : code == 200 ? 0 : (int)code;
}
