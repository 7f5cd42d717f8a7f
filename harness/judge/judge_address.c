#include "judge_address.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "lib/net/address.h"
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
