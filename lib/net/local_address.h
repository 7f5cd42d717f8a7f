/* Whether this machine can be listened to at an address. */
#ifndef NET_LOCAL_ADDRESS_H
#define NET_LOCAL_ADDRESS_H

/* Listens there for a moment, as a listener would: an IPv4 or IPv6 address (address_parse) and a port, 0: any free one. 0, or errno. */
int local_address_try(const char *address, int port);

#endif
