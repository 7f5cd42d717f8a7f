/* What a fault can do: one table of kinds, each with its parameters and the function that does it. Pure: bytes and an effect,
 * no connection and no clock. */
#ifndef BROKER_FAULT_KINDS_H
#define BROKER_FAULT_KINDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fault;

enum fault_parameter {
    FAULT_MS, /* delay: how late; slice: between two pieces; coalesce: for how long */
    FAULT_CODE, /* code: the byte that is put in; of an HTTP answer: its status (400..599) or the code in its body */
    FAULT_BYTES,  /* slice: of each piece */
    FAULT_OFFSET, /* garble: of the byte; not given: by chance */
    FAULT_XOR,    /* garble: what is flipped in it; not given: by chance */
    FAULT_WHICH,  /* certificate: enum certificate */
    FAULT_PARAMETERS
};

/* What is to happen to one packet. The zero effect (but for code) lets it pass as it is. */
struct fault_effect {
    const struct fault *fault;
    uint8_t *bytes; /* of the packet, changed in place; NULL for what comes in */
    size_t n;
    uint64_t random;     /* a number drawn for this strike */
    bool is_dropped;     /* it does not leave; it is not handled */
    int64_t delay_ms;    /* it does so later */
    size_t slice_bytes;  /* it leaves in pieces of this size … */
    int64_t slice_ms;    /* … with so much time between them */
    int64_t hold_ms;     /* it leaves later, and what is behind it with it */
    int64_t certificate; /* TLS: this one is shown; -1: the platform's own */
    int64_t code;        /* HTTP: an answer with this code comes instead; -1: none */
    bool closes, resets; /* the connection ends, behind the packet unless that is dropped */
};

struct fault_kind {
    const char *name;
    unsigned needs, may; /* parameters: bit n is enum fault_parameter n */
    bool fits_inbound;   /* makes sense for packets from the device */
    bool acts_behind;    /* with after N: directly behind packet N, not at the next one */
    void (*apply)(const struct fault *fault, struct fault_effect *effect);
};

/* NULL for an unknown name; the table, for --help and documents. */
const struct fault_kind *fault_kind_named(const char *name);
const struct fault_kind *fault_kinds(size_t *count);

/* "ms" …, with the range that the control API accepts; or words (NULL behind the last), each standing for its place. */
struct fault_parameter_form {
    const char *name;
    int64_t min, max;
    const char *const *words;
};
const struct fault_parameter_form *fault_parameter_form(enum fault_parameter parameter);

#endif
