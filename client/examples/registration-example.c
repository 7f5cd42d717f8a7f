/* One firmware for many devices: each knows its product's secret and its own name (a serial number, say), and registers at its first
 * start. Shows the three ways; what it got it must keep, because a device registers once. */
#include "example.h"

static struct example_counts counts;

static const struct {
    const char *name;
    iotx_register_way_t way;
} ways[] = {{"mqtt", IOT_REGISTER_MQTT}, {"token", IOT_REGISTER_MQTT_TOKEN}, {"https", IOT_REGISTER_HTTPS}};

/* With what it got it signs in: a secret signs, a token is the password. */
static int sign_in(const char *product_key, const char *device_name, const iotx_registered_t *got)
{
    char topic[IOTX_MQTT_TOPIC_MAX_BYTES + 1];
    iotx_conn_info_pt info = NULL;
    int error = got->device_token[0]
                    ? IOT_SetupConnInfoToken(product_key, device_name, got->client_id, got->device_token,
                                             (void **)&info)
                    : IOT_SetupConnInfo(product_key, device_name, got->device_secret, (void **)&info);
    void *client = error ? NULL : example_construct(info, &counts);
    if (!client)
        return -1;
    HAL_Snprintf(topic, sizeof topic, "/%s/%s/user/update", product_key, device_name);
    error = example_publish(client, topic, "registered", &counts);
    IOT_MQTT_Destroy(&client);
    return error;
}

static int usage(void)
{
    HAL_Printf("usage: registration-example mqtt|token|https PRODUCT_KEY DEVICE_NAME PRODUCT_SECRET\n");
    return 2;
}

int main(int argc, char **argv)
{
    iotx_registered_t got;
    size_t i = 0;
    if (argc != 5)
        return usage();
    while (i < sizeof ways / sizeof ways[0] && strcmp(ways[i].name, argv[1]) != 0)
        i++;
    if (i == sizeof ways / sizeof ways[0])
        return usage();
    int error = IOT_Register(ways[i].way, argv[2], argv[3], argv[4], &got);
    if (error) {
        HAL_Printf("not registered: %d\n", error);
        return 1;
    }
    HAL_Printf("registered over %s: a %s\n", ways[i].name,
               got.device_token[0] ? "device token" : "device secret");
    error = sign_in(argv[2], argv[3], &got);
    memset(&got, 0, sizeof got);
    HAL_Printf(error ? "signing in failed\n" : "signed in with it, and published\n");
    return error ? 1 : 0;
}
