/* A way to the platform that is cut after so many of the platform's bytes, by a TCP reset: a handshake that ends at any byte. */
#ifndef TESTS_CLIENT_SOAK_CUTTER_H
#define TESTS_CLIENT_SOAK_CUTTER_H

#include <stddef.h>
#include <stdint.h>

/* Starts the thread that carries bytes to 127.0.0.1:port, for the life of the process. The port to dial instead. */
uint16_t cutter_start(uint16_t port);

/* The connections from now on are reset behind the n-th byte that the platform sends (0: as soon as it sends one). */
void cutter_set(size_t n);

#endif
