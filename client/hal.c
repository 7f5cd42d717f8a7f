/* The system calls of iot_import.h on a PC. */
#include <poll.h>

#include "client/include/iotclient/iot_import.h"
#include "lib/base/clock.h"
#include "lib/base/mem.h"

void HAL_Printf(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vprintf(fmt, args);
    va_end(args);
    fflush(stdout);
}

int HAL_Snprintf(char *str, const int len, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(str, len > 0 ? (size_t)len : 0, fmt, args);
    va_end(args);
    return n;
}

void *HAL_Malloc(uint32_t size)
{
    return mem_alloc(size);
}

void HAL_Free(void *ptr)
{
    free(ptr);
}

void HAL_SleepMs(uint32_t ms)
{
    int64_t until_ms = clock_uptime_ms() + ms, left_ms = ms;
    while (left_ms > 0) {
        poll(NULL, 0, left_ms < INT32_MAX ? (int)left_ms : INT32_MAX);
        left_ms = until_ms - clock_uptime_ms();
    }
}

uint64_t HAL_UptimeMs(void)
{
    return (uint64_t)clock_uptime_ms();
}
