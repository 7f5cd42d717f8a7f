#include "home.h"

#include "mem.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Below the prefix of an installation. */
#define SHARE "/share/iotconform"

const char *home_program_dir(void)
{
    static char dir[PATH_MAX];
    if (dir[0])
        return dir;
    ssize_t n = readlink("/proc/self/exe", dir, sizeof dir - 1);
    if (n <= 0) {
        snprintf(dir, sizeof dir, ".");
        return dir;
    }
    dir[n] = '\0';
    char *slash = strrchr(dir, '/');
    if (slash && slash != dir)
        *slash = '\0';
    return dir;
}

static bool holds_suites(const char *dir)
{
    char probe[PATH_MAX + 32];
    snprintf(probe, sizeof probe, "%s/suites/profiles", dir);
    return access(probe, R_OK) == 0;
}

/* Looks in one folder above the program: a source tree, or the prefix of an installation. */
static bool is_home(char *dir, size_t size)
{
    size_t n = strlen(dir);
    if (holds_suites(dir))
        return true;
    snprintf(dir + n, size - n, SHARE);
    if (holds_suites(dir))
        return true;
    dir[n] = '\0';
    return false;
}

const char *home_dir(void)
{
    static char dir[PATH_MAX];
    if (dir[0])
        return dir;
    const char *set = getenv("IOTCONFORM_HOME");
    if (set && *set) {
        snprintf(dir, sizeof dir, "%s", set);
        return dir;
    }
    snprintf(dir, sizeof dir, "%s", home_program_dir());
    while (!is_home(dir, sizeof dir)) {
        char *slash = strrchr(dir, '/');
        if (!slash || slash == dir) {
            snprintf(dir, sizeof dir, "/usr/local" SHARE);
            break;
        }
        *slash = '\0';
    }
    return dir;
}

char *home_path(const char *path)
{
    return mem_printf("%s/%s", home_dir(), path);
}

static bool is_installed(void)
{
    size_t n = strlen(home_dir()), share = strlen(SHARE);
    return n > share && strcmp(home_dir() + n - share, SHARE) == 0;
}

char *home_certs_dir(void)
{
    if (!is_installed())
        return home_path("certs/out");
    const char *state = getenv("XDG_STATE_HOME"), *user = getenv("HOME");
    if (state && state[0] == '/')
        return mem_printf("%s/iotconform/certs", state);
    return user && user[0] == '/' ? mem_printf("%s/.local/state/iotconform/certs", user) : NULL;
}
