/* Plays the platform's part case by case, feeds what the mock sees to the judgements, and says what each came to. */
#ifndef HARNESS_JUDGE_EXAMINER_H
#define HARNESS_JUDGE_EXAMINER_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/judge/device_case.h"
#include "harness/judge/platform.h"
#include "harness/judge/stream.h"
#include "harness/outcome.h"

struct examiner;

/* All borrowed, as long as the examiner lives. */
struct examiner_options {
    struct platform_options platform;
    const char *product_key, *device_name, *device_secret, *product_secret;
    const cJSON *description;         /* an object, perhaps empty */
    const char *trigger;              /* NULL: the device dials by itself */
    const char *dir;                  /* for session.jsonl and what the triggers write; must be there */
    bool keeps_session;               /* else it is in memory only, and what is in dir stays */
    bool is_mapped;                   /* one deviceName a case: device_name, "-" and the case's id */
    size_t at_once;                   /* cases beside each other, when is_mapped; else 1 */
    struct device_case *const *cases; /* that examiner_run runs */
    size_t case_count;
    const struct profile *profile;
    int64_t patience_ms; /* for the first connection */
    int64_t watch_ms;    /* how long it is watched then, before examiner_await_device returns */
};

/* What a case came to; good during the call. transcript is the receiver's. */
struct examiner_result {
    const struct device_case *test;
    const struct outcome *outcome;
    cJSON *transcript;
    int64_t started_ms, duration_ms; /* on the platform's clock */
};

struct examiner_calls {
    void *ctx;
    /* A case is under way; waits_for (borrowed) says for what, at most so long. Called again when that changes. */
    void (*progress)(void *ctx, const struct device_case *test, const char *waits_for, int64_t left_ms);
    void (*done)(void *ctx, const struct examiner_result *result);
    bool (*is_interrupted)(void *ctx);
};

/* Starts the platform, which knows every device of the session (roster.h). NULL with *error (the caller frees). */
struct examiner *examiner_new(const struct examiner_options *options, char **error);

/* Ends platform and triggers. False when something did not end as it should: *error (the caller frees). */
bool examiner_free(struct examiner *e, char **error);

const struct platform *examiner_platform(const struct examiner *e);
const struct stream *examiner_stream(const struct examiner *e);

enum examiner_end { EXAMINER_DONE, EXAMINER_INTERRUPTED, EXAMINER_NO_DEVICE, EXAMINER_FAILED };

/* Waits for the device to sign in for the first time. EXAMINER_NO_DEVICE with *why (the caller frees): how far it got. */
enum examiner_end examiner_await_device(struct examiner *e, const struct examiner_calls *calls, char **why);

/* Runs the cases, those that observe last. Cases that were not begun when it ends early get no result. EXAMINER_FAILED with *why:
 * the platform failed, the device flooded, or one that dials by itself has not done so for three cases. */
enum examiner_end examiner_run(struct examiner *e, const struct examiner_calls *calls, char **why);

#endif
