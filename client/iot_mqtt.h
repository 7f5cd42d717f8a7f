/* What the public functions share among themselves. */
#ifndef CLIENT_IOT_MQTT_H
#define CLIENT_IOT_MQTT_H

/* Handles that were made and not given back, in this process. */
int iot_mqtt_handles(void);

#endif
