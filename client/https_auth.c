#include "https_auth.h"

#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/protocol/device_sign.h"

#define WHO "HTTPS authentication: "

static size_t on_body(char *bytes, size_t one, size_t n, void *ctx)
{
    return buf_append(ctx, bytes, one * n) ? n : 0;
}

/* "name=value", encoded, with an ampersand before it unless it is the first. */
static void put_field(CURL *curl, struct buf *form, const char *name, const char *value)
{
    char *encoded = curl_easy_escape(curl, value, 0);
    buf_printf(form, "%s%s=%s", form->len ? "&" : "", name, encoded ? encoded : "");
    curl_free(encoded);
}

static void write_form(CURL *curl, const struct https_auth_request *r, struct buf *form)
{
    char sign[SIGN_HEX_SIZE];
    struct sign_fields fields = {.client_id = str_of(r->client_id),
                                 .device_name = str_of(r->device_name),
                                 .product_key = str_of(r->product_key),
                                 .timestamp = str_of(r->timestamp)};
    sign_password(SIGN_HMACSHA1, str_of(r->device_secret), &fields, sign);
    put_field(curl, form, "productKey", r->product_key);
    put_field(curl, form, "deviceName", r->device_name);
    put_field(curl, form, "signmethod", "hmacsha1");
    put_field(curl, form, "sign", sign);
    put_field(curl, form, "version", "default");
    put_field(curl, form, "clientId", r->client_id);
    put_field(curl, form, "timestamp", r->timestamp);
    put_field(curl, form, "resources", "mqtt");
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

/* Posts the form; the body of an answer with status 200 is in *body then. */
static int post(CURL *curl, const struct https_auth_request *r, const struct buf *form, struct buf *body)
{
    char why[CURL_ERROR_SIZE] = "", url[IOTX_HOST_NAME_LEN + 64];
    bool is_v6 = strchr(r->host, ':') != NULL;
    long status = 0;
    struct curl_blob roots = {(void *)(uintptr_t)r->root_pem, strlen(r->root_pem), CURL_BLOB_NOCOPY};
    snprintf(url, sizeof url, "https://%s%s%s:%u/auth/devicename", is_v6 ? "[" : "", r->host,
             is_v6 ? "]" : "", r->port);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)HTTPS_AUTH_TIMEOUT_MS);
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
        log_line(LOG_ERROR, WHO "%s: %s", url, why[0] ? why : curl_easy_strerror(code));
        return error_of(code);
    }
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (status == 200)
        return 0;
    log_line(LOG_ERROR, WHO "%s answers with HTTP status %ld", url, status);
    return ERROR_HTTP_PRTCL;
}

int https_auth(const struct https_auth_request *request, struct https_auth_answer *answer)
{
    struct buf form, body;
    CURL *curl = curl_easy_init();
    if (!curl)
        return ERROR_HTTP;
    buf_init(&form, HTTPS_AUTH_ANSWER_MAX_BYTES);
    buf_init(&body, HTTPS_AUTH_ANSWER_MAX_BYTES);
    write_form(curl, request, &form);
    int error = post(curl, request, &form, &body);
    if (!error)
        error = https_auth_read((const char *)body.data, body.len, answer);
    mem_wipe(body.data, body.len); /* the token */
    curl_easy_cleanup(curl);
    buf_fini(&form);
    buf_fini(&body);
    return error;
}

/* A text member that fits, 1 byte at least. */
static bool take_text(const cJSON *object, const char *name, char *out, size_t size)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
    if (!text || !text[0] || strlen(text) >= size)
        return false;
    memcpy(out, text, strlen(text) + 1);
    return true;
}

/* The port is a number; older platforms write it as text. */
static bool take_port(const cJSON *object, uint16_t *out)
{
    const cJSON *node = cJSON_GetObjectItemCaseSensitive(object, "port");
    const char *text = cJSON_GetStringValue(node);
    int64_t port = 0;
    bool is_number = text ? str_to_int(str_of(text), &port) : json_is_int(node, &port);
    *out = (uint16_t)port;
    return is_number && port >= 1 && port <= UINT16_MAX;
}

/* Of the object behind "data". */
static const char *take_data(const cJSON *data, struct https_auth_answer *answer)
{
    const cJSON *resources = cJSON_GetObjectItemCaseSensitive(data, "resources");
    const cJSON *mqtt = cJSON_GetObjectItemCaseSensitive(resources, "mqtt");
    if (!take_text(data, "iotId", answer->iot_id, sizeof answer->iot_id))
        return "data.iotId is missing, empty or too long";
    if (!take_text(data, "iotToken", answer->iot_token, sizeof answer->iot_token))
        return "data.iotToken is missing, empty or too long";
    if (mqtt && !take_text(mqtt, "host", answer->host, sizeof answer->host))
        return "data.resources.mqtt.host is missing, empty or too long";
    if (mqtt && !take_port(mqtt, &answer->port))
        return "data.resources.mqtt.port is no port";
    return NULL;
}

int https_auth_read(const char *body, size_t n, struct https_auth_answer *answer)
{
    int64_t code = 0;
    const char *wrong = NULL;
    *answer = (struct https_auth_answer){.iot_id = ""};
    cJSON *root = json_parse_peer((struct str){body, n});
    const cJSON *node = cJSON_GetObjectItemCaseSensitive(root, "code");
    const char *message = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(root, "message"));
    if (!root)
        wrong = "it is no JSON";
    else if (!node || !json_is_int(node, &code) || code <= 0 || code > INT32_MAX)
        wrong = "code is missing, or no positive number";
    else if (code != 200)
        log_line(LOG_ERROR, WHO "the platform answers with code %d: %s", (int)code, message ? message : "");
    else
        wrong = take_data(cJSON_GetObjectItemCaseSensitive(root, "data"), answer);
    if (wrong)
        log_line(LOG_ERROR, WHO "the answer cannot be used: %s", wrong);
    cJSON_Delete(root);
    return wrong ? ERROR_HTTP_PARSE : code == 200 ? 0 : (int)code;
}
