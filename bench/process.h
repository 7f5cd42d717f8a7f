/* What a process has used so far, as Linux counts it in /proc. */
#ifndef BENCH_PROCESS_H
#define BENCH_PROCESS_H

#include <stdint.h>

/* CPU time of a process, user and system, in microseconds; of pid 0: our own; -1 when there is no such process. */
int64_t process_cpu_us(int pid);

/* CPU time of all processes together, in microseconds. */
int64_t process_all_cpu_us(void);

/* Resident memory of a process in bytes; -1 when there is no such process. */
int64_t process_resident_bytes(int pid);

#endif
