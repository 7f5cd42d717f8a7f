#include "lib/protocol/ws_handshake.h"

#include "tests/unit/unit.h"

#include <stdio.h>

/* The headers of the request in RFC 6455 1.3, which every row below spoils in one place. */
#define FIRST      "GET /chat HTTP/1.1\r\n"
#define HOST       "Host: server.example.com\r\n"
#define UPGRADE    "Upgrade: websocket\r\n"
#define CONNECTION "Connection: Upgrade\r\n"
#define KEY        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define VERSION    "Sec-WebSocket-Version: 13\r\n"
#define ALL        HOST UPGRADE CONNECTION KEY VERSION
#define END        "\r\n"

static void the_example_of_the_rfc_is_answered_as_there(void)
{
    struct ws_request request;
    struct ws_fault fault;
    struct str head =
        STR(FIRST HOST UPGRADE CONNECTION KEY "Origin: http://example.com\r\nSec-WebSocket-Protocol: chat, "
                                              "mqtt\r\n" VERSION END);
    CU_ASSERT_TRUE(ws_request_is_meant(head));
    CU_ASSERT_TRUE_FATAL(ws_request_parse(head, &request, &fault));
    CU_ASSERT_TRUE(str_is(request.path, "/chat"));
    CU_ASSERT_TRUE(str_is(request.host, "server.example.com"));
    struct buf out;
    buf_init(&out, 512);
    ws_answer_accept(&out, &request);
    CU_ASSERT_STRING_EQUAL(buf_cstr(&out),
                           "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                           "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
                           "Sec-WebSocket-Protocol: mqtt\r\n\r\n");
    buf_fini(&out);
}

static void what_is_tolerated(void)
{
    static const char *const heads[] = {
        "GET / HTTP/1.1\r\nhOST:x\r\nUPGRADE:  WebSocket  \r\nconnection: keep-alive, "
        "UPGRADE\r\nsec-websocket-KEY:\t"
        "AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-Websocket-Version:13\r\nSec-Websocket-Protocol:mqtt\r\n\r\n",
        "GET ws://x/y?z=1 HTTP/1.1\r\n" ALL "Sec-WebSocket-Protocol: mqtt\r\n" END,
        "GET //../%zz HTTP/1.2\r\n" ALL
        "Sec-WebSocket-Protocol: x, y\r\nSec-WebSocket-Protocol: mqtt\r\n" END,
        FIRST HOST
        "Upgrade: h2c, websocket\r\nUpgrade: x\r\nConnection: x\r\n" CONNECTION KEY VERSION
        "Content-Length: 0\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
        "Origin: https://elsewhere\r\nSec-WebSocket-Protocol: mqtt, mqttv3.1\r\n" END};
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        struct ws_request request;
        struct ws_fault fault = {0};
        CU_ASSERT_TRUE(ws_request_parse(str_of(heads[i]), &request, &fault));
        CU_ASSERT_PTR_NULL(fault.reason);
        CU_ASSERT_STRING_EQUAL(request.protocol, "mqtt");
    }
}

