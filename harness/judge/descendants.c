#include "descendants.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>

#ifdef __linux__

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "lib/base/str.h"

enum { STAT_SIZE = 512 };

/* All processes that there are. */
struct process {
    int64_t pid, parent, group;
    bool is_zombie, is_ours;
};

struct processes {
    struct process *items;
    size_t count, room;
};

void descendants_adopt(void)
{
    prctl(PR_SET_CHILD_SUBREAPER, 1);
}

/* False where that was refused. */
static bool adopts(void)
{
    int is_set = 0;
    return prctl(PR_GET_CHILD_SUBREAPER, &is_set) == 0 && is_set;
}

static bool take_number(const char **at, int64_t *out)
{
    size_t n = strcspn(*at, " ");
    bool good = str_to_int((struct str){*at, n}, out);
    *at += n + ((*at)[n] == ' ');
    return good;
}

/* From /proc/PID/stat: "pid (name) state parent group …", where the name may hold anything. False when it has gone meanwhile. */
static bool read_process(const char *pid, struct process *p)
{
    char path[64], text[STAT_SIZE];
    snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        close(fd);
    text[n > 0 ? n : 0] = '\0';
    const char *state = strrchr(text, ')');
    if (!state || strlen(state) < 5)
        return false;
    const char *numbers = state + 4;
    p->is_zombie = state[2] == 'Z';
    return take_number(&numbers, &p->parent) && take_number(&numbers, &p->group);
}

static struct processes processes_now(void)
{
    struct processes all = {NULL, 0, 0};
    DIR *dir = opendir("/proc");
    for (const struct dirent *entry; dir && (entry = readdir(dir));) {
        struct process p = {0};
        if (!str_to_int(str_of(entry->d_name), &p.pid) || !read_process(entry->d_name, &p))
            continue;
        if (all.count == all.room) {
            all.room = all.room ? 2 * all.room : 256;
            all.items = mem_realloc(all.items, all.room * sizeof *all.items);
        }
        all.items[all.count++] = p;
    }
    if (dir)
        closedir(dir);
    return all;
}

static bool is_ours(const struct processes *all, int64_t pid)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i].pid == pid)
            return all->items[i].is_ours;
    return false;
}

/* Until a walk finds nobody new: /proc has no order by parents. The group (0: none) tells of orphans that went to init; where they are
 * adopted it does not count, for its number may be somebody else's by now. */
static void mark_ours(struct processes *all, pid_t group)
{
    for (bool found = true; found;) {
        found = false;
        for (size_t i = 0; i < all->count; i++) {
            struct process *p = &all->items[i];
            bool is_root = p->parent == getpid() || (group > 0 && p->group == group);
            if (p->is_ours || (!is_root && !is_ours(all, p->parent)))
                continue;
            p->is_ours = found = true;
        }
    }
}

bool descendants_are_orphaned(pid_t group)
{
    if (adopts())
        return false;
    bool any = false;
    struct processes all = processes_now();
    mark_ours(&all, group);
    for (size_t i = 0; i < all.count; i++)
        any = any || (all.items[i].is_ours && !all.items[i].is_zombie);
    any = any || (all.count == 0 && (kill(-group, 0) == 0 || errno == EPERM));
    free(all.items);
    return any;
}

size_t descendants_signal(pid_t group, int signal)
{
    size_t refused = 0;
    struct processes all = processes_now();
    mark_ours(&all, adopts() ? 0 : group);
    for (size_t i = 0; i < all.count; i++)
        if (all.items[i].is_ours)
            refused += kill((pid_t)all.items[i].pid, signal) != 0 && errno == EPERM;
    if (all.count == 0)
        refused += kill(-group, signal) != 0 && errno == EPERM;
    free(all.items);
    return refused;
}

#else

void descendants_adopt(void)
{
}

bool descendants_are_orphaned(pid_t group)
{
    return kill(-group, 0) == 0 || errno == EPERM;
}

size_t descendants_signal(pid_t group, int signal)
{
    return kill(-group, signal) != 0 && errno == EPERM;
}

#endif
