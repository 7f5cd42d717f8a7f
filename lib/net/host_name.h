/* What a hosts file and a certificate can hold as the name of a host. */
#ifndef NET_HOST_NAME_H
#define NET_HOST_NAME_H

#include <stdbool.h>

#include "lib/base/str.h"

/* Of a whole name, without a dot at its end. */
enum { HOST_NAME_BYTES_MAX = 253 };

/* True for one part of a host name, between two dots. */
bool host_name_is_label(struct str label);

/* True for an IPv4 or IPv6 address. */
bool host_name_is_address(const char *text);

/* True for letters, digits, hyphens and underscores between dots; true too for an address. */
bool host_name_is_good(const char *text);

#endif
