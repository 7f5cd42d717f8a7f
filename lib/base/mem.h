/* Heap memory that is always there: out of memory ends the program, so no caller tests for it. */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/* size bytes, uninitialised; the caller frees with free(). */
void *mem_alloc(size_t size);

/* count * size bytes, zeroed; overflow of the product aborts; the caller frees with free(). */
void *mem_zalloc(size_t count, size_t size);

/* As realloc(); p may be NULL. */
void *mem_realloc(void *p, size_t size);

/* A copy of n bytes with a NUL behind them; the caller frees. bytes may be NULL when n is 0. */
char *mem_dup(const void *bytes, size_t n);

/* A copy of a string; NULL gives NULL; the caller frees. */
char *mem_strdup(const char *text);

/* printf into a string of its own; the caller frees. */
char *mem_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Overwrites n bytes in a way the compiler keeps, for secrets about to be freed. */
void mem_wipe(void *p, size_t n);

#endif
