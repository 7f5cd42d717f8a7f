/* The mock in the part of an examiner: started with a trace, asked for what it saw, told what to do, started again. Its clock and its
 * connections are numbered on across a restart. */
#ifndef HARNESS_JUDGE_PLATFORM_H
#define HARNESS_JUDGE_PLATFORM_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

struct platform;

/* All borrowed, as long as the platform lives. */
struct platform_options {
    const char *program, *profile, *address; /* program and address may be NULL */
    const cJSON *config;                     /* who may sign in: as mock-broker --config reads it */
    char *const *names; /* that its certificates are to hold besides; name_count of them */
    size_t name_count;
    bool manual_clock;
    int ports[3]; /* mqtt, web, mqtts; 0: a free one */
};

enum platform_port { PLATFORM_MQTT, PLATFORM_WEB, PLATFORM_MQTTS, PLATFORM_CONTROL, PLATFORM_PORTS };

/* NULL with *error (the caller frees). */
struct platform *platform_start(const struct platform_options *options, char **error);

/* Ends it. False with *error (may be NULL; the caller frees) when it did not end well. */
bool platform_stop(struct platform *p, char **error);

/* Ends it for a while; take is handed what was not fetched yet, and an end of each connection that was open. False with *error (the
 * caller frees): then the platform is only good for platform_stop, as it is until it is resumed. */
bool platform_halt(struct platform *p, void (*take)(void *ctx, cJSON *entry), void *ctx, char **error);

/* Starts it again on the same ports, at now_ms of a manual clock; what it is told of its devices is the configuration. False with
 * *error. */
bool platform_resume(struct platform *p, int64_t now_ms, char **error);

/* An address of this machine at which it can be reached (that of "every address" is the loopback one). */
const char *platform_address(const struct platform *p);

/* True when it listens at every address of this machine. */
bool platform_is_everywhere(const struct platform *p);

int platform_port(const struct platform *p, enum platform_port port);
const char *platform_ca(const struct platform *p);

/* A call of the control API. The HTTP status, or -1: platform_error says why. *answer is the caller's. */
int platform_call(struct platform *p, const char *method, const char *path, const cJSON *body,
                  cJSON **answer);
const char *platform_error(const struct platform *p);

/* Makes a device new, as it left the factory: its connection and session are ended, it has not been online, and a registration gives it
 * device_secret. False: platform_error. */
bool platform_renew_device(struct platform *p, const cJSON *device, const char *device_secret);

/* Ends the device's connection, if it has one, and forgets its session. */
void platform_forget_session(struct platform *p, const cJSON *device);

/* The clock, which all entries are told on; with *next_ms (INT64_MAX: none) the next thing that will happen by itself. All that
 * was sent to the platform before the call has been served. False: platform_error. */
bool platform_now(struct platform *p, int64_t *now_ms, int64_t *next_ms);

/* Moves a manual clock. */
bool platform_advance(struct platform *p, int64_t ms);

/* Hands new entries of the trace to take, which owns them (in a flood not all of them at once); waits up to wait_ms for one (real clock
 * only). False: platform_error. */
bool platform_fetch(struct platform *p, int64_t wait_ms, void (*take)(void *ctx, cJSON *entry), void *ctx);

/* True once entries came so fast that the platform could not keep them until they were fetched. */
bool platform_has_lost(const struct platform *p);

#endif
