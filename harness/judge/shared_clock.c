#include "shared_clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

enum { ACCEPT_POLL_MS = 5 };

struct shared_clock {
    int listener;
    char *path;
    int devices[SHARED_CLOCK_DEVICES_MAX];
    size_t count;
};

struct shared_clock *shared_clock_new(const char *dir, char **error)
{
    struct shared_clock *c = mem_zalloc(1, sizeof *c);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    c->path = mem_printf("%s/clock", dir);
    c->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", c->path);
    unlink(c->path);
    bool good = strlen(c->path) < sizeof address.sun_path &&
                bind(c->listener, (const struct sockaddr *)&address, sizeof address) == 0 &&
                listen(c->listener, SHARED_CLOCK_DEVICES_MAX) == 0;
    if (good)
        return c;
    *error = mem_printf("%s: %s", c->path,
                        strlen(c->path) < sizeof address.sun_path ? strerror(errno) : "the path is too long");
    shared_clock_free(c);
    return NULL;
}

void shared_clock_free(struct shared_clock *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->count; i++)
        close(c->devices[i]);
    close(c->listener);
    unlink(c->path);
    free(c->path);
    free(c);
}

const char *shared_clock_path(const struct shared_clock *c)
{
    return c->path;
}

size_t shared_clock_devices(struct shared_clock *c)
{
    int fd;
    while (c->count < SHARED_CLOCK_DEVICES_MAX && (fd = accept4(c->listener, NULL, NULL, SOCK_CLOEXEC)) >= 0)
        c->devices[c->count++] = fd;
    return c->count;
}

void shared_clock_forget_gone(struct shared_clock *c)
{
    for (size_t i = 0; i < c->count;) {
        char byte;
        if (recv(c->devices[i], &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0) {
            close(c->devices[i]);
            c->devices[i] = c->devices[--c->count];
        } else {
            i++;
        }
    }
}

bool shared_clock_await(struct shared_clock *c, size_t count, bool (*keep_waiting)(void *ctx), void *ctx,
                        int64_t timeout_ms)
{
    struct clock *clock = clock_new_real();
    while (shared_clock_devices(c) < count && keep_waiting(ctx) && clock_now_ms(clock) < timeout_ms) {
        struct pollfd wait = {.fd = c->listener, .events = POLLIN};
        poll(&wait, 1, ACCEPT_POLL_MS);
    }
    clock_free(clock);
    return c->count >= count;
}

/* One line from a device, which sends whole ones. False when it has gone, or says nothing for too long. */
static bool read_line(int fd, char line[SHARED_CLOCK_LINE_MAX])
{
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    if (poll(&wait, 1, SHARED_CLOCK_PATIENCE_MS) <= 0)
        return false;
    ssize_t here = recv(fd, line, SHARED_CLOCK_LINE_MAX, MSG_PEEK); /* what is behind the line stays */
    char *end = here > 0 ? memchr(line, '\n', (size_t)here) : NULL;
    if (!end || recv(fd, line, (size_t)(end - line) + 1, 0) != end - line + 1)
        return false;
    *end = '\0';
    return true;
}

/* True with *next_ms (INT64_MAX: nothing) when the line is what an idle device says. */
static bool read_idle(const char *line, int64_t *next_ms)
{
    cJSON *answer = json_parse_peer(str_of(line));
    const cJSON *next = cJSON_GetObjectItemCaseSensitive(answer, "next_ms");
    bool good = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(answer, "idle")) &&
                (cJSON_IsNull(next) || json_is_int(next, next_ms));
    if (good && cJSON_IsNull(next))
        *next_ms = INT64_MAX;
    cJSON_Delete(answer);
    return good;
}

static bool tell(int fd, int64_t now_ms, int64_t *next_ms)
{
    char line[SHARED_CLOCK_LINE_MAX];
    int n = snprintf(line, sizeof line, "{\"now_ms\":%lld}\n", (long long)now_ms);
    return send(fd, line, (size_t)n, MSG_NOSIGNAL) == n && read_line(fd, line) && read_idle(line, next_ms);
}

void shared_clock_tell(struct shared_clock *c, int64_t now_ms, int64_t *next_ms)
{
    *next_ms = INT64_MAX;
    shared_clock_devices(c);
    for (size_t i = 0; i < c->count;) {
        int64_t next;
        if (tell(c->devices[i], now_ms, &next)) {
            *next_ms = next < *next_ms ? next : *next_ms;
            i++;
        } else {
            close(c->devices[i]);
            c->devices[i] = c->devices[--c->count];
        }
    }
}
