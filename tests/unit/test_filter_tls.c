#include "lib/net/filter_tls.h"

#include "lib/base/buf.h"
#include "lib/net/pipeline.h"
#include "lib/net/tls.h"
#include "tests/unit/net_certs.h"
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

struct pair {
    struct tls_server *server_tls;
    struct tls_client *client_tls;
    struct side server, client;
};

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

static void pair_init(struct pair *p, const char *ca, const struct tls_client_options *options,
                      const char *name)
{
    const char *error = "";
    p->server_tls = tls_server_new(net_certs_dir(), &error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(p->server_tls);
    p->client_tls = tls_client_new(ca, options, &error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(p->client_tls);
    side_init(&p->server, filter_tls_new_server(p->server_tls));
    side_init(&p->client, filter_tls_new_client(p->client_tls, name));
}

static void pair_fini(struct pair *p)
{
    side_fini(&p->server);
    side_fini(&p->client);
    tls_server_free(p->server_tls);
    tls_client_free(p->client_tls);
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

static void talk(struct pair *p, size_t piece)
{
    bool more = true;
    while (more) {
        more = carry(&p->client, &p->server, piece);
        more |= carry(&p->server, &p->client, piece);
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

static void hands_are_shaken_however_the_bytes_are_cut(void)
{
    static const size_t pieces[] = {1, 2, 3, 5, 7, 64, 1000, 1 << 20};
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        for (int version = 2; version <= 3; version++) {
            const char *name = version == 2 ? "1.2" : "1.3";
            struct tls_client_options options = {.min_version = name, .max_version = name};
            struct pair p;
            pair_init(&p, net_certs_file("root.crt"), &options, "localhost");
            talk(&p, pieces[i]);
            CU_ASSERT_EQUAL(p.client.opened, 1);
            CU_ASSERT_EQUAL(p.server.opened, 1);
            say(&p.client, "ping");
            say(&p.server, "pong");
            talk(&p, pieces[i]);
            CU_ASSERT_TRUE(str_is(buf_str(&p.server.got), "ping"));
            CU_ASSERT_TRUE(str_is(buf_str(&p.client.got), "pong"));
            pair_fini(&p);
        }
    }
}

static void what_was_agreed_on_is_told(void)
{
    struct pair p;
    pair_init(&p, net_certs_file("root.crt"), NULL, "pk.iot-as-mqtt.cn-shanghai.aliyuncs.com");
    talk(&p, 1 << 20);
    CU_ASSERT_EQUAL(p.server.opened, 1);
    struct filter_tls_info info = filter_tls_info(p.server.filter);
    CU_ASSERT_STRING_EQUAL(info.version, "TLSv1.3");
    CU_ASSERT_STRING_EQUAL(info.cipher, "TLS_AES_256_GCM_SHA384");
    CU_ASSERT_STRING_EQUAL(info.server_name, "pk.iot-as-mqtt.cn-shanghai.aliyuncs.com");
    pair_fini(&p);
    pair_init(&p, net_certs_file("root.crt"), NULL, "127.0.0.1");
    talk(&p, 1 << 20);
    CU_ASSERT_EQUAL(p.server.opened, 1);
    CU_ASSERT_STRING_EQUAL(filter_tls_info(p.server.filter).server_name, "");
    pair_fini(&p);
}

static void old_device_suites_are_accepted(void)
{
    static const char *const suites[] = {"AES256-SHA256",
                                         "AES256-SHA",
                                         "AES128-SHA256",
                                         "AES128-SHA",
                                         "ECDHE-RSA-AES128-GCM-SHA256",
                                         "ECDHE-ECDSA-AES128-GCM-SHA256"};
    for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++) {
        struct tls_client_options options = {
            .min_version = "1.2", .max_version = "1.2", .ciphers = suites[i]};
        struct pair p;
        pair_init(&p, net_certs_file("root.crt"), &options, "localhost");
        talk(&p, 1 << 20);
        CU_ASSERT_EQUAL(p.server.opened, 1);
        CU_ASSERT_STRING_EQUAL(filter_tls_info(p.server.filter).cipher, suites[i]);
        pair_fini(&p);
    }
}

static void a_suite_that_is_not_served_fails_the_handshake(void)
{
    struct tls_client_options options = {
        .min_version = "1.2", .max_version = "1.2", .ciphers = "DHE-RSA-AES128-SHA"};
    struct pair p;
    pair_init(&p, net_certs_file("root.crt"), &options, "localhost");
    talk(&p, 1 << 20);
    CU_ASSERT_STRING_EQUAL(failure(&p.server), "no shared cipher");
    CU_ASSERT_STRING_EQUAL(failure(&p.client), "the peer sent alert handshake_failure");
    pair_fini(&p);
}

static void large_data_is_cut_into_records_and_back(void)
{
    static uint8_t much[100000];
    for (size_t i = 0; i < sizeof much; i++)
        much[i] = (uint8_t)(i * 7 + i / 251);
    struct pair p;
    pair_init(&p, net_certs_file("root.crt"), NULL, "localhost");
    talk(&p, 1 << 20);
    pipeline_send(p.server.pipeline, much, sizeof much);
    CU_ASSERT_TRUE(p.server.wire.len > sizeof much && p.server.wire.len < sizeof much + 400);
    talk(&p, 777);
    CU_ASSERT_EQUAL_FATAL(p.client.got.len, sizeof much);
    CU_ASSERT_EQUAL(memcmp(p.client.got.data, much, sizeof much), 0);
    pair_fini(&p);
}

static void an_unknown_root_is_refused_with_its_alert(void)
{
    for (int version = 2; version <= 3; version++) {
        const char *name = version == 2 ? "1.2" : "1.3";
        struct tls_client_options options = {.min_version = name, .max_version = name};
        struct pair p;
        pair_init(&p, net_certs_other_root(), &options, "localhost");
        talk(&p, 1 << 20);
        CU_ASSERT_EQUAL(p.client.opened, 0);
        CU_ASSERT_STRING_EQUAL(failure(&p.client),
                               "certificate verify failed: self-signed certificate in certificate chain");
        CU_ASSERT_STRING_EQUAL(failure(&p.server),
                               "unknown_ca: the device does not trust this broker's root certificate");
        pair_fini(&p);
    }
}

static void a_wrong_name_is_refused(void)
{
    static const struct {
        const char *name, *problem;
    } rows[] = {{"example.com", "certificate verify failed: hostname mismatch"},
                {"pk.iot-as-mqtt.cn-nowhere.aliyuncs.com", "certificate verify failed: hostname mismatch"},
                {"a.b.iot-as-mqtt.cn-shanghai.aliyuncs.com", "certificate verify failed: hostname mismatch"},
                {"127.0.0.2", "certificate verify failed: IP address mismatch"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct pair p;
        pair_init(&p, net_certs_file("root.crt"), NULL, rows[i].name);
        talk(&p, 1 << 20);
        CU_ASSERT_EQUAL(p.server.opened, 0);
        CU_ASSERT_STRING_EQUAL(failure(&p.client), rows[i].problem);
        pair_fini(&p);
    }
}

/* For test devices: each neglect lets its own mistake through, and no other. */
static void a_neglect_is_of_one_thing(void)
{
    for (int neglect = TLS_NEGLECTS_NOTHING; neglect <= TLS_NEGLECTS_TIME; neglect++) {
        const struct tls_client_options options = {.neglects = (enum tls_neglect)neglect};
        struct pair p;
        pair_init(&p, net_certs_other_root(), &options, "localhost");
        talk(&p, 1 << 20);
        CU_ASSERT_EQUAL(p.server.opened, neglect == TLS_NEGLECTS_ROOT);
        pair_fini(&p);
        pair_init(&p, net_certs_file("root.crt"), &options, "example.com");
        talk(&p, 1 << 20);
        CU_ASSERT_EQUAL(p.server.opened, neglect == TLS_NEGLECTS_NAME);
        pair_fini(&p);
    }
}

static void a_name_may_be_hidden(void)
{
    const struct tls_client_options options = {.hides_name = true};
    struct pair p;
    pair_init(&p, net_certs_file("root.crt"), &options, "localhost");
    talk(&p, 1 << 20);
    CU_ASSERT_EQUAL(p.server.opened, 1);
    CU_ASSERT_STRING_EQUAL(filter_tls_info(p.server.filter).server_name, "");
    pair_fini(&p);
}

static void documented_names_are_all_in_the_certificates(void)
{
    static const char *const names[] = {"localhost",
                                        "127.0.0.1",
                                        "::1",
                                        "pk.iot-as-mqtt.cn-shanghai.aliyuncs.com",
                                        "pk.iot-as-mqtt.ap-southeast-1.aliyuncs.com",
                                        "pk.iot-as-mqtt.eu-central-1.aliyuncs.com",
                                        "iot-abc.mqtt.iothub.aliyuncs.com",
                                        "iot-auth.cn-shanghai.aliyuncs.com"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        for (int ecdsa = 0; ecdsa < 2; ecdsa++) {
            struct tls_client_options options = {.min_version = "1.2",
                                                 .max_version = "1.2",
                                                 .ciphers = ecdsa ? "ECDHE-ECDSA-AES128-GCM-SHA256"
                                                                  : "ECDHE-RSA-AES128-GCM-SHA256"};
            struct pair p;
            pair_init(&p, net_certs_file("root.crt"), &options, names[i]);
            talk(&p, 1 << 20);
            CU_ASSERT_EQUAL(p.client.opened, 1);
            pair_fini(&p);
        }
    }
}

static void closing_is_announced_and_the_other_side_may_still_answer(void)
{
    struct pair p;
    pair_init(&p, net_certs_file("root.crt"), NULL, "localhost");
    talk(&p, 1 << 20);
    say(&p.client, "last");
    pipeline_finish(p.client.pipeline);
    talk(&p, 1);
    CU_ASSERT_EQUAL(pipeline_state(p.server.pipeline, NULL), FILTER_ENDED);
    CU_ASSERT_TRUE(str_is(buf_str(&p.server.got), "last"));
    say(&p.server, "answer");
    pipeline_finish(p.server.pipeline);
    talk(&p, 1);
    CU_ASSERT_TRUE(str_is(buf_str(&p.client.got), "answer"));
    pair_fini(&p);
}

static void garbage_fails_with_an_alert_for_the_peer(void)
{
    static const uint8_t garbage[] = {0x16, 3, 1, 0, 5, 'r', 'u', 'b', 'b', 'i', 's', 'h', 0, 0xff};
    struct pair p;
    pair_init(&p, net_certs_file("root.crt"), NULL, "localhost");
    buf_clear(&p.client.wire);
    pipeline_receive(p.server.pipeline, garbage, sizeof garbage);
    CU_ASSERT_EQUAL(pipeline_state(p.server.pipeline, NULL), FILTER_FAILED);
    CU_ASSERT_TRUE(strlen(failure(&p.server)) > 0);
    CU_ASSERT_EQUAL(p.server.opened, 0);
    CU_ASSERT_TRUE(p.server.wire.len >= 7 && p.server.wire.data[0] == 21); /* an alert record */
    pair_fini(&p);
}

static void a_changed_record_fails(void)
{
    struct pair p;
    pair_init(&p, net_certs_file("root.crt"), NULL, "localhost");
    talk(&p, 1 << 20);
    say(&p.client, "ping");
    p.client.wire.data[p.client.wire.len - 1] ^= 1;
    talk(&p, 1 << 20);
    CU_ASSERT_STRING_EQUAL(failure(&p.server), "decryption failed or bad record mac");
    CU_ASSERT_STRING_EQUAL(failure(&p.client), "the peer sent alert bad_record_mac");
    CU_ASSERT_EQUAL(p.server.got.len, 0);
    pair_fini(&p);
}

void unit_filter_tls(void)
{
    UNIT(hands_are_shaken_however_the_bytes_are_cut);
    UNIT(what_was_agreed_on_is_told);
    UNIT(old_device_suites_are_accepted);
    UNIT(a_suite_that_is_not_served_fails_the_handshake);
    UNIT(large_data_is_cut_into_records_and_back);
    UNIT(an_unknown_root_is_refused_with_its_alert);
    UNIT(a_wrong_name_is_refused);
    UNIT(a_neglect_is_of_one_thing);
    UNIT(a_name_may_be_hidden);
    UNIT(documented_names_are_all_in_the_certificates);
    UNIT(closing_is_announced_and_the_other_side_may_still_answer);
    UNIT(garbage_fails_with_an_alert_for_the_peer);
    UNIT(a_changed_record_fails);
}
