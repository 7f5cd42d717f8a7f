#include "client/wire_socket.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "tests/unit/peer.h"
#include "tests/unit/unit.h"

/* Hosts with several addresses: ports of this machine, each of which does something else. */

enum { FILLERS_MAX = 8, LONG_MS = 60000 };

/* A listener whose backlog is full: the kernel answers to nobody more. */
struct silence {
    struct sockaddr_in address;
    int listener, fillers[FILLERS_MAX], count;
};

static struct sockaddr_in loopback(int port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static void silence_begin(struct silence *s)
{
    socklen_t size = sizeof s->address;
    s->address = loopback(0);
    s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CU_ASSERT_EQUAL_FATAL(bind(s->listener, (struct sockaddr *)&s->address, size), 0);
    CU_ASSERT_EQUAL_FATAL(listen(s->listener, 0), 0);
    CU_ASSERT_EQUAL_FATAL(getsockname(s->listener, (struct sockaddr *)&s->address, &size), 0);
    bool is_full = false;
    for (s->count = 0; !is_full && s->count < FILLERS_MAX;) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        s->fillers[s->count++] = fd;
        connect(fd, (struct sockaddr *)&s->address, size);
        is_full = !wire_socket_await(fd, POLLOUT, clock_uptime_ms() + 300);
    }
    CU_ASSERT_TRUE_FATAL(is_full);
}

static void silence_end(struct silence *s)
{
    for (int i = 0; i < s->count; i++)
        close(s->fillers[i]);
    close(s->listener);
}

/* A list of addresses as getaddrinfo makes it. */
static const struct addrinfo *list_of(struct addrinfo *list, struct sockaddr_in *addresses, size_t n)
{
    for (size_t i = 0; i < n; i++)
        list[i] = (struct addrinfo){.ai_family = AF_INET,
                                    .ai_addr = (struct sockaddr *)&addresses[i],
                                    .ai_addrlen = sizeof addresses[i],
                                    .ai_next = i + 1 < n ? &list[i + 1] : NULL};
    return list;
}

static int port_of(int fd)
{
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    CU_ASSERT_EQUAL_FATAL(getpeername(fd, (struct sockaddr *)&address, &size), 0);
    return ntohs(address.sin_port);
}

static void an_address_that_does_not_answer_is_not_waited_for(void)
{
    struct silence silence;
    struct peer peer;
    struct addrinfo list[12];
    int error = -1;
    silence_begin(&silence);
    peer_init(&peer);
    for (size_t silent = 1; silent <= 11; silent += 10) { /* more than are under way at a time */
        struct sockaddr_in addresses[12];
        for (size_t i = 0; i < silent; i++)
            addresses[i] = silence.address;
        addresses[silent] = loopback(peer.port);
        int64_t before_ms = clock_uptime_ms();
        int fd = wire_socket_connect(list_of(list, addresses, silent + 1), before_ms + LONG_MS, &error);
        int64_t took_ms = clock_uptime_ms() - before_ms;
        CU_ASSERT_FATAL(fd >= 0);
        CU_ASSERT_EQUAL(port_of(fd), peer.port);
        CU_ASSERT_TRUE(took_ms >= (int64_t)silent * WIRE_SOCKET_STAGGER_MS && took_ms < LONG_MS / 2);
        close(fd);
    }
    peer_fini(&peer);
    silence_end(&silence);
}

static void those_that_refuse_are_not_waited_for_at_all(void)
{
    enum { REFUSING = 40 };
    struct peer peer;
    struct addrinfo list[REFUSING + 1];
    struct sockaddr_in addresses[REFUSING + 1];
    int error;
    peer_init(&peer);
    for (int i = 0; i < REFUSING; i++)
        addresses[i] = loopback(1);
    addresses[REFUSING] = loopback(peer.port);
    int64_t before_ms = clock_uptime_ms();
    int fd = wire_socket_connect(list_of(list, addresses, REFUSING + 1), before_ms + LONG_MS, &error);
    CU_ASSERT_FATAL(fd >= 0);
    CU_ASSERT_EQUAL(port_of(fd), peer.port);
    CU_ASSERT_TRUE(clock_uptime_ms() - before_ms < REFUSING / 2 * WIRE_SOCKET_STAGGER_MS);
    close(fd);
    peer_fini(&peer);
}

static void a_slow_one_may_still_win(void)
{
    struct silence silence;
    struct addrinfo list[2];
    int error;
    silence_begin(&silence);
    struct sockaddr_in addresses[] = {silence.address, loopback(1)};
    close(silence.fillers[--silence.count]);
    /* The kernel asks again after a second; by then there is room. */
    int room = accept(silence.listener, NULL, NULL);
    int fd = wire_socket_connect(list_of(list, addresses, 2), clock_uptime_ms() + LONG_MS, &error);
    CU_ASSERT_FATAL(fd >= 0);
    CU_ASSERT_EQUAL(port_of(fd), ntohs(silence.address.sin_port));
    close(fd);
    close(room);
    silence_end(&silence);
}

static void when_none_answers_that_is_said(void)
{
    struct silence silence;
    struct addrinfo list[2];
    int error = -1;
    silence_begin(&silence);
    struct sockaddr_in addresses[] = {silence.address, silence.address};
    int64_t before_ms = clock_uptime_ms();
    CU_ASSERT_EQUAL(wire_socket_connect(list_of(list, addresses, 2), before_ms + 400, &error), -1);
    CU_ASSERT_EQUAL(error, 0);
    int64_t took_ms = clock_uptime_ms() - before_ms;
    CU_ASSERT_TRUE(took_ms >= 400 && took_ms < LONG_MS / 2);
    struct sockaddr_in refusing[] = {loopback(1), loopback(2)};
    CU_ASSERT_EQUAL(wire_socket_connect(list_of(list, refusing, 2), clock_uptime_ms() + LONG_MS, &error), -1);
    CU_ASSERT_EQUAL(error, ECONNREFUSED);
    silence_end(&silence);
}

void unit_wire_socket(void)
{
    UNIT(an_address_that_does_not_answer_is_not_waited_for);
    UNIT(those_that_refuse_are_not_waited_for_at_all);
    UNIT(a_slow_one_may_still_win);
    UNIT(when_none_answers_that_is_said);
}
