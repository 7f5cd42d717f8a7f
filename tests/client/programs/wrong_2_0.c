/* What Construct says to wrong parameters: NULL, and a log line. The first argument says what is wrong, the second the port of a
 * good platform. */
#include "iot_export.h"
#include "iot_import.h"

int main(int argc, char **argv)
{
    iotx_mqtt_param_t param;
    const char *wrong = argc > 2 ? argv[1] : "";
    char write_buf[256], read_buf[256];
    void *handle;
    memset(&param, 0, sizeof(param));
    param.port = strcmp(wrong, "port") ? strtoul(argc > 2 ? argv[2] : "0", NULL, 10) : 0;
    param.host = !strcmp(wrong, "host")     ? NULL
                 : !strcmp(wrong, "lookup") ? "no-such-host.invalid"
                                            : "localhost";
    param.client_id = strcmp(wrong, "client_id") ? "x|securemode=3,signmethod=hmacsha1|" : NULL;
    param.username = strcmp(wrong, "username") ? "device&pk" : NULL;
    param.password = strcmp(wrong, "password") ? "0000000000000000000000000000000000000000" : NULL;
    param.pub_key = strcmp(wrong, "pub_key") ? NULL : "this is no certificate";
    param.pwrite_buf = write_buf;
    param.write_buf_size = strcmp(wrong, "write_buf_size") ? sizeof(write_buf) : 10;
    param.pread_buf = read_buf;
    param.read_buf_size = strcmp(wrong, "read_buf_size") ? sizeof(read_buf) : 10;
    param.keepalive_interval_ms = 60000;
    handle = IOT_MQTT_Construct(strcmp(wrong, "pInitParams") ? &param : NULL);
    if (handle)
        IOT_MQTT_Destroy(&handle);
    HAL_Printf("%s\n", handle ? "a handle" : "NULL");
    return handle ? 1 : 0;
}
