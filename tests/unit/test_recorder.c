#include "harness/recorder.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/protocol/mqtt_encode.h"
#include "tests/unit/unit.h"

static struct clock *the_clock;

static struct recorder *setup(void)
{
    the_clock = clock_new_manual(0);
    return recorder_new(the_clock);
}

static void teardown(struct recorder *r)
{
    recorder_free(r);
    clock_free(the_clock);
}

static const char *text_of(const cJSON *entries, int index, const char *key)
{
    const cJSON *entry = cJSON_GetArrayItem(entries, index);
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(entry, key));
    return text ? text : "";
}

static const char *field_of(const cJSON *entries, int index, const char *key)
{
    const cJSON *fields = cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(entries, index), "fields");
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(fields, key));
    return text ? text : "";
}

/* A CONNECT with password "0123456789", appended. */
static void append_connect(struct buf *out)
{
    const struct mqtt_connect connect = {.protocol_name = STR("MQTT"),
                                         .level = 4,
                                         .has_username = true,
                                         .has_password = true,
                                         .client_id = STR("a"),
                                         .username = STR("device&pk"),
                                         .password = STR("0123456789")};
    CU_ASSERT_TRUE(mqtt_encode_connect(out, &connect));
}

static void passwords_are_masked_in_fields_and_hex(void)
{
    struct recorder *r = setup();
    struct buf bytes;
    buf_init(&bytes, 1024);
    append_connect(&bytes);
    recorder_bytes(r, "d1", RECORDER_OUT, NULL, bytes.data, bytes.len);
    cJSON *entries = recorder_take(r);
    CU_ASSERT_EQUAL(cJSON_GetArraySize(entries), 1);
    CU_ASSERT_STRING_EQUAL(text_of(entries, 0, "packet"), "CONNECT");
    CU_ASSERT_STRING_EQUAL(text_of(entries, 0, "dir"), "out");
    CU_ASSERT_STRING_EQUAL(field_of(entries, 0, "password"), "***");
    CU_ASSERT_STRING_EQUAL(field_of(entries, 0, "username"), "device&pk");
    const char *hex = text_of(entries, 0, "hex");
    CU_ASSERT_PTR_NULL(strstr(hex, "30 31 32"));
    CU_ASSERT_PTR_NOT_NULL(strstr(hex, "70 6b 00 0a ** ** ** ** ** ** ** ** ** **"));
    cJSON_Delete(entries);
    buf_fini(&bytes);
    teardown(r);
}

static void known_secrets_are_masked_wherever_they_come(void)
{
    struct recorder *r = setup();
    recorder_add_secret(r, STR("secret"));
    recorder_add_secret(r, STR("abc")); /* too short */
    recorder_bytes(r, "d1", RECORDER_OUT, NULL, "\x10xsecretyabc", 12);
    cJSON *fields = cJSON_CreateObject(), *body = cJSON_AddObjectToObject(fields, "body");
    cJSON_AddStringToObject(body, "deviceSecret", "other");
    cJSON_AddStringToObject(body, "deviceName", "device");
    recorder_event(r, NULL, "control", fields);
    cJSON *entries = recorder_take(r);
    CU_ASSERT_STRING_EQUAL(text_of(entries, 0, "what"), "bytes");
    CU_ASSERT_STRING_EQUAL(text_of(entries, 0, "hex"), "10 78 ** ** ** ** ** ** 79 61 62 63");
    char *text = cJSON_PrintUnformatted(entries);
    CU_ASSERT_PTR_NULL(strstr(text, "other"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"deviceSecret\":\"***\",\"deviceName\":\"device\""));
    cJSON_free(text);
    cJSON_Delete(entries);
    teardown(r);
}

