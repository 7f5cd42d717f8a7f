/* The processes that this one has started, and that those have started, however far they have gone from it: a child that took a session
 * of its own and whose parent has ended is still found. That is so on Linux; elsewhere only a process group is. */
#ifndef HARNESS_JUDGE_DESCENDANTS_H
#define HARNESS_JUDGE_DESCENDANTS_H

#include <stddef.h>
#include <sys/types.h>

/* From now on who loses its parent becomes a child of this process, not of init: none can slip out. Where the system cannot do that,
 * nothing happens. */
void descendants_adopt(void);

/* Sends a signal to each of them (elsewhere than on Linux: to the process group). How many it was refused for: programs of another user. */
size_t descendants_signal(pid_t group, int signal);

#endif
