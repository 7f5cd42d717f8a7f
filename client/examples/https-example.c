/* Authentication over HTTPS first: IOT_SetupConnInfo gets a user name and a token for MQTT, and where to use them; the handle asks
 * again before each reconnection, as a token is good for seven days only. The build says so with FEATURE_MQTT_DIRECT = n
 * (client/make.settings), a PC with IOT_AUTH. */
#include "example.h"

static struct example_counts counts;

int main(int argc, char **argv)
{
    iotx_conn_info_pt info = NULL;
    char topic[IOTX_MQTT_TOPIC_MAX_BYTES + 1];
    if (argc != 1 && argc != 4) {
        HAL_Printf("usage: https-example [PRODUCT_KEY DEVICE_NAME DEVICE_SECRET]\n");
        return 2;
    }
    const char *product_key = argc == 4 ? argv[1] : "pk", *device_name = argc == 4 ? argv[2] : "device",
               *secret = argc == 4 ? argv[3] : "secret";
    setenv("IOT_AUTH", "https", 1);
    if (IOT_SetupConnInfo(product_key, device_name, secret, (void **)&info) != 0)
        return 1;
    void *client = example_construct(info, &counts);
    if (!client)
        return 1;
    HAL_Printf("authenticated as %s, online at %s:%u\n", info->username, info->host_name,
               (unsigned)info->port);
    HAL_Snprintf(topic, sizeof topic, "/%s/%s/user/update", product_key, device_name);
    int error = example_publish(client, topic, "hello", &counts);
    HAL_Printf(error ? "not published\n" : "published\n");
    IOT_MQTT_Destroy(&client);
    return error ? 1 : 0;
}
