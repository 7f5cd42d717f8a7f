#include <stdlib.h>
#include <string.h>

#include "client/include/iotclient/iot_export.h"
#include "tests/unit/net_certs.h"
#include "tests/unit/unit.h"

/* IOT_SetupConnInfo, the direct way. */

static iotx_conn_info_pt setup(const char *endpoint, const char *transport, const char *ca_file, int wanted)
{
    void *info = NULL;
    setenv("IOT_ENDPOINT", endpoint, 1);
    setenv("IOT_TRANSPORT", transport, 1);
    setenv("IOT_CA_FILE", ca_file, 1);
    CU_ASSERT_EQUAL(IOT_SetupConnInfo("pk", "device", "secret", &info), wanted);
    unsetenv("IOT_ENDPOINT");
    unsetenv("IOT_TRANSPORT");
    unsetenv("IOT_CA_FILE");
    return info;
}

static void the_signature_is_the_documented_one(void)
{
    iotx_conn_info_pt info = setup("", "tcp", "", 0);
    CU_ASSERT_PTR_NOT_NULL_FATAL(info);
    CU_ASSERT_STRING_EQUAL(info->host_name, "pk.iot-as-mqtt.cn-shanghai.aliyuncs.com");
    CU_ASSERT_EQUAL(info->port, 1883);
    CU_ASSERT_EQUAL(strncmp(info->client_id, "pk.device|", 10), 0);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(info->client_id, "securemode=3,signmethod=hmacsha1,timestamp=2524608000000,"));
    CU_ASSERT_EQUAL(info->client_id[strlen(info->client_id) - 1], '|');
    CU_ASSERT_STRING_EQUAL(info->username, "device&pk");
    /* platform-facts 2.4: HMAC-SHA1 of clientIdpk.devicedeviceNamedeviceproductKeypktimestamp2524608000000 */
    CU_ASSERT_STRING_EQUAL(info->password, "bda9a4dae972a03474f1bd535c7683cf411230cb");
    CU_ASSERT_PTR_NULL(info->pub_key);
}

static void the_transport_decides_securemode_port_and_roots(void)
{
    iotx_conn_info_pt info = setup("", "wss", net_certs_file("root.crt"), 0);
    CU_ASSERT_PTR_NOT_NULL_FATAL(info);
    CU_ASSERT_EQUAL(info->port, 443);
    CU_ASSERT_PTR_NOT_NULL(strstr(info->client_id, "|securemode=2,"));
    CU_ASSERT_PTR_NOT_NULL_FATAL(info->pub_key);
    CU_ASSERT_PTR_NOT_NULL(strstr(info->pub_key, "-----BEGIN CERTIFICATE-----"));
    info = setup("[::1]:8443", "ws", "", 0);
    CU_ASSERT_STRING_EQUAL(info->host_name, "::1");
    CU_ASSERT_EQUAL(info->port, 8443);
    CU_ASSERT_PTR_NOT_NULL(strstr(info->client_id, "|securemode=3,"));
    CU_ASSERT_PTR_NULL(info->pub_key);
    CU_ASSERT_PTR_NULL(setup("", "tls", "", -1));
    CU_ASSERT_PTR_NULL(setup("", "tls", "/nowhere", -1));
    CU_ASSERT_PTR_NULL(setup("x", "tcp", "", -1));
}

static void what_cannot_be_an_identity_is_refused(void)
{
    static char text[66];
    void *info = NULL;
    setenv("IOT_TRANSPORT", "tcp", 1);
    memset(text, 'x', 65);
    CU_ASSERT_EQUAL(IOT_SetupConnInfo(NULL, "device", "secret", &info), -1);
    CU_ASSERT_EQUAL(IOT_SetupConnInfo("pk", "", "secret", &info), -1);
    CU_ASSERT_EQUAL(IOT_SetupConnInfo("pk", "device", text, &info), -1);
    CU_ASSERT_EQUAL(IOT_SetupConnInfo("pk", text + 65 - 33, "secret", &info), -1);
    CU_ASSERT_EQUAL(IOT_SetupConnInfo(text + 65 - 21, "device", "secret", &info), -1);
    CU_ASSERT_EQUAL(IOT_SetupConnInfo("pk", "device", "secret", NULL), -1);
    CU_ASSERT_EQUAL(IOT_SetupConnInfo(text + 65 - 20, text + 65 - 32, text + 1, &info), 0);
    unsetenv("IOT_TRANSPORT");
}

void unit_conn_info(void)
{
    UNIT(the_signature_is_the_documented_one);
    UNIT(the_transport_decides_securemode_port_and_roots);
    UNIT(what_cannot_be_an_identity_is_refused);
}
