/* lint-as: lib/base/hex.h */
/* A comment that says what this is for, and a guard. */
#ifndef BASE_HEX_H
#define BASE_HEX_H

#include <stddef.h>

/* Function types may have a name; structs keep their own. */
typedef void hex_callback(void *ctx);

struct hex {
    size_t n;
};

#endif
