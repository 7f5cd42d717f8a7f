#include "tests/client/cutter.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* What both processes see. The plan is read when a connection is accepted. */
struct shared {
    atomic_size_t after;
    atomic_int side, manner;
    atomic_size_t carried[2];
};

/* The connection being served. */
struct way {
    int ends[2]; /* by the side whose bytes come there */
    size_t left; /* bytes of side until it is cut */
    enum cutter_side side;
};

static struct shared *shared;
static int listener, commands[2]; /* a byte in the pipe: cut now */
static uint16_t platform_port;

static struct sockaddr_in local(uint16_t port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

/* One read handed on. False when this connection is over. */
static bool carry(struct way *w, enum cutter_side from)
{
    char bytes[4096];
    ssize_t got = recv(w->ends[from], bytes, sizeof bytes, 0);
    size_t n = got > 0 ? (size_t)got : 0;
    if (from == w->side && n > w->left)
        n = w->left;
    shared->carried[from] += n;
    if (n == 0 || send(w->ends[!from], bytes, n, MSG_NOSIGNAL) != (ssize_t)n)
        return false;
    if (from == w->side)
        w->left -= n;
    return w->left > 0;
}

/* False when it is over; *is_commanded when by command. */
static bool turn(struct way *w, bool *is_commanded)
{
    struct pollfd all[3] = {{.fd = w->ends[0], .events = POLLIN},
                            {.fd = w->ends[1], .events = POLLIN},
                            {.fd = commands[0], .events = POLLIN}};
    char command;
    if (poll(all, 3, -1) < 0)
        return false;
    *is_commanded = all[2].revents && read(commands[0], &command, 1) == 1;
    return !*is_commanded && (!all[CUTTER_DEVICE].revents || carry(w, CUTTER_DEVICE)) &&
           (!all[CUTTER_PLATFORM].revents || carry(w, CUTTER_PLATFORM));
}

static void hang_up(int device, enum cutter_manner manner)
{
    struct linger reset = {.l_onoff = 1};
    char rest[4096];
    if (manner == CUTTER_RESET)
        setsockopt(device, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    else
        for (shutdown(device, SHUT_WR); recv(device, rest, sizeof rest, 0) > 0;) /* until it closes */
            continue;
    close(device);
}

static void serve(int device)
{
    struct sockaddr_in at = local(platform_port);
    struct way w = {.ends = {socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), device},
                    .left = shared->after,
                    .side = (enum cutter_side)shared->side};
    enum cutter_manner manner = (enum cutter_manner)shared->manner;
    bool is_commanded = false;
    int at_once = 1;
    setsockopt(device, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    setsockopt(w.ends[CUTTER_PLATFORM], IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    shared->carried[0] = shared->carried[1] = 0;
    if (w.left > 0 && connect(w.ends[CUTTER_PLATFORM], (struct sockaddr *)&at, sizeof at) == 0)
        while (turn(&w, &is_commanded))
            continue;
    close(w.ends[CUTTER_PLATFORM]);
    hang_up(device, is_commanded ? CUTTER_RESET : manner);
}

/* What was for a connection that had ended already. */
static void forget_commands(void)
{
    struct pollfd one = {.fd = commands[0], .events = POLLIN};
    char command;
    while (poll(&one, 1, 0) > 0 && read(commands[0], &command, 1) == 1)
        continue;
}

static _Noreturn void serve_all(void)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) {
        int device = accept(listener, NULL, NULL);
        forget_commands();
        if (device >= 0)
            serve(device);
    }
}

uint16_t cutter_start(uint16_t port)
{
    struct sockaddr_in at = local(0);
    socklen_t size = sizeof at;
    platform_port = port;
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (shared == MAP_FAILED || pipe(commands) != 0 ||
        bind(listener, (struct sockaddr *)&at, sizeof at) != 0 || listen(listener, 8) != 0 ||
        getsockname(listener, (struct sockaddr *)&at, &size) != 0)
        exit(3);
    cutter_lift();
    pid_t pid = fork();
    if (pid < 0)
        exit(3);
    if (pid == 0)
        serve_all();
    close(listener);
    return ntohs(at.sin_port);
}

void cutter_set(enum cutter_side side, size_t n, enum cutter_manner manner)
{
    shared->after = n;
    shared->side = side;
    shared->manner = manner;
}

void cutter_lift(void)
{
    cutter_set(CUTTER_PLATFORM, SIZE_MAX, CUTTER_RESET);
}

void cutter_cut(void)
{
    if (write(commands[1], "", 1) != 1)
        exit(3);
}

size_t cutter_carried(enum cutter_side side)
{
    return shared->carried[side];
}