static void each_clause_is_refused_with_its_status(void)
{
    static const struct {
        const char *head;
        int status;
        const char *clause, *reason;
    } rows[] = {
        {"POST / HTTP/1.1\r\n" ALL END, 405, "RFC 6455 4.2.1 (1)", "the method is not GET"},
        {"get / HTTP/1.1\r\n" ALL END, 405, "RFC 6455 4.2.1 (1)", "the method is not GET"},
        {"GET / HTTP/1.0\r\n" ALL END, 400, "RFC 6455 4.2.1 (1)", "the version is not HTTP/1.1"},
        {"GET / HTTP/2.0\r\n" ALL END, 400, "RFC 6455 4.2.1 (1)", "the version is not HTTP/1.1"},
        {"GET /\r\n" ALL END, 400, "RFC 6455 4.2.1 (1)", "the first line is not method, target, version"},
        {"GET  HTTP/1.1\r\n" ALL END, 400, "RFC 6455 4.2.1 (1)",
         "the target of the request has characters that a URI has not"},
        {"GET /a b HTTP/1.1\r\n" ALL END, 400, "RFC 6455 4.2.1 (1)",
         "the target of the request has characters that a URI has not"},
        {"GET /\xc3\xa9 HTTP/1.1\r\n" ALL END, 400, "RFC 6455 4.2.1 (1)",
         "the target of the request has characters that a URI has not"},
        {"GET / HTTP/1.1\n" ALL END, 400, "RFC 6455 4.2.1 (1)", "the first line does not end in CR LF"},
        {FIRST ALL " folded\r\n" END, 400, "RFC 6455 4.2.1", "a header line is folded"},
        {FIRST ALL "Key : x\r\n" END, 400, "RFC 6455 4.2.1", "the name of a header is not a token"},
        {FIRST ALL "bare: x\n" END, 400, "RFC 6455 4.2.1", "a header line does not end in CR LF"},
        {FIRST UPGRADE CONNECTION KEY VERSION END, 400, "RFC 6455 4.2.1 (2)", "no Host header"},
        {FIRST HOST ALL END, 400, "RFC 6455 4.2.1 (2)", "more than one Host header"},
        {FIRST HOST CONNECTION KEY VERSION END, 400, "RFC 6455 4.2.1 (3)",
         "no Upgrade header with websocket"},
        {FIRST HOST "Upgrade: websockets\r\n" CONNECTION KEY VERSION END, 400, "RFC 6455 4.2.1 (3)",
         "no Upgrade header with websocket"},
        {FIRST HOST UPGRADE KEY VERSION END, 400, "RFC 6455 4.2.1 (4)", "no Connection header with Upgrade"},
        {FIRST HOST UPGRADE "Connection: close\r\n" KEY VERSION END, 400, "RFC 6455 4.2.1 (4)",
         "no Connection header with Upgrade"},
        {FIRST HOST UPGRADE CONNECTION KEY END, 400, "RFC 6455 4.2.1 (6)", "no Sec-WebSocket-Version header"},
        {FIRST ALL VERSION END, 400, "RFC 6455 4.2.1 (6)", "more than one Sec-WebSocket-Version header"},
        {FIRST HOST UPGRADE CONNECTION KEY "Sec-WebSocket-Version: 8\r\n" END, 426, "RFC 6455 4.2.2 (4)",
         "the version of WebSocket is not 13"},
        {FIRST HOST UPGRADE CONNECTION KEY "Sec-WebSocket-Version: 8, 13\r\n" END, 426, "RFC 6455 4.2.2 (4)",
         "the version of WebSocket is not 13"},
        {FIRST HOST UPGRADE CONNECTION VERSION END, 400, "RFC 6455 4.2.1 (5)", "no Sec-WebSocket-Key header"},
        {FIRST ALL KEY END, 400, "RFC 6455 4.2.1 (5)", "more than one Sec-WebSocket-Key header"},
        {FIRST HOST UPGRADE CONNECTION VERSION "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=\r\n" END, 400,
         "RFC 6455 4.2.1 (5)", "the Sec-WebSocket-Key is not the base64 of 16 bytes"},
        {FIRST HOST UPGRADE CONNECTION VERSION "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQAA\r\n" END, 400,
         "RFC 6455 4.2.1 (5)", "the Sec-WebSocket-Key is not the base64 of 16 bytes"},
        {FIRST HOST UPGRADE CONNECTION VERSION "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j!Q==\r\n" END, 400,
         "RFC 6455 4.2.1 (5)", "the Sec-WebSocket-Key is not the base64 of 16 bytes"},
        {FIRST ALL "Content-Length: 1\r\n" END, 400, "RFC 6455 4.2.1 (1)", "the request has a body"},
        {FIRST ALL "Transfer-Encoding: chunked\r\n" END, 400, "RFC 6455 4.2.1 (1)", "the request has a body"},
        {FIRST ALL "Sec-WebSocket-Protocol: MQTT, chat\r\n" END, 400, "MQTT-6.0.0-3",
         "none of the offered subprotocols is mqtt"},
        {FIRST ALL "Sec-WebSocket-Protocol: mqtt 5\r\n" END, 400, "RFC 6455 4.1 (10)",
         "the name of an offered subprotocol is not a token"},
        {FIRST ALL "Sec-WebSocket-Protocol:  , \r\n" END, 400, "RFC 6455 11.3.4",
         "the Sec-WebSocket-Protocol header is empty"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ws_request request;
        struct ws_fault fault = {0};
        CU_ASSERT_TRUE(ws_request_is_meant(str_of(rows[i].head)));
        CU_ASSERT_FALSE_FATAL(ws_request_parse(str_of(rows[i].head), &request, &fault));
        CU_ASSERT_EQUAL(fault.code, rows[i].status);
        CU_ASSERT_STRING_EQUAL(fault.clause, rows[i].clause);
        CU_ASSERT_STRING_EQUAL(fault.reason, rows[i].reason);
    }
}

static void other_requests_are_not_meant(void)
{
    CU_ASSERT_FALSE(ws_request_is_meant(STR("POST /auth/devicename HTTP/1.1\r\nHost: x\r\n\r\n")));
    CU_ASSERT_FALSE(
        ws_request_is_meant(STR("GET / HTTP/1.1\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n")));
    CU_ASSERT_FALSE(ws_request_is_meant(STR("GET / HTTP/1.1\r\nSec-WebSocket-: 1\r\n\r\n")));
    CU_ASSERT_TRUE(ws_request_is_meant(STR("GET / HTTP/1.1\r\nUpgrade : websocket\r\n\r\n")));
    CU_ASSERT_TRUE(ws_request_is_meant(STR("GET / HTTP/1.1\r\nsec-websocket-key: 1\r\n\r\n")));
}

static const char *agreed(const char *offer)
{
    char head[512];
    struct ws_request request;
    struct ws_fault fault;
    snprintf(head, sizeof head, "%s%s%s", FIRST ALL, offer, END);
    CU_ASSERT_TRUE_FATAL(ws_request_parse(str_of(head), &request, &fault));
    return request.protocol;
}

static void the_first_served_subprotocol_is_taken(void)
{
    CU_ASSERT_PTR_NULL(agreed(""));
    CU_ASSERT_STRING_EQUAL(agreed("Sec-WebSocket-Protocol: mqttv3.1\r\n"), "mqttv3.1");
    CU_ASSERT_STRING_EQUAL(agreed("Sec-WebSocket-Protocol: mqttv3.1, mqtt\r\n"), "mqttv3.1");
    CU_ASSERT_STRING_EQUAL(agreed("Sec-WebSocket-Protocol: mqttv5,mqtt\r\n"), "mqtt");
    CU_ASSERT_STRING_EQUAL(agreed("Sec-WebSocket-Protocol: x\r\nSec-WebSocket-Protocol: mqtt\r\n"), "mqtt");
    CU_ASSERT_TRUE(ws_protocol_is_served(STR("mqtt")) && ws_protocol_is_served(STR("mqttv3.1")));
    CU_ASSERT_FALSE(ws_protocol_is_served(STR("MQTT")) || ws_protocol_is_served(STR("")));
}

static void a_refusal_is_an_answer_of_http(void)
{
    static const struct {
        int status;
        const char *begins, *has;
    } rows[] = {{400, "HTTP/1.1 400 Bad Request\r\n", "Content-Length: 16\r\n\r\nreason (clause)\n"},
                {404, "HTTP/1.1 404 Not Found\r\n", "Connection: close\r\n"},
                {405, "HTTP/1.1 405 Method Not Allowed\r\n", "Allow: GET\r\n"},
                {426, "HTTP/1.1 426 Upgrade Required\r\n", "\r\nSec-WebSocket-Version: 13\r\n"},
                {431, "HTTP/1.1 431 Request Header Fields Too Large\r\n", ""}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf out;
        buf_init(&out, 512);
        ws_answer_refuse(&out, &(struct ws_fault){rows[i].status, "clause", "reason"});
        const char *text = buf_cstr(&out);
        CU_ASSERT_TRUE(str_starts(str_of(text), str_of(rows[i].begins)));
        CU_ASSERT_PTR_NOT_NULL(strstr(text, rows[i].has));
        const char *body = strstr(text, "\r\n\r\n");
        CU_ASSERT_PTR_NOT_NULL_FATAL(body);
        CU_ASSERT_EQUAL(strlen(body + 4), 16);
        buf_fini(&out);
    }
}

static void the_clients_request_is_one_that_the_server_takes(void)
{
    uint8_t nonce[WS_NONCE_BYTES] = {0};
    char key[WS_KEY_SIZE];
    struct buf out;
    struct ws_request request;
    struct ws_fault fault;
    buf_init(&out, 512);
    ws_key(nonce, key);
    CU_ASSERT_STRING_EQUAL(key, "AAAAAAAAAAAAAAAAAAAAAA==");
    CU_ASSERT_TRUE(ws_request_write(&out, "localhost:8443", "/mqtt", "mqtt", key));
    CU_ASSERT_TRUE(ws_request_parse(buf_str(&out), &request, &fault));
    CU_ASSERT_TRUE(str_is(request.path, "/mqtt") && str_is(request.host, "localhost:8443"));
    CU_ASSERT_STRING_EQUAL(request.protocol, "mqtt");
    buf_clear(&out);
    CU_ASSERT_TRUE(ws_request_write(&out, "localhost:8443", "/", NULL, key));
    CU_ASSERT_TRUE(ws_request_parse(buf_str(&out), &request, &fault));
    CU_ASSERT_PTR_NULL(request.protocol);
    buf_fini(&out);
    buf_init(&out, 100);
    CU_ASSERT_FALSE(ws_request_write(&out, "localhost:8443", "/mqtt", "mqtt", key));
    buf_fini(&out);
}

#define ANSWER "HTTP/1.1 101 Switching Protocols\r\n"
#define ACCEPT "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"

static bool check(const char *head, const char *protocols, struct str *protocol, struct ws_fault *fault)
{
    return ws_answer_check(str_of(head), "dGhlIHNhbXBsZSBub25jZQ==", protocols, protocol, fault);
}

static void a_good_answer_is_taken(void)
{
    struct str protocol;
    struct ws_fault fault;
    CU_ASSERT_TRUE(check(ANSWER UPGRADE CONNECTION ACCEPT END, "mqtt", &protocol, &fault));
    CU_ASSERT_EQUAL(protocol.n, 0);
    CU_ASSERT_TRUE(check("HTTP/1.1 101\r\nUPGRADE: WEBSOCKET\r\nCONNECTION: upgrade\r\n" ACCEPT
                         "Sec-WebSocket-Protocol: mqtt\r\nSec-WebSocket-Extensions:\r\n" END,
                         "mqttv3.1,mqtt", &protocol, &fault));
    CU_ASSERT_TRUE(str_is(protocol, "mqtt"));
}

static void each_clause_of_an_answer_is_checked(void)
{
    static const struct {
        const char *head;
        int status;
        const char *clause;
    } rows[] = {{"SSH-2.0-OpenSSH\r\n\r\n", 0, "RFC 6455 4.1"},
                {"HTTP/1.1 1O1 x\r\n\r\n", 0, "RFC 6455 4.1"},
                {"HTTP/1.1 404 Not Found\r\n" UPGRADE CONNECTION ACCEPT END, 404, "RFC 6455 4.1 (1)"},
                {"HTTP/1.1 200 OK\r\n" UPGRADE CONNECTION ACCEPT END, 200, "RFC 6455 4.1 (1)"},
                {ANSWER UPGRADE CONNECTION ACCEPT " x\r\n" END, 101, "RFC 6455 4.1"},
                {ANSWER CONNECTION ACCEPT END, 101, "RFC 6455 4.1 (2)"},
                {ANSWER UPGRADE ACCEPT END, 101, "RFC 6455 4.1 (3)"},
                {ANSWER UPGRADE CONNECTION END, 101, "RFC 6455 4.1 (4)"},
                {ANSWER UPGRADE CONNECTION ACCEPT ACCEPT END, 101, "RFC 6455 4.1 (4)"},
                {ANSWER UPGRADE CONNECTION "Sec-WebSocket-Accept: S3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" END, 101,
                 "RFC 6455 4.1 (4)"},
                {ANSWER UPGRADE CONNECTION ACCEPT "Sec-WebSocket-Extensions: permessage-deflate\r\n" END, 101,
                 "RFC 6455 4.1 (5)"},
                {ANSWER UPGRADE CONNECTION ACCEPT "Sec-WebSocket-Protocol: mqttv3.1\r\n" END, 101,
                 "RFC 6455 4.1 (6)"},
                {ANSWER UPGRADE CONNECTION ACCEPT
                 "Sec-WebSocket-Protocol: mqtt\r\nSec-WebSocket-Protocol: mqtt\r\n" END,
                 101, "RFC 6455 4.1 (6)"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct str protocol;
        struct ws_fault fault = {0};
        CU_ASSERT_FALSE_FATAL(check(rows[i].head, "mqtt", &protocol, &fault));
        CU_ASSERT_EQUAL(fault.code, rows[i].status);
        CU_ASSERT_STRING_EQUAL(fault.clause, rows[i].clause);
    }
    struct str protocol;
    struct ws_fault fault;
    CU_ASSERT_FALSE(check(ANSWER UPGRADE CONNECTION ACCEPT "Sec-WebSocket-Protocol: mqtt\r\n" END, NULL,
                          &protocol, &fault));
}

void unit_ws_handshake(void)
{
    UNIT(the_example_of_the_rfc_is_answered_as_there);
    UNIT(what_is_tolerated);
    UNIT(each_clause_is_refused_with_its_status);
    UNIT(other_requests_are_not_meant);
    UNIT(the_first_served_subprotocol_is_taken);
    UNIT(a_refusal_is_an_answer_of_http);
    UNIT(the_clients_request_is_one_that_the_server_takes);
    UNIT(a_good_answer_is_taken);
    UNIT(each_clause_of_an_answer_is_checked);
}
