/* What the two halves of the examiner share: examiner.c (cases from first to last) and examiner_turn.c (a round of what is under way). */
#ifndef HARNESS_JUDGE_EXAMINER_INNER_H
#define HARNESS_JUDGE_EXAMINER_INNER_H

#include "harness/judge/examination.h"
#include "harness/judge/examiner.h"

/* How long a trigger may take to end (real time) whose device is gone; whose it is of several is not known. */
enum { EXAMINER_END_MS = 1000, EXAMINER_END_ONE_OF_MANY_MS = 50 };

struct examiner {
    struct examiner_options options;
    cJSON *config; /* of the platform */
    struct platform *platform;
    struct stream *stream;
    struct shared_clock *clock;  /* NULL: real time */
    struct examination *running; /* at_once of them; judgement NULL: free */
    size_t running_count;
    int64_t now_ms;
    bool has_news, has_failed;
    bool has_left_out; /* cases, for that reason */
    int silent;        /* cases in a row in which a device that dials by itself did not dial */
    char *error;
    const struct examiner_calls *calls;
};

/* The first reason why it cannot go on; why is taken over. */
void examiner_fail(struct examiner *e, char *why);

/* An action of ours for a case, kept in the stream; fields (taken over) may be NULL. */
void examiner_note(struct examiner *e, const struct examination *x, const char *name, cJSON *fields);

/* Keeps what became of the trigger, for judgements that tell a crash from a connection that was closed; patience_ms: for its end. */
void examiner_tell_trigger(struct examiner *e, struct examination *x, int64_t patience_ms);

/* Takes what the platform has seen; *next_ms is when something will happen there by itself. */
void examiner_look(struct examiner *e, int64_t *next_ms);

/* One round: does what is wanted, sees what has come, lets time pass. */
void examiner_turn(struct examiner *e);

#endif
