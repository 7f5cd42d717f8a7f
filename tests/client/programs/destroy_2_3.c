/* Threads and the end of a handle: Destroy while another thread waits in Yield, and while it is offline; two threads that yield. */
#include <pthread.h>

#include "iot_export.h"
#include "iot_import.h"

static void *construct(void)
{
    iotx_conn_info_pt conn;
    iotx_mqtt_param_t param;
    if (IOT_SetupConnInfo("pk", "device", "secret", (void **)&conn) != 0)
        return NULL;
    memset(&param, 0, sizeof(param));
    param.port = conn->port;
    param.host = conn->host_name;
    param.client_id = conn->client_id;
    param.username = conn->username;
    param.password = conn->password;
    param.pub_key = conn->pub_key;
    param.keepalive_interval_ms = 60000;
    param.read_buf_size = param.write_buf_size = 1024;
    return IOT_MQTT_Construct(&param);
}

static void *yield_long(void *handle)
{
    IOT_MQTT_Yield(handle, 60000);
    return NULL;
}

/* One thread waits in Yield, or two; Destroy ends their waits at once. */
static int end(int threads)
{
    pthread_t yielders[2];
    void *handle = construct();
    uint64_t before = HAL_UptimeMs();
    int i;
    if (handle == NULL)
        return -1;
    for (i = 0; i < threads; i++)
        pthread_create(&yielders[i], NULL, yield_long, handle);
    HAL_SleepMs(100); /* so that they most likely are inside; the result does not depend on it */
    if (IOT_MQTT_CheckStateNormal(handle) != 1)
        return -1;
    IOT_MQTT_Destroy(&handle);
    for (i = 0; i < threads; i++)
        pthread_join(yielders[i], NULL);
    return handle == NULL && HAL_UptimeMs() - before < 30000 ? 0 : -1;
}

int main(void)
{
    int i;
    for (i = 0; i < 5; i++) {
        if (end(1) != 0 || end(2) != 0)
            return 1;
    }
    return 0;
}
