#include "client/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/wires.h"
#include "lib/base/mem.h"
#include "lib/net/tls.h"
#include "tests/unit/net_certs.h"
#include "tests/unit/peer.h"
#include "tests/unit/unit.h"

static struct peer peer;
static struct wires *wires;
static struct wire wire;
static struct buf came;
static int ends;

static void on_bytes(void *ctx, const uint8_t *bytes, size_t n)
{
    (void)ctx;
    buf_append(&came, bytes, n);
}

static void on_end(void *ctx, const struct channel_end *end)
{
    (void)ctx, (void)end;
    ends++;
}

static const struct wire_events events = {on_bytes, on_end};

static void prepare(void)
{
    ends = 0;
    buf_init(&came, 1024);
    peer_init(&peer);
    wires = wires_new();
    wire_init(&wire, &events, NULL);
    wires_add(wires, &wire);
}

static void setup(void)
{
    prepare();
    const struct wire_target target = peer_target(&peer);
    CU_ASSERT_TRUE_FATAL(wire_open(&wire, &target, 5000));
    peer_accept(&peer);
}

static void teardown(void)
{
    peer_close(&peer);
    wires_remove(wires, &wire);
    wire_fini(&wire);
    wires_free(wires);
    peer_fini(&peer);
    buf_fini(&came);
}

static bool has_ended(void *ctx)
{
    (void)ctx;
    return wire_is_over(&wire);
}

static bool has_come(void *ctx)
{
    return came.len >= *(const size_t *)ctx;
}

static void bytes_go_and_come(void)
{
    size_t five = 5;
    setup();
    CU_ASSERT_TRUE(wire_send(&wire, "hello", 5));
    CU_ASSERT_EQUAL(wire_backlog(&wire), 0);
    CU_ASSERT_TRUE(peer_got(&peer, "hello", 5));
    peer_say(&peer, "world", 5);
    CU_ASSERT_TRUE(wires_wait(wires, has_come, &five, 5000));
    CU_ASSERT_TRUE(str_is(buf_str(&came), "world"));
    CU_ASSERT_PTR_NULL(wire_tls(&wire));
    CU_ASSERT_PTR_NULL(wire_tls_subject(&wire));
    teardown();
}

static void an_end_of_the_peer_is_told_once(void)
{
    setup();
    peer_close(&peer);
    CU_ASSERT_TRUE(wires_wait(wires, has_ended, NULL, 5000));
    CU_ASSERT_EQUAL(wire_end(&wire)->kind, CHANNEL_END_FIN);
    CU_ASSERT_STRING_EQUAL(wire_end(&wire)->detail, "");
    CU_ASSERT_FALSE(wire_send(&wire, "x", 1));
    CU_ASSERT_EQUAL(wire_interest(&wire).fd, -1);
    wire_close(&wire, CHANNEL_FLUSH);
    CU_ASSERT_EQUAL(wire_end(&wire)->kind, CHANNEL_END_FIN);
    CU_ASSERT_EQUAL(ends, 1);
    teardown();
}

static void a_reset_of_the_peer_is_none_of_its_closes(void)
{
    setup();
    peer_reset(&peer);
    CU_ASSERT_TRUE(wires_wait(wires, has_ended, NULL, 5000));
    CU_ASSERT_EQUAL(wire_end(&wire)->kind, CHANNEL_END_RESET);
    teardown();
}

static void a_write_to_a_peer_that_is_gone_raises_no_signal(void)
{
    setup();
    peer_reset(&peer);
    for (int i = 0; i < 3; i++)
        wire_send(&wire, "x", 1);
    CU_ASSERT_TRUE(wires_wait(wires, has_ended, NULL, 5000));
    CU_ASSERT_EQUAL(wire_end(&wire)->kind, CHANNEL_END_RESET);
    teardown();
}

static void our_reset_is_one(void)
{
    setup();
    wire_close(&wire, CHANNEL_RESET);
    CU_ASSERT_EQUAL(wire_end(&wire)->kind, CHANNEL_END_LOCAL);
    CU_ASSERT_EQUAL(ends, 1);
    CU_ASSERT_TRUE(peer_got_reset(&peer));
    teardown();
}

