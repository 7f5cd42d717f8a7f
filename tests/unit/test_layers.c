#include "lib/net/layers.h"

#include <string.h>

#include "lib/net/filter_tls.h"
#include "lib/net/tls.h"
#include "tests/unit/net_certs.h"
#include "tests/unit/unit.h"

/* Two ends whose output is carried to each other by hand. */
struct end {
    struct layers *layers;
    struct buf got;
    int opened;
    bool has_output;
};

static void on_open(void *ctx)
{
    ((struct end *)ctx)->opened++;
}

static void on_bytes(void *ctx, const uint8_t *bytes, size_t n)
{
    buf_append(&((struct end *)ctx)->got, bytes, n);
}

static void on_output(void *ctx)
{
    ((struct end *)ctx)->has_output = true;
}

static const struct layers_events events = {on_open, on_bytes, on_output};

static struct {
    struct end device, platform;
    struct tls_client *client;
    struct tls_server *server;
} s;

static void setup(void)
{
    const char *error = NULL;
    memset(&s, 0, sizeof s);
    s.client = tls_client_new(net_certs_file("root.crt"), NULL, &error);
    s.server = tls_server_new(net_certs_dir(), &error);
    CU_ASSERT_FATAL(s.client && s.server);
    s.device.layers = layers_new(&events, &s.device);
    s.platform.layers = layers_new(&events, &s.platform);
    buf_init(&s.device.got, 1024);
    buf_init(&s.platform.got, 1024);
    layers_push(s.platform.layers, filter_tls_new_server(s.server), NULL);
    layers_push(s.device.layers, filter_tls_new_client(s.client, "localhost"),
                filter_ws_new_client("localhost:1883", "/mqtt", "mqtt"));
}

static void teardown(void)
{
    layers_free(s.device.layers);
    layers_free(s.platform.layers);
    tls_client_free(s.client);
    tls_server_free(s.server);
    buf_fini(&s.device.got);
    buf_fini(&s.platform.got);
}

static void carry_one(struct end *from, struct end *to)
{
    struct buf bytes = from->layers->out;
    buf_init(&from->layers->out, bytes.max);
    if (bytes.len)
        layers_receive(to->layers, bytes.data, bytes.len);
    buf_fini(&bytes);
}

static void carry(void)
{
    while (s.device.layers->out.len || s.platform.layers->out.len) {
        carry_one(&s.device, &s.platform);
        carry_one(&s.platform, &s.device);
    }
}

/* TLS is open, and the request for a WebSocket has come through it. */
static void open_websocket(void)
{
    struct ws_request request = {0};
    struct ws_fault fault;
    carry();
    CU_ASSERT_EQUAL(s.platform.opened, 1);
    CU_ASSERT_EQUAL(s.device.opened, 0);
    CU_ASSERT_TRUE_FATAL(ws_request_parse(buf_str(&s.platform.got), &request, &fault));
    buf_clear(&s.platform.got);
    layers_push(s.platform.layers, NULL, filter_ws_new_server(&request));
    carry();
}

static void both_filters_open_and_pass_bytes(void)
{
    struct filter_ws_info info;
    setup();
    CU_ASSERT_TRUE(s.device.has_output);
    CU_ASSERT_FALSE(layers_can_send(s.device.layers));
    CU_ASSERT_PTR_NULL(layers_tls_info(s.device.layers));
    CU_ASSERT_PTR_NULL(layers_ws_info(s.device.layers, &info));
    CU_ASSERT_STRING_EQUAL(layers_fin_detail(s.device.layers), "the peer closed during the TLS handshake");
    open_websocket();
    CU_ASSERT_EQUAL(s.device.opened, 1);
    CU_ASSERT_TRUE(layers_can_send(s.device.layers));
    CU_ASSERT_STRING_EQUAL(layers_tls_info(s.device.layers)->version, "TLSv1.3");
    CU_ASSERT_STRING_EQUAL(layers_tls_info(s.platform.layers)->server_name, "localhost");
    CU_ASSERT_STRING_EQUAL(layers_ws_info(s.device.layers, &info)->protocol, "mqtt");
    CU_ASSERT_STRING_EQUAL(layers_fin_detail(s.device.layers), "without a close frame");
    layers_send(s.device.layers, (const uint8_t *)"hello", 5);
    carry();
    CU_ASSERT_TRUE(str_is(buf_str(&s.platform.got), "hello"));
    teardown();
}

static void an_orderly_end_is_one(void)
{
    struct channel_end end;
    char text[LAYERS_TEXT_SIZE];
    setup();
    open_websocket();
    CU_ASSERT_FALSE(layers_have_ended(s.platform.layers, &end, text));
    layers_finish(s.device.layers);
    carry();
    CU_ASSERT_TRUE(layers_have_ended(s.platform.layers, &end, text));
    CU_ASSERT_EQUAL(end.kind, CHANNEL_END_FIN);
    CU_ASSERT_STRING_EQUAL(end.detail, "");
    teardown();
}

static void what_is_no_tls_is_a_failure(void)
{
    struct channel_end end;
    char text[LAYERS_TEXT_SIZE];
    setup();
    layers_receive(s.platform.layers, (const uint8_t *)"no TLS at all", 13);
    CU_ASSERT_TRUE(layers_have_ended(s.platform.layers, &end, text));
    CU_ASSERT_EQUAL(end.kind, CHANNEL_END_TLS);
    CU_ASSERT_TRUE(strlen(end.detail) > 0);
    teardown();
}

static void a_broken_frame_is_the_websockets(void)
{
    struct channel_end end;
    char text[LAYERS_TEXT_SIZE];
    setup();
    open_websocket();
    layers_receive_inside(s.device.layers, (const uint8_t *)"\xff\xff", 2);
    CU_ASSERT_TRUE(layers_have_ended(s.device.layers, &end, text));
    CU_ASSERT_EQUAL(end.kind, CHANNEL_END_WS);
    teardown();
}

static void without_layers_there_is_nothing_to_tell(void)
{
    struct filter_ws_info info;
    CU_ASSERT_PTR_NULL(layers_fin_detail(NULL));
    CU_ASSERT_PTR_NULL(layers_tls_info(NULL));
    CU_ASSERT_PTR_NULL(layers_tls_subject(NULL));
    CU_ASSERT_PTR_NULL(layers_ws_info(NULL, &info));
    layers_free(NULL);
}

static void every_end_has_a_text(void)
{
    for (int kind = CHANNEL_END_LOCAL; kind <= CHANNEL_END_FAILED; kind++) {
        const struct channel_end bare = {(enum channel_end_kind)kind, ""};
        const struct channel_end detailed = {(enum channel_end_kind)kind, "in detail"};
        CU_ASSERT_TRUE(strlen(layers_end_text(&bare)) > 0);
        CU_ASSERT_STRING_EQUAL(layers_end_text(&detailed), "in detail");
    }
    CU_ASSERT_STRING_EQUAL(layers_end_means(CHANNEL_END_RESET), "the peer reset it");
    CU_ASSERT_STRING_EQUAL(layers_late_detail(NULL), "it takes too long");
}

void unit_layers(void)
{
    UNIT(both_filters_open_and_pass_bytes);
    UNIT(an_orderly_end_is_one);
    UNIT(what_is_no_tls_is_a_failure);
    UNIT(a_broken_frame_is_the_websockets);
    UNIT(without_layers_there_is_nothing_to_tell);
    UNIT(every_end_has_a_text);
}
