#include "lib/net/filter_ws.h"

#include "lib/base/hex.h"
#include "lib/net/pipeline.h"
#include "tests/unit/unit.h"

#include <string.h>

/* One end: what came out of its filter on either side. No socket anywhere. */
struct side {
    struct pipeline *pipeline;
    struct filter *filter;
    struct buf got, wire;
    int opened;
};

static void take_in(void *ctx, const uint8_t *bytes, size_t n)
{
    struct side *s = ctx;
    CU_ASSERT_EQUAL(s->opened, 1);
    CU_ASSERT_TRUE(n > 0);
    CU_ASSERT_TRUE(buf_append(&s->got, bytes, n));
}

static void take_out(void *ctx, const uint8_t *bytes, size_t n)
{
    CU_ASSERT_TRUE(buf_append(&((struct side *)ctx)->wire, bytes, n));
}

static void note_open(void *ctx)
{
    ((struct side *)ctx)->opened++;
}

static const struct pipeline_ends ends = {take_in, take_out, note_open};

static void side_init(struct side *s, struct filter *filter)
{
    *s = (struct side){.filter = filter};
    buf_init(&s->got, 1 << 24);
    buf_init(&s->wire, 1 << 24);
    s->pipeline = pipeline_new(&ends, s);
    pipeline_push(s->pipeline, filter);
}

static void side_fini(struct side *s)
{
    pipeline_free(s->pipeline);
    buf_fini(&s->got);
    buf_fini(&s->wire);
}

/* A server whose 101 was taken away. */
static void server_init(struct side *s)
{
    const struct ws_request request = {STR("/mqtt"), STR("localhost"), STR("dGhlIHNhbXBsZSBub25jZQ=="),
                                       "mqtt"};
    side_init(s, filter_ws_new_server(&request));
    CU_ASSERT_EQUAL(s->opened, 1);
    CU_ASSERT_TRUE(str_starts(buf_str(&s->wire), STR("HTTP/1.1 101 ")));
    buf_clear(&s->wire);
}

/* Carries what one side wrote to the other, in pieces. */
static bool carry(struct side *from, struct side *to, size_t piece)
{
    struct buf wire = from->wire;
    buf_init(&from->wire, wire.max);
    for (size_t at = 0; at < wire.len; at += piece)
        pipeline_receive(to->pipeline, wire.data + at, wire.len - at < piece ? wire.len - at : piece);
    bool any = wire.len > 0;
    buf_fini(&wire);
    return any;
}

static void talk(struct side *a, struct side *b, size_t piece)
{
    bool more = true;
    while (more) {
        more = carry(a, b, piece);
        more |= carry(b, a, piece);
    }
}

static void say(struct side *s, const char *text)
{
    pipeline_send(s->pipeline, (const uint8_t *)text, strlen(text));
}

static const char *failure(const struct side *s)
{
    const char *detail = "";
    return pipeline_state(s->pipeline, &detail) == FILTER_FAILED ? detail : "(no failure)";
}

/* A client whose request a server has answered, as the broker does it: by the parsed head. */
static void pair_init(struct side *server, struct side *client, const char *protocols, size_t piece)
{
    struct ws_request parsed;
    struct ws_fault fault;
    side_init(client, filter_ws_new_client("localhost:8443", "/path", protocols));
    CU_ASSERT_TRUE_FATAL(ws_request_parse(buf_str(&client->wire), &parsed, &fault));
    side_init(server, filter_ws_new_server(&parsed));
    buf_clear(&client->wire);
    talk(server, client, piece);
    CU_ASSERT_EQUAL(server->opened, 1);
    CU_ASSERT_EQUAL(client->opened, 1);
}

