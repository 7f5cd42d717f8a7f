/* The processes that this one has started, and that those have started, however far they have gone from it: a child that took a session
 * of its own and whose parent has ended is still found. Where the system does not let us adopt (elsewhere than on Linux, or where a
 * sandbox refuses it), an orphan is found only if it has stayed in its process group; without /proc nobody else is. */
#ifndef HARNESS_JUDGE_DESCENDANTS_H
#define HARNESS_JUDGE_DESCENDANTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* From now on who loses its parent becomes a child of this process, not of init: none can slip out. Where the system cannot do that,
 * nothing happens. */
void descendants_adopt(void);

/* True when some of them live though this process has no child any more: orphans that it could not adopt. group is that of its first
 * child, above 1. */
bool descendants_are_orphaned(pid_t group);

/* Sends a signal to each of them. How many it was refused for: programs of another user. */
size_t descendants_signal(pid_t group, int signal);

#endif
