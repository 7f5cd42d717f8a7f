/* The control API mints tokens, so that a test of the token login needs no registration before it. */
#ifndef BROKER_CONTROL_TOKENS_H
#define BROKER_CONTROL_TOKENS_H

struct broker;
struct http_call;

/* POST tokens {"productKey","deviceName","clientId","kind"?,"lifetime_s"?}: kind "deviceToken" (default; lifetime_s: for ever) gives
 * {"clientId","deviceToken"}; "iotToken" (lifetime_s: the profile's) gives {"iotId","iotToken"}. The device must be known. */
void control_tokens_post(struct broker *b, struct http_call *call);

#endif
