/* The faults of the control API: GET, POST and DELETE faults (CTL-08). */
#ifndef BROKER_CONTROL_FAULTS_H
#define BROKER_CONTROL_FAULTS_H

struct broker;
struct http_call;

/* Each answers the call. */
void control_faults_get(struct broker *b, struct http_call *call);
void control_faults_post(struct broker *b, struct http_call *call);

/* All of them, or the one that the path ends with. */
void control_faults_delete_all(struct broker *b, struct http_call *call);
void control_faults_delete(struct broker *b, struct http_call *call);

#endif
