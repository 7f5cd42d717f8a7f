#include "control_origin.h"

#include "lib/net/address.h"

#include <stdio.h>

struct authority {
    struct str name;
    int port; /* 0: not given */
};

/* "name", "name:port" or "[address]:port". */
static struct authority authority_of(struct str text)
{
    size_t end = text.n && text.p[0] == '[' ? str_find(text, ']') + 1 : str_find(text, ':');
    if (end >= text.n)
        return (struct authority){.name = text};
    struct authority a = {.name = {text.p, end}};
    int64_t port;
    if (str_to_int((struct str){text.p + end + 1, text.n - end - 1}, &port) && port > 0 && port < 65536)
        a.port = (int)port;
    return a;
}

static bool is_localhost(struct str name)
{
    return str_eq_nocase(name, STR("localhost")) || str_is(name, "127.0.0.1") || str_is(name, "[::1]");
}

/* A name that no foreign page can have made its own: an address, or one that by its nature means this machine. */
static bool is_unborrowable(struct str name)
{
    char text[64];
    struct sockaddr_storage socket;
    if (is_localhost(name) || str_ends(name, STR(".localhost")))
        return true;
    if (name.n > 2 && name.p[0] == '[')
        name = (struct str){name.p + 1, name.n - 2};
    snprintf(text, sizeof text, "%.*s", STR_ARG(name));
    return name.n < sizeof text && address_parse(text, 0, &socket);
}

static bool is_own_page(const struct control_origin *call)
{
    const struct str http = STR("http://"), https = STR("https://");
    bool encrypted = str_starts(call->origin, https);
    if (!encrypted && !str_starts(call->origin, http))
        return false;
    size_t scheme = encrypted ? https.n : http.n;
    struct str text = {call->origin.p + scheme, call->origin.n - scheme};
    if (str_eq_nocase(text, call->host))
        return true;
    struct authority from = authority_of(text);
    int port = from.port ? from.port : encrypted ? 443 : 80;
    return is_localhost(from.name) && port == call->web_port;
}

const char *control_origin_fault(const struct control_origin *call)
{
    if (call->host.p && !call->has_token && !is_unborrowable(authority_of(call->host).name))
        return "the Host is neither an address nor localhost";
    if (call->origin.p)
        return is_own_page(call) ? NULL : "the call comes from a page that is not the console's";
    bool foreign = str_is(call->fetch_site, "cross-site") || str_is(call->fetch_site, "same-site");
    return foreign ? "the call comes from a page that is not the console's" : NULL;
}
