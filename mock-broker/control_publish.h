/* POST publish: the cloud sends one message to one device. */
#ifndef BROKER_CONTROL_PUBLISH_H
#define BROKER_CONTROL_PUBLISH_H

struct broker;
struct http_call;

/* {"productKey","deviceName","topic","qos"?,"payload"|"payload_hex"}: 200 with {"status":"ok","delivery":"sent"|"queued"|
 * "not-subscribed"|"lost"}; 404 unknown-device or offline; 400 for a topic that cannot be this device's. */
void control_publish(struct broker *b, struct http_call *call);

#endif
