/* What fuzz entry points share. One fuzz_NAME.c is one target, found by the build; its corpus is in corpus/NAME. */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Puts the input where a function that reads files finds it: an in-memory file, always the same one, of this name. */
const char *fuzz_file(const uint8_t *data, size_t size);

#endif