static void our_close_comes_behind_the_bytes_even_when_some_came_unread(void)
{
    setup();
    peer_say(&peer, "unread", 6);
    CU_ASSERT_TRUE(wire_send(&wire, "last", 4));
    wire_close(&wire, CHANNEL_FLUSH); /* the peer closes nothing: after WIRE_CLOSE_MS */
    CU_ASSERT_EQUAL(wire_end(&wire)->kind, CHANNEL_END_LOCAL);
    CU_ASSERT_TRUE(peer_got(&peer, "last", 4));
    CU_ASSERT_TRUE(peer_got_end(&peer));
    teardown();
}

static void what_the_socket_does_not_take_waits_and_leaves(void)
{
    enum { MUCH = 4 * 1024 * 1024 };
    setup();
    char *much = mem_zalloc(1, MUCH), *got = mem_alloc(MUCH);
    memset(much, 'm', MUCH);
    CU_ASSERT_TRUE(wire_send(&wire, much, MUCH));
    CU_ASSERT_TRUE(wire_backlog(&wire) > 0);
    CU_ASSERT_EQUAL(wire_interest(&wire).events, POLLIN | POLLOUT);
    fcntl(peer.fd, F_SETFL, O_NONBLOCK);
    size_t n = 0;
    while (n < MUCH) {
        ssize_t more = read(peer.fd, got + n, MUCH - n);
        if (more > 0)
            n += (size_t)more;
        else
            wires_pass(wires, 1);
    }
    CU_ASSERT_EQUAL(memcmp(much, got, MUCH), 0);
    CU_ASSERT_EQUAL(wire_backlog(&wire), 0);
    free(much);
    free(got);
    teardown();
}

static void a_peer_that_does_not_read_is_given_up(void)
{
    setup();
    char *much = mem_zalloc(1, WIRE_OUTPUT_MAX_BYTES);
    int count = 0;
    while (wire_send(&wire, much, WIRE_OUTPUT_MAX_BYTES))
        CU_ASSERT_FATAL(++count < 10);
    CU_ASSERT_TRUE(wires_wait(wires, has_ended, NULL, 0));
    CU_ASSERT_EQUAL(wire_end(&wire)->kind, CHANNEL_END_OVERFLOW);
    free(much);
    teardown();
}

/* Reading knows nothing of it: nothing comes, and there is no end. */
static void a_socket_that_fails_to_send_ends_the_wire(void)
{
    setup();
    peer_break(wire.fd);
    CU_ASSERT_FALSE(wire_send(&wire, "lost", 4));
    CU_ASSERT_FALSE(wire_send(&wire, "lost", 4));
    CU_ASSERT_TRUE(wires_wait(wires, has_ended, NULL, 0));
    CU_ASSERT_EQUAL_FATAL(wire_is_over(&wire), true);
    CU_ASSERT_EQUAL(wire_end(&wire)->kind, CHANNEL_END_FAILED);
    CU_ASSERT_STRING_EQUAL(wire_end(&wire)->detail, strerror(EDESTADDRREQ));
    CU_ASSERT_EQUAL(ends, 1);
    teardown();
}

/* Bytes that nobody reads, until the wire holds some back. */
static void send_too_much(size_t n)
{
    char *much = mem_zalloc(1, n);
    CU_ASSERT_TRUE(wire_send(&wire, much, n));
    CU_ASSERT_TRUE_FATAL(wire_backlog(&wire) > 0);
    free(much);
}

static void what_fails_later_ends_the_wire_too(void)
{
    setup();
    send_too_much(WIRE_OUTPUT_MAX_BYTES);
    peer_break(wire.fd);
    wire_attend(&wire, POLLOUT);
    CU_ASSERT_TRUE_FATAL(wire_is_over(&wire));
    CU_ASSERT_EQUAL(wire_end(&wire)->kind, CHANNEL_END_FAILED);
    CU_ASSERT_STRING_EQUAL(wire_end(&wire)->detail, strerror(EMSGSIZE)); /* for this socket it is so much */
    teardown();
}

