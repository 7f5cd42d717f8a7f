/* For suites that ask the platform something on one of its own topics. */
#ifndef UNIT_ASKING_H
#define UNIT_ASKING_H

#include "mock-broker/answer.h"

/* The device pk/dn publishes this at second 100.5 since 1970; free the answer with answer_fini. */
struct answer ask(const char *topic, struct str payload, struct shadow **shadow);

/* The same, and the answer is this on that topic (NULL: none comes), with this code of a fault (0: it was good). */
void ask_expect(const char *topic, const char *payload, struct shadow **shadow, int64_t code,
                const char *on_topic, const char *expected);

#endif
