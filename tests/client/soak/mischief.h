/* What the platform is made to do wrong, by the mock's control API. */
#ifndef TESTS_CLIENT_SOAK_MISCHIEF_H
#define TESTS_CLIENT_SOAK_MISCHIEF_H

#include <stdbool.h>
#include <stdint.h>

/* The control API at 127.0.0.1:port. */
void mischief_init(uint16_t port);

/* One call; body (JSON) may be NULL. True when the answer is 200. */
bool mischief_call(const char *method, const char *path, const char *body);

/* POST /faults. False when it is refused. */
bool mischief_fault(const char *body);

#endif
