#include "endpoint.h"

#include "lib/base/buf.h"

#include <stdio.h>

bool endpoint_is_of_other_product(struct str host, struct str product_key)
{
    static const char mark[] = "iot-as-mqtt.";
    size_t dot = str_find(host, '.');
    if (dot == 0 || dot == host.n)
        return false;
    struct str rest = {host.p + dot + 1, host.n - dot - 1};
    return str_starts(rest, str_of(mark)) && !str_eq_nocase((struct str){host.p, dot}, product_key);
}

/* Letters, digits, dots, hyphens, and the brackets and colons of an IPv6 address. */
static bool is_host(struct str host)
{
    for (size_t i = 0; i < host.n; i++) {
        char c = host.p[i];
        bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z', digit = c >= '0' && c <= '9';
        if (!letter && !digit && c != '.' && c != '-' && c != '[' && c != ']' && c != ':')
            return false;
    }
    return host.n > 0 && host.n < ENDPOINT_HOST_SIZE;
}

/* Without the port; an IPv6 address loses its brackets. */
static struct str host_of(struct str header)
{
    if (header.n && header.p[0] == '[') {
        size_t end = str_find(header, ']');
        return (struct str){header.p + 1, end < header.n ? end - 1 : 0};
    }
    return (struct str){header.p, str_find(header, ':')};
}

void endpoint_host_for(struct str host_header, struct str region, struct str product_key,
                       char out[ENDPOINT_HOST_SIZE])
{
    struct str host = host_of(str_trim(host_header));
    if (!is_host(host))
        host = STR("127.0.0.1");
    snprintf(out, ENDPOINT_HOST_SIZE, "%.*s", STR_ARG(host));
    if (!str_starts(host, STR("iot-auth")))
        return;
    struct buf name;
    buf_init(&name, ENDPOINT_HOST_SIZE - 1);
    if (buf_append_str(&name, product_key) && buf_append_str(&name, STR(".iot-as-mqtt.")) &&
        buf_append_str(&name, region) && buf_append_str(&name, STR(".aliyuncs.com")))
        snprintf(out, ENDPOINT_HOST_SIZE, "%.*s", STR_ARG(buf_str(&name)));
    buf_fini(&name);
}
