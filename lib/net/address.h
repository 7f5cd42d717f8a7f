/* Socket addresses as text. */
#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/* "[" + the longest IPv6 text + "%" zone + "]:65535" + NUL. */
enum { ADDRESS_TEXT_SIZE = 80 };

/* An IPv4 or IPv6 address (no name; "fe80::1%eth0" has a zone) and port 0..65535; false when host is neither. */
bool address_parse(const char *host, int port, struct sockaddr_storage *out);

/* "127.0.0.1:40312" or "[::1]:40312". Returns the text's length. */
size_t address_text(const struct sockaddr *address, char out[ADDRESS_TEXT_SIZE]);

/* The port of an IPv4 or IPv6 address. */
int address_port(const struct sockaddr *address);

/* What the Host header of a request calls a host name or address: an IPv6 address stands in brackets. The caller frees. */
char *address_host_header(const char *name, int port);

#endif
