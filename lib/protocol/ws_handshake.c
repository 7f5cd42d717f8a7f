#include "ws_handshake.h"

#include "http_head.h"
#include "lib/base/check.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

static const char *const served[] = {"mqtt", "mqttv3.1"};

/* The constant name of a served subprotocol, or NULL. */
static const char *served_name(struct str name)
{
    for (size_t i = 0; i < sizeof served / sizeof served[0]; i++)
        if (str_is(name, served[i]))
            return served[i];
    return NULL;
}

bool ws_protocol_is_served(struct str name)
{
    return served_name(name) != NULL;
}

bool ws_request_is_meant(struct str head)
{
    size_t at;
    struct http_line line;
    if (http_head_lists(head, "Upgrade", "websocket"))
        return true;
    http_head_first(head, &at);
    while (http_head_next(head, &at, &line)) {
        struct str prefix = STR("Sec-WebSocket-");
        if (line.name.n > prefix.n && str_eq_nocase((struct str){line.name.p, prefix.n}, prefix))
            return true;
    }
    return false;
}

static bool fail(struct ws_fault *fault, int status, const char *clause, const char *reason)
{
    *fault = (struct ws_fault){status, clause, reason};
    return false;
}

/* Every header line in order (RFC 9112 section 5)? */
static bool check_lines(struct str head, struct ws_fault *fault)
{
    size_t at;
    struct http_line line;
    http_head_first(head, &at);
    while (http_head_next(head, &at, &line))
        if (line.fault)
            return fail(fault, 400, "RFC 6455 4.2.1", line.fault);
    return true;
}

/* HTTP/1.1 and above, as far as a version 1 goes. */
static bool is_version(struct str text)
{
    return text.n == 8 && str_starts(text, STR("HTTP/1.")) && text.p[7] >= '1' && text.p[7] <= '9';
}

static bool check_target(struct str target)
{
    for (size_t i = 0; i < target.n; i++)
        if ((unsigned char)target.p[i] <= 0x20 || (unsigned char)target.p[i] >= 0x7f)
            return false;
    return target.n > 0;
}

/* "GET /path HTTP/1.1" */
static bool check_first(struct str head, struct ws_request *out, struct ws_fault *fault)
{
    static const char clause[] = "RFC 6455 4.2.1 (1)";
    size_t at;
    struct str line = http_head_first(head, &at);
    size_t first = str_find(line, ' '), last = str_rfind(line, ' ');
    if (line.n == head.n || line.p[line.n] != '\r')
        return fail(fault, 400, clause, "the first line does not end in CR LF");
    if (first >= last)
        return fail(fault, 400, clause, "the first line is not method, target, version");
    if (!is_version((struct str){line.p + last + 1, line.n - last - 1}))
        return fail(fault, 400, clause, "the version is not HTTP/1.1");
    if (!str_is((struct str){line.p, first}, "GET"))
        return fail(fault, 405, clause, "the method is not GET");
    out->path = (struct str){line.p + first + 1, last - first - 1};
    return check_target(out->path) ||
           fail(fault, 400, clause, "the target of the request has characters that a URI has not");
}

static bool is_base64(char c)
{
    bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z', digit = c >= '0' && c <= '9';
    return letter || digit || c == '+' || c == '/';
}

/* 16 bytes are 22 characters and two signs of padding. */
static bool is_key(struct str key)
{
    for (size_t i = 0; i < key.n && i < 22; i++)
        if (!is_base64(key.p[i]))
            return false;
    return key.n == 24 && key.p[22] == '=' && key.p[23] == '=';
}

static bool check_once(struct str head, const char *name, struct str *value, const char *clause,
                       const char *none, const char *many, struct ws_fault *fault)
{
    size_t count = http_head_count(head, name, value);
    if (count == 1)
        return true;
    return fail(fault, 400, clause, count ? many : none);
}

static bool check_version(struct str head, struct ws_fault *fault)
{
    struct str version;
    if (!check_once(head, "Sec-WebSocket-Version", &version, "RFC 6455 4.2.1 (6)",
                    "no Sec-WebSocket-Version header", "more than one Sec-WebSocket-Version header", fault))
        return false;
    return str_is(version, "13") ||
           fail(fault, 426, "RFC 6455 4.2.2 (4)", "the version of WebSocket is not 13");
}

