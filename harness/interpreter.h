/* Runs one case after the other against a broker: the devices' connections, what they have seen, and the verdict so far. */
#ifndef HARNESS_INTERPRETER_H
#define HARNESS_INTERPRETER_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/link.h"
#include "harness/broker_process.h"
#include "harness/control.h"
#include "harness/events.h"
#include "harness/matcher.h"
#include "harness/outcome.h"
#include "harness/recorder.h"
#include "harness/testcase.h"
#include "harness/websocket.h"

/* A device of the running case and its connection. */
struct actor {
    struct interpreter *in;
    const char *name;
    const char *product_key, *device_name, *device_secret;
    struct link *link;
    struct websocket *websocket; /* on the link, when the case speaks WebSocket itself; owned */
    enum transport transport;
    bool is_accepted; /* a CONNACK with return code 0 has come on this connection */
    bool end_is_seen; /* a step has asked for the end of the connection, or caused it */
    size_t end_entry; /* of the transcript: where the connection ended */
};

struct interpreter {
    struct clock *clock; /* real: for limits and durations */
    struct wires *wires;
    struct control *control;
    struct recorder *recorder;
    struct events *events;
    struct map *tls_clients; /* by their options */

    /* Of the run; NULL with a mock of our own. Borrowed. */
    const struct target *target;
    const struct ledger *ledger;
    struct rate *rate;
    const struct clock *rate_clock; /* that all workers share */

    /* The running case. */
    const struct testcase *test;
    struct broker_process *broker; /* the mock, or NULL when there is a target */
    struct actor *actors;
    size_t actor_count;
    cJSON *captured;
    int64_t deadline_ms;  /* on clock */
    int step;             /* index, or the number of steps while the end is judged */
    bool is_precondition; /* the step is one */
    struct outcome outcome;
};

struct interpreter *interpreter_new(void);
void interpreter_free(struct interpreter *in);

/* The platform is a target from now on: what cannot be had there is skipped and listed, connections are paced. All borrowed. */
void interpreter_set_target(struct interpreter *in, const struct target *target, const struct ledger *ledger,
                            struct rate *rate, const struct clock *rate_clock);

/* Runs a case against a broker that is fresh or reset (NULL: the target); timeout_ms is the longest real time. *outcome is the caller's
 * (outcome_fini). The transcript is taken with recorder_take(in->recorder). Leaves no connection open. */
void interpreter_run(struct interpreter *in, const struct testcase *test, struct broker_process *broker,
                     int64_t timeout_ms, struct outcome *outcome);

/* What the files of verbs call. */

/* The step did not hold: expected and actual are for a reader ("CONNACK returnCode 0", "PUBLISH …"). The first one ends the case.
 * entry: where in the transcript, or OUTCOME_NOWHERE. */
void interpreter_deviation(struct interpreter *in, const char *reason, size_t entry, const char *expected,
                           const char *actual);

/* The harness itself failed, or the target lacks something; the case ends. */
void interpreter_error(struct interpreter *in, const char *reason, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void interpreter_unsupported(struct interpreter *in, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The step held, but only with this verdict (nonstrict, info). */
void interpreter_remark(struct interpreter *in, enum verdict verdict, const char *expected,
                        const char *actual);

/* True when the case has come to its end. */
bool interpreter_has_ended(const struct interpreter *in);

/* The device that a step names. */
struct actor *interpreter_actor(struct interpreter *in, const cJSON *step);

/* How long a step may wait: within_ms or the default, and never past the end of the case's time. */
int64_t interpreter_patience_ms(const struct interpreter *in, const cJSON *step);

/* A call of the control API. Returns the HTTP status, or -1 after interpreter_error. *answer is the caller's. */
int interpreter_control(struct interpreter *in, const char *method, const char *path, const cJSON *body,
                        cJSON **answer);

/* True when there is a control API: always with a mock of our own. */
bool interpreter_has_control(const struct interpreter *in);

/* Before a connection to a target: waits until the cap on connections allows it. The case's time does not run meanwhile. */
void interpreter_await_rate(struct interpreter *in);

/* Asks the journal for what is new; does nothing where there is none. False after interpreter_error. */
bool interpreter_fetch_events(struct interpreter *in);

#endif
