#include "address.h"

#include "lib/base/mem.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

/* "fe80::1%eth0" too: the zone is a name of an interface. */
static bool parse_ip6(const char *host, struct sockaddr_in6 *out)
{
    char text[INET6_ADDRSTRLEN];
    size_t n = strcspn(host, "%");
    if (n >= sizeof text)
        return false;
    memcpy(text, host, n);
    text[n] = '\0';
    out->sin6_family = AF_INET6;
    if (host[n])
        out->sin6_scope_id = if_nametoindex(host + n + 1);
    return inet_pton(AF_INET6, text, &out->sin6_addr) == 1 && (!host[n] || out->sin6_scope_id != 0);
}

bool address_parse(const char *host, int port, struct sockaddr_storage *out)
{
    memset(out, 0, sizeof *out);
    if (port < 0 || port > 65535)
        return false;
    struct sockaddr_in *ip4 = (struct sockaddr_in *)out;
    struct sockaddr_in6 *ip6 = (struct sockaddr_in6 *)out;
    ip6->sin6_port = htons((uint16_t)port);
    if (parse_ip6(host, ip6))
        return true;
    memset(out, 0, sizeof *out);
    ip4->sin_family = AF_INET;
    ip4->sin_port = htons((uint16_t)port);
    return inet_pton(AF_INET, host, &ip4->sin_addr) == 1;
}

int address_port(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET6)
        return ntohs(((const struct sockaddr_in6 *)(const void *)address)->sin6_port);
    return ntohs(((const struct sockaddr_in *)(const void *)address)->sin_port);
}

/* By hand: it runs once for every connection that is accepted, and printf would be most of its cost. */
static size_t put_decimal(char *out, unsigned value)
{
    char digits[10];
    size_t n = 0;
    do
        digits[n++] = (char)('0' + value % 10);
    while ((value /= 10) != 0);
    for (size_t i = 0; i < n; i++)
        out[i] = digits[n - 1 - i];
    return n;
}

static size_t ip4_text(const struct sockaddr_in *address, char *out)
{
    uint8_t octets[4];
    memcpy(octets, &address->sin_addr, sizeof octets);
    size_t n = 0;
    for (size_t i = 0; i < sizeof octets; i++) {
        if (i)
            out[n++] = '.';
        n += put_decimal(out + n, octets[i]);
    }
    return n;
}

size_t address_text(const struct sockaddr *address, char out[ADDRESS_TEXT_SIZE])
{
    size_t n = 0;
    if (address->sa_family == AF_INET6) {
        out[n++] = '[';
        const struct sockaddr_in6 *ip6 = (const struct sockaddr_in6 *)(const void *)address;
        if (inet_ntop(AF_INET6, &ip6->sin6_addr, out + n, ADDRESS_TEXT_SIZE - 8))
            n += strlen(out + n);
        out[n++] = ']';
    } else {
        n = ip4_text((const struct sockaddr_in *)(const void *)address, out);
    }
    out[n++] = ':';
    n += put_decimal(out + n, (unsigned)address_port(address));
    out[n] = '\0';
    return n;
}

char *address_host_header(const char *name, int port)
{
    return mem_printf(strchr(name, ':') ? "[%s]:%d" : "%s:%d", name, port);
}