static void behind_what_is_cut_off_there_is_no_orderly_end(void)
{
    enum { CLOSED, FAILED };
    for (int how = CLOSED; how <= FAILED; how++) {
        setup();
        send_too_much(WIRE_OUTPUT_MAX_BYTES);
        if (how == FAILED) {
            wire_fail(&wire, CHANNEL_END_OVERFLOW, NULL);
            wire_attend(&wire, 0);
        }
        wire_close(&wire, CHANNEL_FLUSH); /* nobody reads: after WIRE_CLOSE_MS */
        char got[64 * 1024];
        size_t n = 0;
        ssize_t more = 1;
        while (more > 0) {
            more = read(peer.fd, got, sizeof got);
            n += more > 0 ? (size_t)more : 0;
        }
        CU_ASSERT_TRUE(n < WIRE_OUTPUT_MAX_BYTES);
        CU_ASSERT_TRUE(more < 0 && errno == ECONNRESET);
        teardown();
    }
}

static void who_does_not_get_through_is_told_why(void)
{
    static const struct {
        const char *host;
        int port;
        const char *why;
    } rows[] = {{"127.0.0.1", 1, "cannot connect: Connection refused"},
                {"127.0.0.1", 0, "cannot find the host: "},
                {"127.0.0.1", 65536, "cannot find the host: "},
                {"no such host", 1883, "cannot find the host: "},
                {"", 1883, "cannot "}};
    prepare();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct wire_target target = {
            .host = rows[i].host, .port = rows[i].port, .transport = TRANSPORT_TCP};
        CU_ASSERT_FALSE(wire_open(&wire, &target, 5000));
        CU_ASSERT_EQUAL(wire_end(&wire)->kind, CHANNEL_END_FAILED);
        CU_ASSERT_EQUAL(strncmp(wire_end(&wire)->detail, rows[i].why, strlen(rows[i].why)), 0);
    }
    CU_ASSERT_EQUAL(ends, 5);
    teardown();
}

static void a_name_is_looked_up(void)
{
    prepare();
    struct wire_target target = peer_target(&peer);
    target.host = "localhost"; /* its first address may be ::1, where nobody listens */
    CU_ASSERT_TRUE(wire_open(&wire, &target, 5000));
    peer_accept(&peer);
    CU_ASSERT_TRUE(wire_send(&wire, "hello", 5));
    CU_ASSERT_TRUE(peer_got(&peer, "hello", 5));
    teardown();
}

static void what_takes_too_long_is_said(void)
{
    static const struct {
        enum transport transport;
        const char *why;
    } rows[] = {{TRANSPORT_TLS, "the TLS handshake takes too long"},
                {TRANSPORT_WSS, "the TLS handshake takes too long"},
                {TRANSPORT_WS, "the opening of WebSocket takes too long"}};
    const char *error;
    struct tls_client *tls = tls_client_new(net_certs_file("root.crt"), NULL, &error);
    prepare();
    for (int i = 0; i < 3; i++) {
        struct wire_target target = peer_target(&peer);
        target.transport = rows[i].transport;
        target.tls = tls;
        CU_ASSERT_FALSE(wire_open(&wire, &target, 30));
        CU_ASSERT_EQUAL(wire_end(&wire)->kind, CHANNEL_END_FAILED);
        CU_ASSERT_STRING_EQUAL(wire_end(&wire)->detail, rows[i].why);
        CU_ASSERT_EQUAL(ends, i + 1);
        peer_accept(&peer);
    }
    teardown();
    tls_client_free(tls);
}

void unit_wire(void)
{
    UNIT(bytes_go_and_come);
    UNIT(an_end_of_the_peer_is_told_once);
    UNIT(a_reset_of_the_peer_is_none_of_its_closes);
    UNIT(a_write_to_a_peer_that_is_gone_raises_no_signal);
    UNIT(our_reset_is_one);
    UNIT(our_close_comes_behind_the_bytes_even_when_some_came_unread);
    UNIT(what_the_socket_does_not_take_waits_and_leaves);
    UNIT(a_peer_that_does_not_read_is_given_up);
    UNIT(a_socket_that_fails_to_send_ends_the_wire);
    UNIT(what_fails_later_ends_the_wire_too);
    UNIT(behind_what_is_cut_off_there_is_no_orderly_end);
    UNIT(who_does_not_get_through_is_told_why);
    UNIT(a_name_is_looked_up);
    UNIT(what_takes_too_long_is_said);
}
