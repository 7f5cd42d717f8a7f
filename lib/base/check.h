/* CHECK: our own bugs end the program at once, with the place; a peer's or a user's fault never does. */
#ifndef BASE_CHECK_H
#define BASE_CHECK_H

/* Aborts with file, line and the condition's text when it does not hold. On in every build. */
#define CHECK(condition) ((condition) ? (void)0 : check_failed(#condition, __FILE__, __LINE__))

_Noreturn void check_failed(const char *condition, const char *file, int line);

#endif
