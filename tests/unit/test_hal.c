#include <string.h>

#include "client/include/iotclient/iot_import.h"
#include "tests/unit/unit.h"

/* iot_import.h on a PC. */

static void the_identity_is_kept_in_its_lengths(void)
{
    static const struct {
        int (*set)(char *text);
        int (*get)(char *text);
        int max;
    } rows[] = {{HAL_SetProductKey, HAL_GetProductKey, 20},
                {HAL_SetDeviceName, HAL_GetDeviceName, 32},
                {HAL_SetProductSecret, HAL_GetProductSecret, 64},
                {HAL_SetDeviceSecret, HAL_GetDeviceSecret, 64}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[80] = "", got[80] = "?";
        CU_ASSERT_EQUAL(rows[i].get(got), 0);
        CU_ASSERT_STRING_EQUAL(got, "");
        memset(text, 'a' + (int)i, (size_t)rows[i].max);
        CU_ASSERT_EQUAL(rows[i].set(text), rows[i].max);
        text[rows[i].max] = 'x';
        CU_ASSERT_EQUAL(rows[i].set(text), -1);
        CU_ASSERT_EQUAL(rows[i].set(NULL), -1);
        CU_ASSERT_EQUAL(rows[i].get(got), rows[i].max);
        text[rows[i].max] = '\0';
        CU_ASSERT_STRING_EQUAL(got, text);
        CU_ASSERT_EQUAL(rows[i].get(NULL), -1);
    }
    char id[DEVICE_ID_LEN + 1];
    CU_ASSERT_EQUAL(HAL_GetDeviceID(id), 53);
    CU_ASSERT_STRING_EQUAL(id, "aaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");
    CU_ASSERT_EQUAL(HAL_GetDeviceID(NULL), -1);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CU_ASSERT_EQUAL(rows[i].set(""), 0);
}

static void text_memory_and_time(void)
{
    char text[8];
    CU_ASSERT_EQUAL(HAL_Snprintf(text, sizeof text, "%d-%s", 12345, "abc"), 9);
    CU_ASSERT_STRING_EQUAL(text, "12345-a");
    void *p = HAL_Malloc(10);
    CU_ASSERT_PTR_NOT_NULL(p);
    HAL_Free(p);
    HAL_Free(NULL);
    uint64_t before_ms = HAL_UptimeMs();
    HAL_SleepMs(3);
    CU_ASSERT_TRUE(HAL_UptimeMs() >= before_ms + 3);
    HAL_SleepMs(0);
}

void unit_hal(void)
{
    UNIT(the_identity_is_kept_in_its_lengths);
    UNIT(text_memory_and_time);
}
