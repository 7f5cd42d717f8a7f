#include "address.h"

#include <uv.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

bool address_parse(const char *host, int port, struct sockaddr_storage *out)
{
    memset(out, 0, sizeof *out);
    if (port < 0 || port > 65535)
        return false;
    return uv_ip4_addr(host, port, (struct sockaddr_in *)out) == 0 ||
           uv_ip6_addr(host, port, (struct sockaddr_in6 *)out) == 0;
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
        if (uv_ip6_name((const struct sockaddr_in6 *)(const void *)address, out + n, ADDRESS_TEXT_SIZE - 8) ==
            0)
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