static void both_ends_talk_however_the_bytes_are_cut(void)
{
    static const size_t pieces[] = {1, 2, 3, 7, 64, 1 << 20};
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        struct side server, client;
        pair_init(&server, &client, "mqtt", pieces[i]);
        say(&client, "ping");
        say(&client, "pang");
        say(&server, "pong");
        talk(&server, &client, pieces[i]);
        CU_ASSERT_TRUE(str_is(buf_str(&server.got), "pingpang"));
        CU_ASSERT_TRUE(str_is(buf_str(&client.got), "pong"));
        CU_ASSERT_STRING_EQUAL(filter_ws_info(server.filter).path, "/path");
        CU_ASSERT_STRING_EQUAL(filter_ws_info(server.filter).protocol, "mqtt");
        CU_ASSERT_STRING_EQUAL(filter_ws_info(client.filter).path, "/path");
        CU_ASSERT_STRING_EQUAL(filter_ws_info(client.filter).protocol, "mqtt");
        side_fini(&server);
        side_fini(&client);
    }
}

static void no_subprotocol_is_offered_and_none_is_answered(void)
{
    struct side server, client;
    pair_init(&server, &client, NULL, 1 << 20);
    CU_ASSERT_STRING_EQUAL(filter_ws_info(server.filter).protocol, "");
    CU_ASSERT_STRING_EQUAL(filter_ws_info(client.filter).protocol, "");
    side_fini(&server);
    side_fini(&client);
}

/* Paho C 1.3 looks at no second packet of a frame until the next one comes. */
static void a_server_gives_each_packet_its_frame(void)
{
    static const uint8_t sent[] = {0x40, 2, 0, 7, 0x30, 3, 0, 1, 'a', 0x30, 5, 0};
    static const uint8_t framed[] = {0x82, 4, 0x40, 2,   0,    7, 0x82, 5, 0x30,
                                     3,    0, 1,    'a', 0x82, 3, 0x30, 5, 0};
    struct side server, client;
    pair_init(&server, &client, "mqtt", 1 << 20);
    pipeline_send(server.pipeline, sent, sizeof sent);
    CU_ASSERT_EQUAL_FATAL(server.wire.len, sizeof framed);
    CU_ASSERT_EQUAL(memcmp(server.wire.data, framed, sizeof framed), 0);
    pipeline_send(client.pipeline, sent, sizeof sent);
    CU_ASSERT_EQUAL(client.wire.len, sizeof sent + 6); /* ours asks nothing of the server */
    talk(&server, &client, 777);
    CU_ASSERT_EQUAL_FATAL(client.got.len, sizeof sent);
    CU_ASSERT_EQUAL(memcmp(client.got.data, sent, sizeof sent), 0);
    side_fini(&server);
    side_fini(&client);
}

static void large_data_goes_both_ways(void)
{
    static uint8_t much[300000];
    for (size_t i = 0; i < sizeof much; i++)
        much[i] = (uint8_t)(i * 7 + i / 251);
    memcpy(much, "\x30\xdc\xa7\x12", 4); /* one PUBLISH, 299996 bytes behind its header */
    struct side server, client;
    pair_init(&server, &client, "mqtt", 1 << 20);
    pipeline_send(server.pipeline, much, sizeof much);
    CU_ASSERT_EQUAL(server.wire.len, sizeof much + 10); /* one frame */
    pipeline_send(client.pipeline, much, sizeof much);
    CU_ASSERT_EQUAL(client.wire.len, sizeof much + 14);
    talk(&server, &client, 777);
    CU_ASSERT_EQUAL_FATAL(client.got.len, sizeof much);
    CU_ASSERT_EQUAL(memcmp(client.got.data, much, sizeof much), 0);
    CU_ASSERT_EQUAL_FATAL(server.got.len, sizeof much);
    CU_ASSERT_EQUAL(memcmp(server.got.data, much, sizeof much), 0);
    side_fini(&server);
    side_fini(&client);
}

/* What the server writes for these bytes, as hex. */
static char *answer_to(struct side *s, const char *hex, size_t piece)
{
    struct buf bytes;
    buf_init(&bytes, 4096);
    CU_ASSERT_TRUE_FATAL(hex_decode(str_of(hex), &bytes, NULL));
    server_init(s);
    for (size_t at = 0; at < bytes.len; at += piece)
        pipeline_receive(s->pipeline, bytes.data + at, bytes.len - at < piece ? bytes.len - at : piece);
    buf_clear(&bytes);
    hex_append(&bytes, s->wire.data, s->wire.len, false);
    static char text[512];
    CU_ASSERT_TRUE_FATAL(bytes.len < sizeof text);
    memcpy(text, buf_cstr(&bytes), bytes.len + 1);
    buf_fini(&bytes);
    return text;
}

