#include "lib/net/tls.h"

#include "tests/unit/net_certs.h"
#include "tests/unit/net_pair.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Server and client contexts, and a pair of channels between them. */
struct secure {
    struct tls_server *server;
    struct tls_client *client;
    struct net_pair p;
};

static void secure_init(struct secure *s, const char *ca)
{
    const char *error = "";
    s->server = tls_server_new(net_certs_dir(), &error);
    s->client = tls_client_new(ca, NULL, &error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(s->server);
    CU_ASSERT_PTR_NOT_NULL_FATAL(s->client);
    net_pair_init(&s->p);
    s->p.server.tls = s->server;
}

static void secure_fini(struct secure *s)
{
    net_pair_fini(&s->p);
    tls_server_free(s->server);
    tls_client_free(s->client);
}

static void what_cannot_be_read_has_a_clear_reason(void)
{
    const char *error = NULL;
    CU_ASSERT_PTR_NULL(tls_server_new("/nowhere", &error));
    CU_ASSERT_STRING_EQUAL(error, "cannot read the server certificate");
    CU_ASSERT_PTR_NULL(
        tls_server_new_files(net_certs_file("server-rsa.crt"), net_certs_file("server-ecdsa.key"), &error));
    CU_ASSERT_STRING_EQUAL(error, "the server's private key belongs to another certificate");
    CU_ASSERT_PTR_NULL(tls_client_new("/nowhere", NULL, &error));
    CU_ASSERT_STRING_EQUAL(error, "cannot read the root certificates");
    struct tls_client_options version = {.min_version = "1.4"}, suite = {.ciphers = "NO-SUCH-SUITE"};
    CU_ASSERT_PTR_NULL(tls_client_new(net_certs_file("root.crt"), &version, &error));
    CU_ASSERT_STRING_EQUAL(error, "a TLS version is \"1.0\", \"1.1\", \"1.2\" or \"1.3\"");
    CU_ASSERT_PTR_NULL(tls_client_new(net_certs_file("root.crt"), &suite, &error));
    CU_ASSERT_STRING_EQUAL(error, "OpenSSL knows no such cipher");
}

static void roots_may_be_text(void)
{
    const char *error = NULL;
    struct buf text;
    buf_init(&text, 65536);
    FILE *f = fopen(net_certs_file("root.crt"), "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    buf_commit(&text, fread(buf_reserve(&text, 65000), 1, 65000, f));
    fclose(f);
    struct secure s;
    secure_init(&s, net_certs_file("root.crt"));
    tls_client_free(s.client);
    s.client = tls_client_new_text(buf_cstr(&text), &error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(s.client);
    net_pair_dial(&s.p, TRANSPORT_TLS, s.client, "localhost");
    CU_ASSERT_TRUE(channel_send(s.p.client.channel, "hello", 5));
    CU_ASSERT_TRUE(net_until_got(&s.p, &s.p.server, 5));
    secure_fini(&s);
    CU_ASSERT_PTR_NULL(tls_client_new_text("", &error));
    CU_ASSERT_STRING_EQUAL(error, "there is no good root certificate in the text");
    text.data[text.len / 2] = '!';
    CU_ASSERT_PTR_NULL(tls_client_new_text(buf_cstr(&text), &error));
    buf_fini(&text);
}

static void names_and_dates_are_those_of_the_certificates(void)
{
    static const struct {
        const char *name;
        bool carried;
    } rows[] = {{"localhost", true},
                {"127.0.0.1", true},
                {"::1", true},
                {"pk.iot-as-mqtt.cn-shanghai.aliyuncs.com", true},
                {"A1b2C3.iot-as-mqtt.cn-shanghai.aliyuncs.com", true},
                {"iot-auth.cn-shanghai.aliyuncs.com", true},
                {"a.b.iot-as-mqtt.cn-shanghai.aliyuncs.com", false},
                {"pk.iot-as-mqtt.cn-nowhere.aliyuncs.com", false},
                {"127.0.0.2", false},
                {"", false}};
    const char *error = NULL;
    struct tls_server *tls = tls_server_new(net_certs_dir(), &error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(tls);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CU_ASSERT_EQUAL(tls_server_has_name(tls, rows[i].name), rows[i].carried);
    CU_ASSERT_FALSE(tls_server_is_valid_at(tls, 0));
    CU_ASSERT_FALSE(tls_server_is_valid_at(tls, INT64_C(4102444800)));
    tls_server_free(tls);
}

static void one_pair_of_files_serves_too(void)
{
    const char *error = NULL;
    struct tls_server *tls =
        tls_server_new_files(net_certs_file("server-rsa.crt"), net_certs_file("server-rsa.key"), &error);
    CU_ASSERT_PTR_NOT_NULL(tls);
    tls_server_free(tls);
}

static void bytes_go_both_ways_over_sockets(void)
{
    struct secure s;
    secure_init(&s, net_certs_file("root.crt"));
    net_pair_dial(&s.p, TRANSPORT_TLS, s.client, "localhost");
    CU_ASSERT_TRUE(channel_send(s.p.client.channel, "early", 5)); /* waits for the handshake */
    CU_ASSERT_TRUE(net_until_got(&s.p, &s.p.server, 5));
    CU_ASSERT_EQUAL(s.p.client.opened, 1);
    CU_ASSERT_TRUE(channel_send(s.p.server.channel, "an", 2));
    CU_ASSERT_TRUE(channel_send(s.p.server.channel, "swer", 4));
    CU_ASSERT_TRUE(net_until_got(&s.p, &s.p.client, 6));
    CU_ASSERT_EQUAL(s.p.client.calls, 1); /* one record for all of a turn */
    const struct channel_tls *info = channel_tls_info(s.p.server.channel);
    CU_ASSERT_PTR_NOT_NULL_FATAL(info);
    CU_ASSERT_STRING_EQUAL(info->version, "TLSv1.3");
    CU_ASSERT_STRING_EQUAL(info->server_name, "localhost");
    CU_ASSERT_PTR_NOT_NULL(channel_tls_info(s.p.client.channel));
    CU_ASSERT_EQUAL(channel_detach(s.p.server.channel), -1);
    secure_fini(&s);
}

static void a_flushing_close_says_close_notify(void)
{
    struct secure s;
    secure_init(&s, net_certs_file("root.crt"));
    net_pair_dial(&s.p, TRANSPORT_TLS, s.client, "localhost");
    CU_ASSERT_TRUE(channel_send(s.p.client.channel, "x", 1));
    CU_ASSERT_TRUE(net_until_got(&s.p, &s.p.server, 1));
    CU_ASSERT_TRUE(channel_send(s.p.server.channel, "bye", 3));
    channel_close(s.p.server.channel, CHANNEL_FLUSH);
    CU_ASSERT_TRUE(net_until_ended(&s.p, &s.p.client));
    CU_ASSERT_TRUE(str_is(buf_str(&s.p.client.got), "bye"));
    CU_ASSERT_EQUAL(s.p.client.end.kind, CHANNEL_END_FIN);
    CU_ASSERT_STRING_EQUAL(s.p.client.detail, "");
    secure_fini(&s);
}

static void resets_are_seen_through_tls(void)
{
    struct secure s;
    secure_init(&s, net_certs_file("root.crt"));
    net_pair_dial(&s.p, TRANSPORT_TLS, s.client, "localhost");
    CU_ASSERT_TRUE(channel_send(s.p.client.channel, "x", 1));
    CU_ASSERT_TRUE(net_until_got(&s.p, &s.p.server, 1));
    channel_close(s.p.client.channel, CHANNEL_RESET);
    CU_ASSERT_TRUE(net_until_ended(&s.p, &s.p.server));
    CU_ASSERT_EQUAL(s.p.server.end.kind, CHANNEL_END_RESET);
    secure_fini(&s);
}

static void failures_name_the_alert_on_both_sides(void)
{
    struct secure s;
    secure_init(&s, net_certs_other_root());
    net_pair_dial(&s.p, TRANSPORT_TLS, s.client, "localhost");
    CU_ASSERT_TRUE(net_until_ended(&s.p, &s.p.client));
    CU_ASSERT_TRUE(net_until_ended(&s.p, &s.p.server));
    CU_ASSERT_EQUAL(s.p.client.opened, 0);
    CU_ASSERT_EQUAL(s.p.client.end.kind, CHANNEL_END_TLS);
    CU_ASSERT_STRING_EQUAL(s.p.client.detail,
                           "certificate verify failed: self-signed certificate in certificate chain");
    CU_ASSERT_EQUAL(s.p.server.end.kind, CHANNEL_END_TLS);
    CU_ASSERT_STRING_EQUAL(s.p.server.detail,
                           "unknown_ca: the device does not trust this broker's root certificate");
    secure_fini(&s);
}

static void a_wrong_name_is_refused_over_sockets(void)
{
    struct secure s;
    secure_init(&s, net_certs_file("root.crt"));
    net_pair_dial(&s.p, TRANSPORT_TLS, s.client, "example.com");
    CU_ASSERT_TRUE(net_until_ended(&s.p, &s.p.client));
    CU_ASSERT_EQUAL(s.p.client.end.kind, CHANNEL_END_TLS);
    CU_ASSERT_STRING_EQUAL(s.p.client.detail, "certificate verify failed: hostname mismatch");
    secure_fini(&s);
}

static void garbage_and_half_a_handshake_end_the_channel_only(void)
{
    struct secure s;
    secure_init(&s, net_certs_file("root.crt"));
    int fd = net_pair_connect(&s.p);
    CU_ASSERT_EQUAL(send(fd, "\x16\x03\x01\x00\x07rubbish and more", 21, 0), 21);
    net_quiet(&s.p);
    CU_ASSERT_EQUAL(s.p.server.end.kind, CHANNEL_END_TLS);
    CU_ASSERT_TRUE(strlen(s.p.server.detail) > 0);
    uint8_t alert[64];
    CU_ASSERT_TRUE(recv(fd, alert, sizeof alert, 0) >= 7);
    CU_ASSERT_EQUAL(alert[0], 21);
    CU_ASSERT_EQUAL(recv(fd, alert, sizeof alert, 0), 0); /* then FIN */
    close(fd);

    s.p.server = (struct net_end){.tls = s.server, .got = s.p.server.got};
    fd = net_pair_connect(&s.p);
    CU_ASSERT_EQUAL(send(fd, "\x16\x03\x01\x02", 4, 0), 4);
    net_quiet(&s.p);
    CU_ASSERT_EQUAL(s.p.server.ended, 0);
    close(fd);
    net_quiet(&s.p);
    CU_ASSERT_EQUAL(s.p.server.end.kind, CHANNEL_END_FIN);
    CU_ASSERT_STRING_EQUAL(s.p.server.detail, "the peer closed during the TLS handshake");
    secure_fini(&s);
}

static void a_tls_client_at_a_plain_port_fails(void)
{
    struct secure s;
    secure_init(&s, net_certs_file("root.crt"));
    s.p.server.tls = NULL;
    net_pair_dial(&s.p, TRANSPORT_TLS, s.client, "localhost");
    CU_ASSERT_TRUE(net_until_got(&s.p, &s.p.server, 5));
    CU_ASSERT_EQUAL(s.p.server.got.data[0], 0x16);
    CU_ASSERT_TRUE(channel_send(s.p.server.channel, "\x20\x02\x00\x05 not TLS", 12));
    CU_ASSERT_TRUE(net_until_ended(&s.p, &s.p.client));
    CU_ASSERT_EQUAL(s.p.client.end.kind, CHANNEL_END_TLS);
    CU_ASSERT_STRING_EQUAL(s.p.client.detail, "wrong version number");
    secure_fini(&s);
}

void unit_tls(void)
{
    UNIT(what_cannot_be_read_has_a_clear_reason);
    UNIT(roots_may_be_text);
    UNIT(names_and_dates_are_those_of_the_certificates);
    UNIT(one_pair_of_files_serves_too);
    UNIT(bytes_go_both_ways_over_sockets);
    UNIT(a_flushing_close_says_close_notify);
    UNIT(resets_are_seen_through_tls);
    UNIT(failures_name_the_alert_on_both_sides);
    UNIT(a_wrong_name_is_refused_over_sockets);
    UNIT(garbage_and_half_a_handshake_end_the_channel_only);
    UNIT(a_tls_client_at_a_plain_port_fails);
}