/* What follows the head is frames, so nothing else may. */
static bool check_body(struct str head, struct ws_fault *fault)
{
    struct str length = {0};
    size_t lengths = http_head_count(head, "Content-Length", &length);
    if (http_head_count(head, "Transfer-Encoding", NULL) || lengths > 1 ||
        (lengths == 1 && !str_is(length, "0")))
        return fail(fault, 400, "RFC 6455 4.2.1 (1)", "the request has a body");
    return true;
}

static bool check_headers(struct str head, struct ws_request *out, struct ws_fault *fault)
{
    if (!check_once(head, "Host", &out->host, "RFC 6455 4.2.1 (2)", "no Host header",
                    "more than one Host header", fault))
        return false;
    if (!http_head_lists(head, "Upgrade", "websocket"))
        return fail(fault, 400, "RFC 6455 4.2.1 (3)", "no Upgrade header with websocket");
    if (!http_head_lists(head, "Connection", "Upgrade"))
        return fail(fault, 400, "RFC 6455 4.2.1 (4)", "no Connection header with Upgrade");
    if (!check_version(head, fault))
        return false;
    if (!check_once(head, "Sec-WebSocket-Key", &out->key, "RFC 6455 4.2.1 (5)", "no Sec-WebSocket-Key header",
                    "more than one Sec-WebSocket-Key header", fault))
        return false;
    if (!is_key(out->key))
        return fail(fault, 400, "RFC 6455 4.2.1 (5)", "the Sec-WebSocket-Key is not the base64 of 16 bytes");
    return check_body(head, fault);
}

/* The offer, over all headers of that name; the client's order is its preference (RFC 6455 4.1 (10)). */
static bool check_protocols(struct str head, struct ws_request *out, struct ws_fault *fault)
{
    static const char header[] = "Sec-WebSocket-Protocol";
    size_t at, elements = 0;
    struct http_line line;
    out->protocol = NULL;
    http_head_first(head, &at);
    while (http_head_next(head, &at, &line)) {
        struct str name;
        for (size_t in = 0;
             str_eq_nocase(line.name, str_of(header)) && http_list_next(line.value, &in, &name);) {
            elements++;
            if (!http_is_token(name))
                return fail(fault, 400, "RFC 6455 4.1 (10)",
                            "the name of an offered subprotocol is not a token");
            if (!out->protocol)
                out->protocol = served_name(name);
        }
    }
    if (elements == 0 && http_head_count(head, header, NULL))
        return fail(fault, 400, "RFC 6455 11.3.4", "the Sec-WebSocket-Protocol header is empty");
    if (elements && !out->protocol)
        return fail(fault, 400, "MQTT-6.0.0-3", "none of the offered subprotocols is mqtt");
    return true;
}

bool ws_request_parse(struct str head, struct ws_request *out, struct ws_fault *fault)
{
    *out = (struct ws_request){0};
    return check_first(head, out, fault) && check_lines(head, fault) && check_headers(head, out, fault) &&
           check_protocols(head, out, fault);
}

void ws_accept(struct str key, char out[WS_ACCEPT_SIZE])
{
    static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; /* RFC 6455 1.3 */
    uint8_t text[WS_KEY_SIZE + sizeof guid], digest[SHA_DIGEST_LENGTH];
    CHECK(key.n == WS_KEY_SIZE - 1);
    memcpy(text, key.p, key.n);
    memcpy(text + key.n, guid, sizeof guid - 1);
    CHECK(EVP_Digest(text, key.n + sizeof guid - 1, digest, NULL, EVP_sha1(), NULL) == 1);
    CHECK(EVP_EncodeBlock((uint8_t *)out, digest, sizeof digest) == WS_ACCEPT_SIZE - 1);
}

void ws_key(const uint8_t nonce[WS_NONCE_BYTES], char out[WS_KEY_SIZE])
{
    CHECK(EVP_EncodeBlock((uint8_t *)out, nonce, WS_NONCE_BYTES) == WS_KEY_SIZE - 1);
}

