#include "client/core/port.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "tests/unit/net_certs.h"
#include "tests/unit/peer.h"
#include "tests/unit/unit.h"

enum { MUCH = 8 * 1024 * 1024, LONG_MS = 60000, PIECES = 200, PIECE_BYTES = 1000 };

static struct peer peer;
static struct port *port;

static void setup(void)
{
    peer_init(&peer);
    port = port_new();
    const struct port_target target = {.host = "127.0.0.1", .port = (uint16_t)peer.port};
    CU_ASSERT_EQUAL_FATAL(port->ops->connect(port, &target, 5000), 0);
    peer_accept(&peer);
}

static void teardown(void)
{
    peer_close(&peer);
    port->ops->close(port);
    port->ops->free(port);
    peer_fini(&peer);
}

static void bytes_go_and_come(void)
{
    char bytes[8];
    setup();
    CU_ASSERT_EQUAL(port->ops->write(port, "hello", 5, 1000), 0);
    CU_ASSERT_TRUE(peer_got(&peer, "hello", 5));
    CU_ASSERT_EQUAL(port->ops->read(port, bytes, sizeof bytes, 1), 0);
    peer_say(&peer, "0123456789", 10); /* more than is asked for at a time */
    CU_ASSERT_EQUAL(port->ops->read(port, bytes, sizeof bytes, 5000), 8);
    CU_ASSERT_EQUAL(memcmp(bytes, "01234567", 8), 0);
    CU_ASSERT_EQUAL(port->ops->read(port, bytes, sizeof bytes, 5000), 2);
    CU_ASSERT_EQUAL(memcmp(bytes, "89", 2), 0);
    teardown();
}

static void what_came_before_the_end_is_read_first(void)
{
    char bytes[8];
    setup();
    peer_say(&peer, "0123456789", 10);
    peer_close(&peer);
    CU_ASSERT_EQUAL(port->ops->read(port, bytes, sizeof bytes, 5000), 8);
    CU_ASSERT_EQUAL(port->ops->read(port, bytes, sizeof bytes, 5000), 2);
    CU_ASSERT_EQUAL(port->ops->read(port, bytes, sizeof bytes, 5000), -1);
    CU_ASSERT_EQUAL(port->ops->write(port, "x", 1, 1000), -1);
    teardown();
}

static void nobody_there(void)
{
    char byte;
    peer_init(&peer);
    port = port_new();
    const struct port_target target = {.host = "127.0.0.1", .port = 1};
    CU_ASSERT_EQUAL(port->ops->connect(port, &target, 5000), -1);
    CU_ASSERT_EQUAL(port->ops->read(port, &byte, 1, LONG_MS), -1);
    CU_ASSERT_EQUAL(port->ops->write(port, "x", 1, LONG_MS), -1);
    const struct port_target bad_roots = {
        .host = "127.0.0.1", .port = (uint16_t)peer.port, .root_pem = "none"};
    CU_ASSERT_EQUAL(port->ops->connect(port, &bad_roots, 5000), -1);
    teardown();
}

/* Another thread's part, begun when it likes. */
static void *wake(void *unused)
{
    (void)unused;
    port->ops->lock(port);
    port->ops->wake(port);
    port->ops->unlock(port);
    return NULL;
}

static void a_read_ends_when_it_is_woken_before_it_or_while_it_waits(void)
{
    char byte;
    setup();
    int64_t before_ms = clock_now_ms(port->clock);
    for (int i = 0; i < 20; i++) {
        pthread_t thread;
        CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, wake, NULL), 0);
        CU_ASSERT_EQUAL(port->ops->read(port, &byte, 1, LONG_MS), 0);
        pthread_join(thread, NULL);
    }
    CU_ASSERT_TRUE(clock_now_ms(port->clock) - before_ms < LONG_MS);
    CU_ASSERT_EQUAL(port->ops->read(port, &byte, 1, 1), 0);
    teardown();
}

/* What a thread reads, until it has n bytes. */
struct reader {
    atomic_int id; /* of the thread, once it runs */
    size_t n, got;
    uint8_t bytes[PIECES * PIECE_BYTES];
};

