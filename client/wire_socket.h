/* The socket calls under a wire, each with its error as a value; none waits longer than it is told. */
#ifndef CLIENT_WIRE_SOCKET_H
#define CLIENT_WIRE_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct addrinfo;

/* An address that has not answered for so long is not waited for alone any more: the next one is tried beside it, so that a host
 * whose IPv6 leads nowhere is reached by IPv4. At most so many attempts are under way; the oldest is given up for one more. */
enum { WIRE_SOCKET_STAGGER_MS = 250, WIRE_SOCKET_ATTEMPTS_MAX = 8 };

/* A connected socket that does not block, to the first of the addresses (borrowed) that answers before the machine's clock
 * (clock_uptime_ms) says until_ms: they are tried in their order, the next one when one has failed or is slow. Or -1 with *error, the
 * errno of the attempt that failed last, 0 when it took too long. */
int wire_socket_connect(const struct addrinfo *addresses, int64_t until_ms, int *error);

/* Waits for events of poll() until then. False when nothing came. */
bool wire_socket_await(int fd, short events, int64_t until_ms);

/* What read(2) and write(2) return, but 0 from the second, and -1 with errno EAGAIN from both, when it would block; never a SIGPIPE. */
ssize_t wire_socket_read(int fd, void *bytes, size_t n);
ssize_t wire_socket_write(int fd, const void *bytes, size_t n);

/* FIN behind what was written, and closes it once the peer has closed its side too, or at until_ms: what the peer has sent is read
 * and forgotten, for closed with bytes unread the socket would send a reset, which can take our last bytes away from the peer. */
void wire_socket_finish(int fd, int64_t until_ms);

/* Closes it by a reset; or ends the connection by one, and leaves the descriptor to who polls it. */
void wire_socket_reset(int fd);
void wire_socket_abort(int fd);

#endif
