#include "client/core/port.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "tests/unit/peer.h"
#include "tests/unit/unit.h"

enum { MUCH = 8 * 1024 * 1024, LONG_MS = 60000 };

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

static void *read_one(void *got)
{
    *(int *)got = port->ops->read(port, (char *)got + sizeof(int), 1, LONG_MS);
    return NULL;
}

static void one_thread_writes_while_another_waits_for_bytes(void)
{
    struct {
        int n;
        char byte[4];
    } got = {0};
    pthread_t thread;
    setup();
    CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, read_one, &got), 0);
    for (int i = 0; i < 20; i++) {
        CU_ASSERT_EQUAL(port->ops->write(port, "hello", 5, 1000), 0);
        CU_ASSERT_TRUE(peer_got(&peer, "hello", 5));
    }
    peer_say(&peer, "!", 1);
    pthread_join(thread, NULL);
    CU_ASSERT_EQUAL(got.n, 1);
    CU_ASSERT_EQUAL(got.byte[0], '!');
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
    while (port->ops->write(port, much, MUCH / 2, 50) == 0)
        CU_ASSERT_FATAL(++count < 20);
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
    UNIT(a_peer_that_talks_before_it_listens_holds_nobody_up);
    UNIT(a_peer_that_never_listens_is_given_up_in_time);
}
