/* What IOT_SetupConnInfo gave out last, for IOT_MQTT_Construct. */
#ifndef CLIENT_CONN_INFO_H
#define CLIENT_CONN_INFO_H

#include "client/core/mqtt_client.h"

/* How a handle with these parameters (NULL: none) gets new credentials: by HTTPS, when they are those that IOT_SetupConnInfo got that
 * way; else not at all. The caller's, to be given to mqtt_client_new. */
struct mqtt_client_renewal conn_info_renewal(const iotx_mqtt_param_t *param);

#endif
