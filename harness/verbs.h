/* The functions behind the table of verbs in step.c; each group has a file of its own. All have the types of struct verb. */
#ifndef HARNESS_VERBS_H
#define HARNESS_VERBS_H

#include "harness/step.h"

/* verb_send.c: what a device does. */
void verb_open_check(const cJSON *step, const char *path, const struct step_scope *scope,
                     struct problems *problems);
void verb_send_check(const cJSON *step, const char *path, const struct step_scope *scope,
                     struct problems *problems);
void verb_send_hex_check(const cJSON *step, const char *path, const struct step_scope *scope,
                         struct problems *problems);
void verb_send_together_check(const cJSON *step, const char *path, const struct step_scope *scope,
                              struct problems *problems);
void verb_close_check(const cJSON *step, const char *path, const struct step_scope *scope,
                      struct problems *problems);
void verb_open(struct interpreter *in, const cJSON *step);
void verb_connect(struct interpreter *in, const cJSON *step);
void verb_send(struct interpreter *in, const cJSON *step);
void verb_send_hex(struct interpreter *in, const cJSON *step);
void verb_send_together(struct interpreter *in, const cJSON *step);
void verb_disconnect(struct interpreter *in, const cJSON *step);
void verb_close(struct interpreter *in, const cJSON *step);

/* verb_expect.c: what a device sees. */
void verb_expect_check(const cJSON *step, const char *path, const struct step_scope *scope,
                       struct problems *problems);
void verb_expect_any_check(const cJSON *step, const char *path, const struct step_scope *scope,
                           struct problems *problems);
void verb_expect_hex_check(const cJSON *step, const char *path, const struct step_scope *scope,
                           struct problems *problems);
void verb_within_check(const cJSON *step, const char *path, const struct step_scope *scope,
                       struct problems *problems);
void verb_expect(struct interpreter *in, const cJSON *step);
void verb_expect_any(struct interpreter *in, const cJSON *step);
void verb_expect_hex(struct interpreter *in, const cJSON *step);
void verb_fence(struct interpreter *in, const cJSON *step);

/* verb_expect_all.c: several packets in any order. */
void verb_expect_all_check(const cJSON *step, const char *path, const struct step_scope *scope,
                           struct problems *problems);
void verb_expect_all(struct interpreter *in, const cJSON *step);

/* verb_end.c: whether the connection is there. */
void verb_expect_closed_check(const cJSON *step, const char *path, const struct step_scope *scope,
                              struct problems *problems);
void verb_expect_refused_check(const cJSON *step, const char *path, const struct step_scope *scope,
                               struct problems *problems);
void verb_expect_open(struct interpreter *in, const cJSON *step);
void verb_expect_closed(struct interpreter *in, const cJSON *step);
void verb_expect_refused(struct interpreter *in, const cJSON *step);

/* verb_platform.c: clock, journal, sessions and the control API. */
void verb_clock_check(const cJSON *step, const char *path, const struct step_scope *scope,
                      struct problems *problems);
void verb_journal_check(const cJSON *step, const char *path, const struct step_scope *scope,
                        struct problems *problems);
void verb_session_check(const cJSON *step, const char *path, const struct step_scope *scope,
                        struct problems *problems);
void verb_control_check(const cJSON *step, const char *path, const struct step_scope *scope,
                        struct problems *problems);
void verb_clock_advance(struct interpreter *in, const cJSON *step);
void verb_clock_expect(struct interpreter *in, const cJSON *step);
void verb_journal_expect(struct interpreter *in, const cJSON *step);
void verb_journal_none(struct interpreter *in, const cJSON *step);
void verb_session_expect(struct interpreter *in, const cJSON *step);
void verb_session_none(struct interpreter *in, const cJSON *step);
void verb_control(struct interpreter *in, const cJSON *step);

/* verb_http.c: HTTP on a device port. */
void verb_http_check(const cJSON *step, const char *path, const struct step_scope *scope,
                     struct problems *problems);
void verb_http(struct interpreter *in, const cJSON *step);

#endif
