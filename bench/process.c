#include "bench/process.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int64_t us_of_ticks(unsigned long long ticks)
{
    return (int64_t)ticks * 1000000 / sysconf(_SC_CLK_TCK);
}

/* Opens /proc/PID/name, or that of ourselves. */
static FILE *process_open(int pid, const char *name)
{
    char path[64];
    if (pid)
        snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
    else
        snprintf(path, sizeof path, "/proc/self/%s", name);
    return fopen(path, "r");
}

int64_t process_cpu_us(int pid)
{
    char line[1024];
    FILE *f = process_open(pid, "stat");
    if (!f)
        return -1;
    const char *end = fgets(line, sizeof line, f) ? strrchr(line, ')') : NULL; /* of the program's name */
    fclose(f);
    unsigned long long user, system;
    if (!end ||
        sscanf(end + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu", &user, &system) != 2)
        return -1;
    return us_of_ticks(user + system);
}

int64_t process_all_cpu_us(void)
{
    unsigned long long user, nice, system, irq, softirq;
    FILE *f = fopen("/proc/stat", "r");
    if (!f)
        return 0;
    int n = fscanf(f, "cpu %llu %llu %llu %*u %*u %llu %llu", &user, &nice, &system, &irq, &softirq);
    fclose(f);
    return n == 5 ? us_of_ticks(user + nice + system + irq + softirq) : 0;
}

int64_t process_resident_bytes(int pid)
{
    char line[256];
    long long kib = -1;
    FILE *f = process_open(pid, "smaps_rollup");
    if (!f)
        return -1;
    while (kib < 0 && fgets(line, sizeof line, f))
        if (sscanf(line, "Rss: %lld kB", &kib) != 1)
            kib = -1;
    fclose(f);
    return kib < 0 ? -1 : (int64_t)kib * 1024;
}
