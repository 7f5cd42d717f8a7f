/* What a new connection, or what is inside its TLS, begins with (NET-01, NET-02, NET-05, NET-06). Pure. */
#ifndef NET_SNIFF_H
#define NET_SNIFF_H

#include <stddef.h>
#include <stdint.h>

enum sniff {
    SNIFF_MORE,   /* no byte yet */
    SNIFF_TLS,    /* 0x16: a TLS handshake record */
    SNIFF_MQTT,   /* 0x10: CONNECT */
    SNIFF_HTTP,   /* a capital letter: the beginning of a method */
    SNIFF_UNKNOWN /* anything else: no protocol served here */
};

/* Decides on the first byte. */
enum sniff sniff_bytes(const uint8_t *bytes, size_t n);

#endif
