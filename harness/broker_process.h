/* A mock-broker of our own: started on free ports, watched, ended with us whatever happens. */
#ifndef HARNESS_BROKER_PROCESS_H
#define HARNESS_BROKER_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct broker_process;

/* All borrowed during the start. */
struct broker_process_options {
    const char *program; /* NULL: mock-broker beside this program */
    const char
        *config; /* JSON, as --config takes it, but no command line shows it; NULL: the mock's own default */
    const char *profile; /* a name */
    bool manual_clock;
    const char *const *set; /* name=value, as --set takes them */
    size_t set_count;
    const char *const *without; /* rows, as --without takes them */
    size_t without_count;
    char *const *names; /* that its certificates are to hold besides */
    size_t name_count;
    int ports[4];        /* mqtt, web, mqtts, control; 0: a free one */
    const char *address; /* of the device ports; NULL: 127.0.0.1 */
    bool keeps_trace;    /* --trace */
};

/* Starts one and waits for its ready line. NULL with *error (the caller frees) when there is none within timeout_ms. */
struct broker_process *broker_process_start(const struct broker_process_options *options, int64_t timeout_ms,
                                            char **error);

/* Of "mqtt", "web", "mqtts" or "control"; 0 when it does not have that port. */
int broker_process_port(const struct broker_process *b, const char *name);

/* The file with the root certificate; lives as long as the process. */
const char *broker_process_ca(const struct broker_process *b);

/* False as soon as the process has ended. */
bool broker_process_is_alive(struct broker_process *b);

/* Waits for its end. False when it is still running after timeout_ms. */
bool broker_process_wait_end(struct broker_process *b, int64_t timeout_ms);

/* How it ended and the last lines it wrote to standard error, for a message; the caller frees. */
char *broker_process_last_words(struct broker_process *b);

/* Ends it, kills it when it does not end within timeout_ms, and frees. True when it ended by itself with exit code 0;
 * otherwise *error (may be NULL; the caller frees) says how it ended. */
bool broker_process_stop(struct broker_process *b, int64_t timeout_ms, char **error);

#endif