static void pings_are_answered_and_never_come_inward(void)
{
    for (size_t piece = 1; piece < 12; piece++) {
        struct side s;
        CU_ASSERT_STRING_EQUAL(
            answer_to(&s, "89 85 37fa213d 7f9f4d5158 89 80 00000000 8a 81 00000000 78", piece),
            "8a0548656c6c6f8a00");
        CU_ASSERT_EQUAL(s.got.len, 0);
        CU_ASSERT_EQUAL(pipeline_state(s.pipeline, NULL), FILTER_OPEN);
        side_fini(&s);
    }
}

static void a_close_is_answered_with_its_code_behind_the_last_data(void)
{
    static const struct {
        const char *hex, *answer;
        int code;
    } rows[] = {{"88 80 00000000", "8204627965218800", 0},
                {"88 82 00000000 03e8", "820462796521880203e8", 1000},
                {"88 86 00000000 03e9 676f6e65", "820462796521880203e9", 1001}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct side s;
        CU_ASSERT_STRING_EQUAL(answer_to(&s, rows[i].hex, 1), "");
        CU_ASSERT_EQUAL(pipeline_state(s.pipeline, NULL), FILTER_ENDED);
        CU_ASSERT_EQUAL(filter_ws_info(s.filter).close_code, rows[i].code);
        say(&s, "bye!");
        pipeline_finish(s.pipeline);
        say(&s, "too late");
        char hex[64];
        hex_encode(s.wire.data, s.wire.len, hex);
        CU_ASSERT_STRING_EQUAL(hex, rows[i].answer);
        side_fini(&s);
    }
}

static void our_end_is_a_close_frame(void)
{
    struct side server, client;
    pair_init(&server, &client, "mqtt", 1 << 20);
    pipeline_finish(server.pipeline);
    CU_ASSERT_EQUAL(server.wire.len, 4);
    CU_ASSERT_EQUAL(memcmp(server.wire.data, "\x88\x02\x03\xe8", 4), 0);
    carry(&server, &client, 1);
    CU_ASSERT_EQUAL(pipeline_state(client.pipeline, NULL), FILTER_ENDED);
    pipeline_finish(client.pipeline);
    CU_ASSERT_EQUAL(client.wire.len, 8); /* masked */
    CU_ASSERT_EQUAL(client.wire.data[1], 0x82);
    carry(&client, &server, 1);
    CU_ASSERT_EQUAL(filter_ws_info(server.filter).close_code, 1000);
    side_fini(&server);
    side_fini(&client);
}