void ws_answer_accept(struct buf *out, const struct ws_request *request)
{
    char accept[WS_ACCEPT_SIZE];
    ws_accept(request->key, accept);
    CHECK(buf_printf(out,
                     "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     "Sec-WebSocket-Accept: %s\r\n",
                     accept));
    if (request->protocol)
        CHECK(buf_printf(out, "Sec-WebSocket-Protocol: %s\r\n", request->protocol));
    CHECK(buf_append_str(out, STR("\r\n")));
}

/* The statuses that refuse, with the headers that belong to them. */
static const struct {
    int status;
    const char *phrase, *header;
} refusals[] = {{400, "Bad Request", ""},
                {404, "Not Found", ""},
                {405, "Method Not Allowed", "Allow: GET\r\n"},
                {426, "Upgrade Required", "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"},
                {431, "Request Header Fields Too Large", ""}};

void ws_answer_refuse(struct buf *out, const struct ws_fault *fault)
{
    size_t i = 0;
    while (i + 1 < sizeof refusals / sizeof refusals[0] && refusals[i].status != fault->code)
        i++;
    CHECK(refusals[i].status == fault->code);
    size_t n = strlen(fault->reason) + strlen(fault->clause) + 4;
    CHECK(buf_printf(
        out,
        "HTTP/1.1 %d %s\r\n%sConnection: close\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n\r\n"
        "%s (%s)\n",
        fault->code, refusals[i].phrase, refusals[i].header, n, fault->reason, fault->clause));
}

bool ws_request_write(struct buf *out, const char *host, const char *path, const char *protocols,
                      const char *key)
{
    bool fits = buf_printf(out,
                           "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                           "Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n",
                           path, host, key);
    if (protocols)
        fits = fits && buf_printf(out, "Sec-WebSocket-Protocol: %s\r\n", protocols);
    return fits && buf_append_str(out, STR("\r\n"));
}

/* The status of "HTTP/1.1 101 Switching Protocols", or 0. */
static int status_of(struct str head)
{
    size_t at;
    int64_t status;
    struct str line = http_head_first(head, &at);
    if (line.n < 12 || !is_version((struct str){line.p, 8}) || line.p[8] != ' ' ||
        !str_to_int((struct str){line.p + 9, 3}, &status) || status < 100 ||
        (line.n > 12 && line.p[12] != ' '))
        return 0;
    return (int)status;
}

static bool is_offered(const char *protocols, struct str name)
{
    struct str element;
    for (size_t at = 0; http_list_next(str_of(protocols), &at, &element);)
        if (str_eq(element, name))
            return true;
    return false;
}

bool ws_answer_check(struct str head, const char *key, const char *protocols, struct str *protocol,
                     struct ws_fault *fault)
{
    int status = status_of(head);
    char expected[WS_ACCEPT_SIZE];
    struct str accept, extensions = {0};
    ws_accept(str_of(key), expected);
    *protocol = (struct str){0};
    if (status == 0)
        return fail(fault, 0, "RFC 6455 4.1", "what came is not an answer of HTTP/1.1");
    if (status != 101)
        return fail(fault, status, "RFC 6455 4.1 (1)", "the server did not switch to WebSocket");
    if (!check_lines(head, fault))
        return fail(fault, status, "RFC 6455 4.1", fault->reason);
    if (!http_head_lists(head, "Upgrade", "websocket"))
        return fail(fault, status, "RFC 6455 4.1 (2)", "the answer has no Upgrade header with websocket");
    if (!http_head_lists(head, "Connection", "Upgrade"))
        return fail(fault, status, "RFC 6455 4.1 (3)", "the answer has no Connection header with Upgrade");
    if (http_head_count(head, "Sec-WebSocket-Accept", &accept) != 1 || !str_is(accept, expected))
        return fail(fault, status, "RFC 6455 4.1 (4)",
                    "the answer's Sec-WebSocket-Accept is not that of the key");
    if (http_head_count(head, "Sec-WebSocket-Extensions", &extensions) > 1 || extensions.n)
        return fail(fault, status, "RFC 6455 4.1 (5)", "the answer names an extension that was not offered");
    size_t count = http_head_count(head, "Sec-WebSocket-Protocol", protocol);
    if (count > 1 || (count == 1 && !is_offered(protocols, *protocol)))
        return fail(fault, status, "RFC 6455 4.1 (6)", "the answer names a subprotocol that was not offered");
    return true;
}
