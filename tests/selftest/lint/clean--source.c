/* lint-as: lib/base/hex.c */
#include "lib/base/hex.h"

#include <string.h>

#include "buf.h"

/* A strcpy() in a comment, "sprintf(" in a string and a member that is called time are no calls. */
static const char *text = "strtok(x), time(NULL), atoi(\"1\") // gets(";

struct hex_timer {
    long (*time)(void);
};

static long hex_time(const struct hex_timer *timer)
{
    return timer->time() + (long)strlen(text);
}
