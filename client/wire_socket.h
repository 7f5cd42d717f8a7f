/* The socket calls under a wire, each with its error as a value; none waits longer than it is told. */
#ifndef CLIENT_WIRE_SOCKET_H
#define CLIENT_WIRE_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct addrinfo;

/* A connected socket that does not block, to the first of the addresses (borrowed) that answers before the machine's clock
 * (clock_uptime_ms) says until_ms; or -1 with *error, the errno of the last attempt, 0 when it took too long. */
int wire_socket_connect(const struct addrinfo *addresses, int64_t until_ms, int *error);

/* Waits for events of poll() until then. False when nothing came. */
bool wire_socket_await(int fd, short events, int64_t until_ms);

/* What read(2) and write(2) return, but 0 from the second, and -1 with errno EAGAIN from both, when it would block; never a SIGPIPE. */
ssize_t wire_socket_read(int fd, void *bytes, size_t n);
ssize_t wire_socket_write(int fd, const void *bytes, size_t n);

/* FIN behind what was written, and closes it once the peer has closed its side too, or at until_ms: what the peer has sent is read
 * and forgotten, for closed with bytes unread the socket would send a reset, which can take our last bytes away from the peer. */
void wire_socket_finish(int fd, int64_t until_ms);

/* Closes it by a reset. */
void wire_socket_reset(int fd);

#endif
