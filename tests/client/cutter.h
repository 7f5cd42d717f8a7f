/* A way to the platform that ends where it is told to: behind any byte, in either direction, by a TCP reset or by a FIN. A process of
 * its own, so that its descriptors and its memory are not the tested one's. One connection at a time. */
#ifndef TESTS_CLIENT_CUTTER_H
#define TESTS_CLIENT_CUTTER_H

#include <stddef.h>
#include <stdint.h>

/* Whose bytes are counted. */
enum cutter_side { CUTTER_PLATFORM, CUTTER_DEVICE };

/* How the device is told. With a FIN the connection stays half open until the device has closed it too. */
enum cutter_manner { CUTTER_RESET, CUTTER_FIN };

/* Starts the process that carries bytes to 127.0.0.1:port, for the life of this one; before there are threads. The port to dial
 * instead. */
uint16_t cutter_start(uint16_t port);

/* Connections that are dialled from now on end behind the n-th byte of that side, which still gets through; with 0 before anything
 * does. */
void cutter_set(enum cutter_side side, size_t n, enum cutter_manner manner);

/* Connections that are dialled from now on are left alone. */
void cutter_lift(void);

/* Resets the connection that is open now. */
void cutter_cut(void);

/* How many bytes of that side the latest connection has let through. */
size_t cutter_carried(enum cutter_side side);

#endif