static void a_violation_is_answered_and_named(void)
{
    static const struct {
        const char *hex, *answer, *detail;
    } rows[] = {
        {"81 81 00000000 78", "880203eb", "1003 (MQTT-6.0.0-1): a text frame"},
        {"82 01 78", "880203ea", "1002 (RFC 6455 5.1): a frame of the client is not masked"},
        {"47 45 54 20 2f 20", "880203ea", "1002 (RFC 6455 5.2): a reserved bit is set"},
        {"89 fe 00 7e", "880203ea", "1002 (RFC 6455 5.5): a control frame has more than 125 bytes"},
        {"82 ff 0000000001000001", "880203f1", "1009 (RFC 6455 7.4.1): a message has more than 16 MiB"},
        {"88 81 00000000 03", "880203ea", "1002 (RFC 6455 5.5.1): a close frame with half a code"},
        {"88 82 00000000 03ed", "880203ea",
         "1002 (RFC 6455 7.4): a close frame with a code that may not be sent"},
        {"88 83 00000000 03e8ff", "880203ef",
         "1007 (RFC 6455 5.5.1): the reason in a close frame is not UTF-8"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (size_t piece = 1; piece < 20; piece += 6) {
            struct side s;
            CU_ASSERT_STRING_EQUAL(answer_to(&s, rows[i].hex, piece), rows[i].answer);
            CU_ASSERT_STRING_EQUAL(failure(&s), rows[i].detail);
            CU_ASSERT_PTR_NOT_NULL_FATAL(filter_ws_info(s.filter).fault);
            CU_ASSERT_EQUAL(s.got.len, 0);
            pipeline_finish(s.pipeline);
            CU_ASSERT_EQUAL(s.wire.len, 4);
            side_fini(&s);
        }
    }
}

static void a_bad_answer_fails_the_client(void)
{
    static const struct {
        const char *answer, *detail;
    } rows[] = {
        {"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno",
         "404 (RFC 6455 4.1 (1)): the server did not switch to WebSocket"},
        {"HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n",
         "101 (RFC 6455 4.1 (4)): the answer's Sec-WebSocket-Accept is not that of the key"},
        {"\x20\x02\x00\x00\n\n", "0 (RFC 6455 4.1): what came is not an answer of HTTP/1.1"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (size_t piece = 1; piece < 200; piece += 99) {
            struct side s;
            side_init(&s, filter_ws_new_client("localhost", "/", "mqtt"));
            buf_clear(&s.wire);
            struct str answer = i == 2 ? STR("\x20\x02\0\0\n\n") : str_of(rows[i].answer);
            for (size_t at = 0; at < answer.n; at += piece)
                pipeline_receive(s.pipeline, (const uint8_t *)answer.p + at,
                                 answer.n - at < piece ? answer.n - at : piece);
            CU_ASSERT_STRING_EQUAL(failure(&s), rows[i].detail);
            CU_ASSERT_EQUAL(s.opened, 0);
            pipeline_finish(s.pipeline);
            CU_ASSERT_EQUAL(s.wire.len, 0);
            side_fini(&s);
        }
    }
}

static void an_endless_answer_fails_the_client(void)
{
    struct side s;
    side_init(&s, filter_ws_new_client("localhost", "/", "mqtt"));
    for (size_t i = 0; i < 70; i++) {
        uint8_t more[1000];
        memset(more, 'x', sizeof more);
        pipeline_receive(s.pipeline, more, sizeof more);
    }
    CU_ASSERT_STRING_EQUAL(failure(&s), "0 (RFC 6455 4.1): the head of the answer has more than 64 KiB");
    side_fini(&s);
}

static void the_clients_masks_differ(void)
{
    struct side server, client;
    pair_init(&server, &client, "mqtt", 1 << 20);
    say(&client, "same");
    say(&client, "same");
    CU_ASSERT_EQUAL_FATAL(client.wire.len, 20);
    CU_ASSERT_EQUAL(client.wire.data[1], 0x84);
    CU_ASSERT_NOT_EQUAL(memcmp(client.wire.data + 2, client.wire.data + 12, 4), 0);
    side_fini(&server);
    side_fini(&client);
}

/* Readers are used again: what one filter left unread must not reach the next. */
static void what_follows_a_close_is_nobodys(void)
{
    static const uint8_t close_and_more[] = {0x88, 0x80, 1, 2, 3, 4, 0x82, 0x81, 1, 2, 3, 4, 'x'};
    static const uint8_t data[] = {0x82, 0x81, 0, 0, 0, 0, 'y'};
    struct side first, second;
    server_init(&first);
    pipeline_receive(first.pipeline, close_and_more, sizeof close_and_more);
    CU_ASSERT_EQUAL(first.got.len, 0);
    server_init(&second);
    pipeline_receive(second.pipeline, data, sizeof data);
    CU_ASSERT_TRUE(str_is(buf_str(&second.got), "y"));
    side_fini(&first);
    side_fini(&second);
}

void unit_filter_ws(void)
{
    UNIT(both_ends_talk_however_the_bytes_are_cut);
    UNIT(no_subprotocol_is_offered_and_none_is_answered);
    UNIT(a_server_gives_each_packet_its_frame);
    UNIT(large_data_goes_both_ways);
    UNIT(pings_are_answered_and_never_come_inward);
    UNIT(a_close_is_answered_with_its_code_behind_the_last_data);
    UNIT(our_end_is_a_close_frame);
    UNIT(a_violation_is_answered_and_named);
    UNIT(a_bad_answer_fails_the_client);
    UNIT(an_endless_answer_fails_the_client);
    UNIT(the_clients_masks_differ);
    UNIT(what_follows_a_close_is_nobodys);
}
