/* How long QoS 1 messages are kept for a device (session.message_lifetime_s): one timer a session, set for its oldest. */
#ifndef BROKER_MESSAGE_AGE_H
#define BROKER_MESSAGE_AGE_H

struct broker;
struct message_age; /* the timer; only a session that has kept a message has one */
struct session;

/* Sees to it that the messages the session holds now are dropped when their time comes, with a line in the
 * journal (SES-04). */
void message_age_watch(struct broker *b, struct session *s);

/* With the end of the session; age may be NULL. */
void message_age_free(struct message_age *age);

#endif
