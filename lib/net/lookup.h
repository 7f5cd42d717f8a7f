/* The addresses of a host name, within a time: the system's own call may wait for a minute. */
#ifndef NET_LOOKUP_H
#define NET_LOOKUP_H

#include <netdb.h>
#include <stdint.h>

/* What lookup_host returns beside the system's EAI_ codes, which are not positive. LOOKUP_ERRNO and an errno: what EAI_SYSTEM means,
 * or why nobody could be asked. */
enum { LOOKUP_TOO_LATE = 1, LOOKUP_NO_THREAD, LOOKUP_ERRNO = 1000 };

/* Looks up host (a name or an address) for TCP and a port of 1..65535. 0 with *found, the caller's (freeaddrinfo); or an EAI_ code, or
 * LOOKUP_TOO_LATE when there is no answer after timeout_ms of real time, or another of those above. A name is looked up
 * in a thread of its own, without signals, which a lookup that is too late leaves behind until the system answers. An address needs no
 * thread. */
int lookup_host(const char *host, int port, int64_t timeout_ms, struct addrinfo **found);

/* What a result other than 0 means. Good until the thread's next call of it. */
const char *lookup_error(int result);

#endif
