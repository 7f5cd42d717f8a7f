/* The functions behind the table of verbs in step.c; each group has a file of its own. All have the types of struct verb. */
#ifndef HARNESS_VERBS_H
#define HARNESS_VERBS_H

#include "harness/step.h"
#include "lib/base/buf.h"
#include "lib/protocol/mqtt_packet.h"

struct actor;

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

/* verb_websocket.c: WebSocket that the case speaks itself. */
void verb_websocket_check_open(const cJSON *step, const char *path, const struct step_scope *scope,
                               struct problems *problems);
void verb_websocket_check_frame(const cJSON *step, const char *path, const char *key,
                                struct problems *problems);
void verb_upgrade_check(const cJSON *step, const char *path, const struct step_scope *scope,
                        struct problems *problems);
void verb_expect_answer_check(const cJSON *step, const char *path, const struct step_scope *scope,
                              struct problems *problems);
void verb_send_text_check(const cJSON *step, const char *path, const struct step_scope *scope,
                          struct problems *problems);
void verb_send_frame_check(const cJSON *step, const char *path, const struct step_scope *scope,
                           struct problems *problems);
void verb_expect_frame_check(const cJSON *step, const char *path, const struct step_scope *scope,
                             struct problems *problems);
void verb_upgrade(struct interpreter *in, const cJSON *step);
void verb_expect_answer(struct interpreter *in, const cJSON *step);
void verb_send_text(struct interpreter *in, const cJSON *step);
void verb_send_frame(struct interpreter *in, const cJSON *step);
void verb_expect_frame(struct interpreter *in, const cJSON *step);

/* Of verb_send.c: appends the packet that a step describes; a connection to send on. Both false after a deviation or an error. */
bool verb_append_packet(struct interpreter *in, struct actor *actor, enum mqtt_type type, const cJSON *with,
                        struct buf *out);
bool verb_must_be_open(struct interpreter *in, struct actor *actor);

/* For the verbs of verb_send.c: the opening on a link that is open now, and bytes of MQTT on a WebSocket. */
void verb_websocket_open(struct interpreter *in, struct actor *actor, const cJSON *step, int port);
void verb_websocket_send(struct interpreter *in, struct actor *actor, const cJSON *step,
                         const struct buf *bytes);

/* verb_http.c: HTTP on a device port. */
void verb_http_check(const cJSON *step, const char *path, const struct step_scope *scope,
                     struct problems *problems);
void verb_http(struct interpreter *in, const cJSON *step);

#endif
