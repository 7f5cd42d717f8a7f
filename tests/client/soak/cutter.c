#include "cutter.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static int listener;
static uint16_t platform_port;
static atomic_size_t bytes_left;

static struct sockaddr_in local(uint16_t port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

/* One read handed on. False when this connection is over. */
static bool carry(int from, int to, size_t *left)
{
    char bytes[4096];
    ssize_t got = recv(from, bytes, sizeof bytes, 0);
    size_t n = got > 0 ? (size_t)got : 0;
    bool is_cut = left && n >= *left;
    if (is_cut)
        n = *left;
    if (left)
        *left -= n;
    return send(to, bytes, n, MSG_NOSIGNAL) == (ssize_t)n && n > 0 && !is_cut;
}

static void serve(int device)
{
    struct sockaddr_in at = local(platform_port);
    int platform = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    size_t left = bytes_left;
    bool is_open = connect(platform, (struct sockaddr *)&at, sizeof at) == 0;
    while (is_open) {
        struct pollfd both[2] = {{.fd = device, .events = POLLIN}, {.fd = platform, .events = POLLIN}};
        if (poll(both, 2, -1) < 0)
            break;
        is_open = (!both[0].revents || carry(device, platform, NULL)) &&
                  (!both[1].revents || carry(platform, device, &left));
    }
    struct linger reset = {.l_onoff = 1};
    setsockopt(device, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(device);
    close(platform);
}

static void *serve_all(void *arg)
{
    (void)arg;
    for (;;) {
        int device = accept(listener, NULL, NULL);
        if (device >= 0)
            serve(device);
    }
    return NULL;
}

uint16_t cutter_start(uint16_t port)
{
    struct sockaddr_in at = local(0);
    socklen_t size = sizeof at;
    pthread_t thread;
    platform_port = port;
    listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&at, sizeof at) != 0 || listen(listener, 8) != 0 ||
        getsockname(listener, (struct sockaddr *)&at, &size) != 0 ||
        pthread_create(&thread, NULL, serve_all, NULL) != 0)
        exit(3);
    pthread_detach(thread);
    return ntohs(at.sin_port);
}

void cutter_set(size_t n)
{
    bytes_left = n;
}