static void long_secrets_are_masked_in_texts(void)
{
    struct recorder *r = setup();
    recorder_add_secret(r, STR("secret"));
    recorder_add_secret(r, STR("a-long-secret"));
    char *masked = recorder_masked(r, "the secret is a-long-secret, a-long-secret");
    CU_ASSERT_STRING_EQUAL(masked, "the secret is ***, ***");
    free(masked);
    recorder_start(r);
    masked = recorder_masked(r, "a-long-secret");
    CU_ASSERT_STRING_EQUAL(masked, "a-long-secret");
    free(masked);
    teardown(r);
}

static void bytes_out_are_split_into_packets(void)
{
    struct recorder *r = setup();
    recorder_set_step(r, 3);
    recorder_set_clock(r, 5000);
    clock_advance(the_clock, 7);
    size_t first = recorder_bytes(r, "d1", RECORDER_OUT, NULL, "\xc0\x00\xe0\x00\x30", 5);
    CU_ASSERT_EQUAL(first, 0);
    CU_ASSERT_EQUAL(recorder_count(r), 3);
    cJSON *entries = recorder_take(r);
    CU_ASSERT_STRING_EQUAL(text_of(entries, 0, "packet"), "PINGREQ");
    CU_ASSERT_STRING_EQUAL(text_of(entries, 1, "packet"), "DISCONNECT");
    CU_ASSERT_STRING_EQUAL(text_of(entries, 1, "hex"), "e0 00");
    CU_ASSERT_STRING_EQUAL(text_of(entries, 2, "what"), "bytes");
    const cJSON *entry = cJSON_GetArrayItem(entries, 2);
    CU_ASSERT_EQUAL(cJSON_GetObjectItemCaseSensitive(entry, "step")->valueint, 3);
    CU_ASSERT_EQUAL(cJSON_GetObjectItemCaseSensitive(entry, "clock_ms")->valueint, 5000);
    CU_ASSERT_EQUAL(cJSON_GetObjectItemCaseSensitive(entry, "t_ms")->valueint, 7);
    cJSON_Delete(entries);
    teardown(r);
}

static void the_first_mark_stays(void)
{
    struct recorder *r = setup();
    for (int i = 0; i < 3; i++)
        recorder_event(r, "d1", "open", NULL);
    recorder_mark(r, 1);
    recorder_mark(r, 2);
    cJSON *entries = recorder_take(r);
    for (int i = 0; i < 3; i++)
        CU_ASSERT_EQUAL(cJSON_HasObjectItem(cJSON_GetArrayItem(entries, i), "diverges"), i == 1);
    cJSON_Delete(entries);
    CU_ASSERT_EQUAL(recorder_count(r), 0);
    teardown(r);
}

static void the_transcript_is_bounded(void)
{
    struct recorder *r = setup();
    size_t n = RECORDER_BYTES_MAX - 10;
    uint8_t *bytes = mem_zalloc(n, 1);
    bytes[0] = 0xff; /* no packet */
    recorder_bytes(r, "d1", RECORDER_IN, NULL, bytes, n);
    recorder_bytes(r, "d1", RECORDER_IN, NULL, bytes, 30);
    recorder_bytes(r, "d1", RECORDER_IN, NULL, bytes, 40);
    cJSON *entries = recorder_take(r);
    CU_ASSERT_EQUAL(strlen(text_of(entries, 0, "hex")), 3 * n - 1);
    CU_ASSERT_STRING_EQUAL(text_of(entries, 1, "hex"), "ff 00 00 00 00 00 00 00 00 00 … (+20 bytes)");
    CU_ASSERT_STRING_EQUAL(text_of(entries, 2, "hex"), "… (+40 bytes)");
    cJSON_Delete(entries);
    free(bytes);
    teardown(r);
}

void unit_recorder(void)
{
    UNIT(passwords_are_masked_in_fields_and_hex);
    UNIT(known_secrets_are_masked_wherever_they_come);
    UNIT(long_secrets_are_masked_in_texts);
    UNIT(bytes_out_are_split_into_packets);
    UNIT(the_first_mark_stays);
    UNIT(the_transcript_is_bounded);
}
