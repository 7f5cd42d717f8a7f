/* Any bytes as a request: to the control API (first byte even), or to a server of joined connections as devices meet it (odd).
 * Through real sockets and libmicrohttpd, on a loop whose clock stands still. */
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/check.h"
#include "mock-broker/broker.h"
#include "mock-broker/control_api.h"
#include "mock-broker/http_server.h"
#include "tests/fuzz/fuzz.h"

/* Made once, for all inputs. */
static struct {
    struct loop *loop;
    struct broker *broker;
    struct control_api *api;
    struct http_server *joined;
} world;

static void on_shutdown(void *ctx)
{
    (void)ctx;
}

/* Looks at everything a handler may look at. */
static void on_call(void *ctx, struct http_call *call)
{
    (void)ctx;
    CHECK(http_call_method(call) && http_call_path(call));
    CHECK(http_call_body(call).n <= HTTP_BODY_MAX);
    http_call_header(call, "Content-Type");
    http_call_query(call, "since");
    if (http_call_is_too_large(call))
        http_call_fail(call, 413, NULL, "too large", NULL, NULL);
    else
        http_call_answer(call, 200, cJSON_CreateObject());
}

static void make_world(void)
{
    struct problems problems = {0};
    struct profile profile;
    const char *error = NULL;
    world.loop = loop_new(clock_new_manual(0));
    CHECK(profile_load(&profile, "2023", &problems));
    struct registry *registry = registry_new();
    registry_put_device(registry, STR("pk"), STR("device"), STR("secret"), true);
    registry_mark_start(registry);
    world.broker = broker_new(world.loop, &profile, registry, NULL, 100, 1);
    world.broker->region = "cn-shanghai";
    world.api = control_api_new(world.broker, "127.0.0.1", 0, NULL, on_shutdown, NULL, &error);
    world.joined = http_server_new_joined(world.loop, 100, on_call, NULL, &error);
    CHECK(world.api && world.joined);
}

static int dial(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    to.sin_port = htons((uint16_t)control_api_port(world.api));
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0);
    struct linger reset = {1, 0}; /* leaves no port behind */
    CHECK(setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset) == 0);
    return fd;
}

static int join(void)
{
    static uint32_t id;
    int pair[2];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    CHECK(http_server_join(world.joined, pair[1], ++id));
    return pair[0];
}

static bool never(void *ctx)
{
    (void)ctx;
    return false;
}

static void turn(int times)
{
    while (times-- > 0)
        loop_run_until(world.loop, never, NULL, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char answer[4096];
    if (!world.loop)
        make_world();
    if (size == 0)
        return 0;
    int fd = data[0] % 2 ? join() : dial();
    ssize_t written = send(fd, data + 1, size - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    turn(4);
    while (recv(fd, answer, sizeof answer, MSG_DONTWAIT) > 0)
        turn(1);
    close(fd);
    turn(2);
    (void)written;
    return 0;
}
