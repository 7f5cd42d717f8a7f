#include "judge_address.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/net/address.h"
#include "lib/net/host_name.h"
#include "lib/net/local_address.h"

enum { PORTS = 3 };

static const char *const options[PORTS] = {"--mqtt-port", "--web-port", "--mqtts-port"};

static const char *bind_of(const struct judge_address *a)
{
    return a->bind ? a->bind : "127.0.0.1";
}

void judge_address_check(const struct judge_address *a, struct problems *problems)
{
    const int64_t ports[PORTS] = {a->mqtt_port, a->web_port, a->mqtts_port};
    struct sockaddr_storage socket;
    if (!address_parse(bind_of(a), 0, &socket))
        problems_add(problems, "--bind", "\"%s\" is no IPv4 or IPv6 address", a->bind);
    for (size_t i = 0; i < a->server_names.count; i++)
        if (!host_name_is_good(a->server_names.items[i]))
            problems_add(problems, "--server-name", "\"%s\" is no name of a host", a->server_names.items[i]);
    for (size_t i = 0; i < PORTS; i++) {
        if (ports[i] > UINT16_MAX)
            problems_add(problems, options[i], "%lld is no port: they go to 65535", (long long)ports[i]);
        for (size_t k = 0; k < i; k++)
            if (ports[i] && ports[i] == ports[k])
                problems_add(problems, options[i], "%lld is that of %s already", (long long)ports[i],
                             options[k]);
    }
}

void judge_address_try(const struct judge_address *a, struct problems *problems)
{
    const int64_t ports[PORTS] = {a->mqtt_port, a->web_port, a->mqtts_port};
    int wrong = local_address_try(bind_of(a), 0);
    if (wrong)
        problems_add(problems, "--bind", "%s: %s", bind_of(a),
                     wrong == EADDRNOTAVAIL
                         ? "this machine has no such address; `ip address` lists those it has"
                         : strerror(wrong));
    for (size_t i = 0; i < PORTS && !wrong; i++) {
        int why = ports[i] ? local_address_try(bind_of(a), (int)ports[i]) : 0;
        if (why == EADDRINUSE)
            problems_add(problems, options[i],
                         "%lld is in use: end the program that listens there, or choose another",
                         (long long)ports[i]);
        else if (why == EACCES)
            problems_add(problems, options[i], "%lld needs privileges, as all below 1024 do",
                         (long long)ports[i]);
        else if (why)
            problems_add(problems, options[i], "%lld: %s", (long long)ports[i], strerror(why));
    }
}

static void add(struct judge_names *names, const char *name)
{
    names->items = mem_realloc(names->items, (names->count + 1) * sizeof *names->items);
    names->items[names->count++] = mem_strdup(name);
}

/* The certificate holds 127.0.0.1 and ::1 anyhow, and no device on a network dials another loopback address. */
static bool is_loopback(const char *address)
{
    return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0;
}

struct judge_names judge_address_names(const struct judge_address *a)
{
    struct judge_names names = {NULL, 0};
    bool is_every = strcmp(bind_of(a), "0.0.0.0") == 0 || strcmp(bind_of(a), "::") == 0;
    for (size_t i = 0; i < a->server_names.count; i++)
        add(&names, a->server_names.items[i]);
    if (!is_every && !is_loopback(bind_of(a)) && !strchr(bind_of(a), '%'))
        add(&names, bind_of(a));
    return names;
}

void judge_names_fini(struct judge_names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->items[i]);
    free(names->items);
    *names = (struct judge_names){NULL, 0};
}
