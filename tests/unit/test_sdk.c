#include "harness/judge/sdk.h"

#include <string.h>

#include "tests/unit/unit.h"

/* Ids as real SDKs send them (device-facts 2.3), and whose they are; NULL: nobody's. */
static void an_sdk_is_told_by_its_client_id(void)
{
    static const struct {
        const char *id, *name, *version;
    } rows[] = {
        {"a1.d|securemode=2,_v=sdk-c-2.3.0,timestamp=1,signmethod=hmacsha1,lan=C,gw=0,ext=0,pid=p,mid=m|",
         "iotkit-embedded (C), 2.x or 3.x", "2.3.0"},
        {"a1.d|timestamp=2524608000000,_v=sdk-c-3.0.1,securemode=3,signmethod=hmacsha256,lan=C,gw=0,ext=0|",
         "iotkit-embedded (C), 2.x or 3.x", "3.0.1"},
        {"PK.DN|timestamp=1,_ss=1,_v=sdk-c-4.1.0,securemode=2,signmethod=hmacsha256,ext=3,_conn=tls_37|",
         "Link SDK for C, 4.x", "4.1.0"},
        {"PK.DN|securemode=2,partner_id=example,module_id=example|", "iotkit-embedded (C), 2.0", ""},
        {"PK&DN|securemode=3,signmethod=hmacsha1,timestamp=1795200286135,lan=NodeJS,_v=1.2.8|",
         "alibabacloud-iot-device-sdk (npm)", "1.2.8"},
        {"PK&DN|securemode=2,signmethod=hmacsha1,timestamp=1,lan=JS|Broswer ,_v=1.2.8|",
         "alibabacloud-iot-device-sdk (npm), in a browser", NULL},
        {"PK&DN|securemode=2,signmethod=hmacsha1,ext=1,_ss=1,lan=Python,_v=1.2.13,sii=Eth|03ACDEFF0032,"
         "timestamp=1|",
         "LinkKit for Python", "1.2.13"},
        {"DN_aliyun-iot-device-sdk-js|securemode=2,signmethod=hmacsha1|", "aliyun-iot-device-sdk (npm)", ""},
        {"12345|securemode=3,signmethod=hmacsha1,timestamp=789|", NULL, ""},
        {"sdk-c-4.1.0|securemode=3|", NULL, ""}, /* a name is no version */
        {"x|_v=sdk-d-4.1.0|", NULL, ""},
        {"no list at all", NULL, ""},
        {"", NULL, ""},
        {"|", NULL, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct sdk *sdk = NULL;
        struct str version;
        bool known = sdk_of(str_of(rows[i].id), &sdk, &version);
        CU_ASSERT_EQUAL(known, rows[i].name != NULL);
        if (known && rows[i].name)
            CU_ASSERT_STRING_EQUAL(sdk->name, rows[i].name);
        if (rows[i].version)
            CU_ASSERT_TRUE(str_is(version, rows[i].version));
    }
}

void unit_sdk(void)
{
    UNIT(an_sdk_is_told_by_its_client_id);
}