static void *read_all(void *ctx)
{
    struct reader *r = ctx;
    int now = 1;
    atomic_store(&r->id, gettid());
    for (; r->got < r->n && now > 0; r->got += now > 0 ? (size_t)now : 0)
        now = port->ops->read(port, r->bytes + r->got, r->n - r->got, LONG_MS);
    return NULL;
}

/* Until the thread sleeps: nobody else is inside the port, so that it can only wait for bytes. */
static void await_sleep(struct reader *r)
{
    char path[64], state = '?';
    while (atomic_load(&r->id) == 0)
        sched_yield();
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", atomic_load(&r->id));
    while (state != 'S') {
        FILE *stat = fopen(path, "r");
        CU_ASSERT_FATAL(stat && fscanf(stat, "%*d (%*[^)]) %c", &state) == 1);
        fclose(stat);
        sched_yield();
    }
}

static void begin_reading(struct reader *r, size_t n, pthread_t *thread)
{
    *r = (struct reader){.n = n};
    CU_ASSERT_EQUAL_FATAL(pthread_create(thread, NULL, read_all, r), 0);
    await_sleep(r);
}

static void one_thread_writes_while_another_waits_for_bytes(void)
{
    static struct reader reader;
    pthread_t thread;
    setup();
    int64_t before_ms = clock_now_ms(port->clock);
    begin_reading(&reader, 1, &thread);
    for (int i = 0; i < 20; i++) {
        CU_ASSERT_EQUAL(port->ops->write(port, "hello", 5, 1000), 0);
        CU_ASSERT_TRUE(peer_got(&peer, "hello", 5));
    }
    peer_say(&peer, "!", 1);
    pthread_join(thread, NULL);
    CU_ASSERT_EQUAL(reader.got, 1);
    CU_ASSERT_EQUAL(reader.bytes[0], '!');
    CU_ASSERT_TRUE(clock_now_ms(port->clock) - before_ms < LONG_MS / 2);
    teardown();
}

/* A platform over TLS that gives back what it gets. */
static void *echo(void *ctx)
{
    char bytes[4096];
    int n;
    peer_accept(&peer);
    SSL *ssl = SSL_new(ctx);
    SSL_set_fd(ssl, peer.fd);
    if (SSL_accept(ssl) == 1) {
        while ((n = SSL_read(ssl, bytes, sizeof bytes)) > 0 && SSL_write(ssl, bytes, n) == n)
            continue;
        SSL_shutdown(ssl);
    }
    SSL_free(ssl);
    peer_close(&peer);
    return NULL;
}

static SSL_CTX *server_context(void)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    char file[512];
    snprintf(file, sizeof file, "%s/server-ecdsa.crt", net_certs_dir());
    CU_ASSERT_EQUAL_FATAL(SSL_CTX_use_certificate_chain_file(context, file), 1);
    snprintf(file, sizeof file, "%s/server-ecdsa.key", net_certs_dir());
    CU_ASSERT_EQUAL_FATAL(SSL_CTX_use_PrivateKey_file(context, file, SSL_FILETYPE_PEM), 1);
    return context;
}

static const char *root_pem(char *text, size_t size)
{
    FILE *file = fopen(net_certs_file("root.crt"), "r");
    CU_ASSERT_FATAL(file != NULL);
    text[fread(text, 1, size - 1, file)] = '\0';
    fclose(file);
    return text;
}

static void over_tls_too(void)
{
    static struct reader reader;
    pthread_t thread, platform;
    uint8_t piece[PIECE_BYTES];
    char root[8192];
    peer_init(&peer);
    port = port_new();
    SSL_CTX *context = server_context();
    CU_ASSERT_EQUAL_FATAL(pthread_create(&platform, NULL, echo, context), 0);
    const struct port_target target = {
        .host = "localhost", .port = (uint16_t)peer.port, .root_pem = root_pem(root, sizeof root)};
    CU_ASSERT_EQUAL_FATAL(port->ops->connect(port, &target, 5000), 0);
    begin_reading(&reader, sizeof reader.bytes, &thread);
    for (int i = 0; i < PIECES; i++) {
        memset(piece, i, sizeof piece);
        CU_ASSERT_EQUAL(port->ops->write(port, piece, sizeof piece, LONG_MS), 0);
    }
    pthread_join(thread, NULL);
    CU_ASSERT_EQUAL(reader.got, sizeof reader.bytes);
    size_t wrong = 0;
    for (size_t i = 0; i < reader.got; i++)
        wrong += reader.bytes[i] != (uint8_t)(i / PIECE_BYTES);
    CU_ASSERT_EQUAL(wrong, 0);
    port->ops->close(port);
    pthread_join(platform, NULL);
    SSL_CTX_free(context);
    teardown();
}

/* The port's descriptor: the one whose other end is the peer. */
static int fd_of_port(void)
{
    for (int fd = 0; fd < 1024; fd++) {
        struct sockaddr_in address = {0};
        socklen_t size = sizeof address;
        if (getpeername(fd, (struct sockaddr *)&address, &size) == 0 && address.sin_family == AF_INET &&
            ntohs(address.sin_port) == peer.port)
            return fd;
    }
    return -1;
}

static void what_cannot_be_sent_is_no_success(void)
{
    char byte;
    setup();
    int fd = fd_of_port();
    CU_ASSERT_FATAL(fd >= 0);
    peer_break(fd);
    CU_ASSERT_EQUAL(port->ops->write(port, "lost", 4, 1000), -1);
    CU_ASSERT_EQUAL(port->ops->read(port, &byte, 1, LONG_MS), -1);
    teardown();
}

/* The peer writes all of its bytes before it reads one. */
static void *talk_first(void *unused)
{
    char *much = mem_zalloc(1, MUCH);
    (void)unused;
    for (size_t n = 0; n < MUCH;) {
        ssize_t more = write(peer.fd, much, MUCH - n);
        n += more > 0 ? (size_t)more : MUCH;
    }
    for (size_t n = 0; n < MUCH;) {
        ssize_t more = read(peer.fd, much, MUCH);
        n += more > 0 ? (size_t)more : MUCH;
    }
    free(much);
    return NULL;
}

static void a_peer_that_talks_before_it_listens_holds_nobody_up(void)
{
    pthread_t thread;
    size_t came = 0;
    setup();
    char *much = mem_zalloc(1, MUCH);
    CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, talk_first, NULL), 0);
    for (int i = 0; i < 4; i++)
        CU_ASSERT_EQUAL(port->ops->write(port, much, MUCH / 4, LONG_MS), 0);
    while (came < MUCH) {
        int n = port->ops->read(port, much, MUCH, LONG_MS);
        CU_ASSERT_FATAL(n > 0);
        came += (size_t)n;
    }
    CU_ASSERT_EQUAL(came, MUCH);
    pthread_join(thread, NULL);
    free(much);
    teardown();
}

static void a_peer_that_never_listens_is_given_up_in_time(void)
{
    char byte;
    setup();
    char *much = mem_zalloc(1, MUCH);
    int count = 0; /* the machine's own buffers take some */
    int64_t before_ms = clock_now_ms(port->clock);
    while (port->ops->write(port, much, MUCH / 2, 50) == 0) {
        CU_ASSERT_FATAL(++count < 20);
        before_ms = clock_now_ms(port->clock);
    }
    int64_t took_ms = clock_now_ms(port->clock) - before_ms;
    CU_ASSERT_TRUE(took_ms >= 50 && took_ms < LONG_MS / 2);
    CU_ASSERT_EQUAL(port->ops->write(port, much, MUCH / 2, 50), -1); /* above the most that may wait */
    CU_ASSERT_EQUAL(port->ops->read(port, &byte, 1, LONG_MS), -1);
    free(much);
    teardown();
}

void unit_port_net(void)
{
    UNIT(bytes_go_and_come);
    UNIT(what_came_before_the_end_is_read_first);
    UNIT(nobody_there);
    UNIT(a_read_ends_when_it_is_woken_before_it_or_while_it_waits);
    UNIT(one_thread_writes_while_another_waits_for_bytes);
    UNIT(over_tls_too);
    UNIT(what_cannot_be_sent_is_no_success);
    UNIT(a_peer_that_talks_before_it_listens_holds_nobody_up);
    UNIT(a_peer_that_never_listens_is_given_up_in_time);
}
