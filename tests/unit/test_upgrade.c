#include "harness/upgrade.h"

#include <string.h>

#include "harness/matcher.h"
#include "lib/base/str.h"
#include "tests/unit/unit.h"

static void writes(const char *options, const char *wanted)
{
    cJSON *json = cJSON_Parse(options);
    struct buf out;
    buf_init(&out, 4096);
    CU_ASSERT_TRUE(upgrade_write(json, 80, &out));
    CU_ASSERT_STRING_EQUAL(buf_cstr(&out), wanted);
    buf_fini(&out);
    cJSON_Delete(json);
}

static void requests(void)
{
    writes("{}", "GET / HTTP/1.1\r\nHost: 127.0.0.1:80\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                 "Sec-WebSocket-Protocol: mqtt\r\n\r\n");
    writes("{\"method\": \"POST\", \"path\": \"/x\", \"http\": \"1.0\", \"key\": \"k\", \"protocols\": [],"
           " \"headers\": {\"host\": null, \"UPGRADE\": [\"a\", \"b\"], \"X-More\": \"1\"}}",
           "POST /x HTTP/1.0\r\nUPGRADE: a\r\nUPGRADE: b\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: k\r\nX-More: 1\r\n\r\n");
}

/* What is read of an answer; NULL with *reason or not. */
static cJSON *answer(const char *text, size_t *used, const char **reason)
{
    struct buf bytes;
    buf_init(&bytes, 4096);
    buf_append_str(&bytes, str_of(text));
    *reason = NULL;
    cJSON *facts = upgrade_answer(&bytes, used, reason);
    buf_fini(&bytes);
    return facts;
}

static void answers(void)
{
    const char *reason;
    size_t used = 0;
    cJSON *facts = answer("HTTP/1.1 404 Not Found\r\nX-A: 1\r\nx-a:  2 \r\nContent-Length: 3\r\n\r\nabcHTTP",
                          &used, &reason);
    char *text = cJSON_PrintUnformatted(facts);
    CU_ASSERT_STRING_EQUAL(
        text, "{\"status\":404,\"headers\":{\"x-a\":\"1, 2\",\"content-length\":\"3\"},\"text\":\"abc\"}");
    CU_ASSERT_EQUAL(used,
                    strlen("HTTP/1.1 404 Not Found\r\nX-A: 1\r\nx-a:  2 \r\nContent-Length: 3\r\n\r\nabc"));
    cJSON_free(text);
    cJSON_Delete(facts);
    CU_ASSERT_PTR_NULL(answer("HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nab", &used, &reason));
    CU_ASSERT_PTR_NULL(reason);
    CU_ASSERT_PTR_NULL(answer("HTTP/1.1 101 Switching\r\n\r", &used, &reason));
    CU_ASSERT_PTR_NULL(reason);
    static const char *const wrong[] = {"HTTP/1.0 101 x\r\n\r\n", "HTTP/1.1 1x1 x\r\n\r\n",
                                        "HTTP/1.1 101 x\r\nA\r\n\r\n", "\x20\x02\r\n\r\n",
                                        "HTTP/1.1 200 x\r\nContent-Length: a\r\n\r\n"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        CU_ASSERT_PTR_NULL(answer(wrong[i], &used, &reason));
        CU_ASSERT_PTR_NOT_NULL(reason);
    }
}

/* Does the answer do for a request with these options and this expectation? */
static bool does(const char *options, const char *expect, const char *headers)
{
    cJSON *o = cJSON_Parse(options), *e = expect ? cJSON_Parse(expect) : NULL;
    cJSON *facts = cJSON_CreateObject(), *wanted = upgrade_wanted(o, e);
    struct mismatch mismatch;
    cJSON_AddNumberToObject(facts, "status", 101);
    cJSON_AddItemToObject(facts, "headers", cJSON_Parse(headers));
    cJSON *shown = upgrade_facts_for(wanted, facts);
    bool fits = matcher_fits_object(wanted, shown, &mismatch);
    cJSON *all[] = {o, e, facts, wanted, shown};
    for (size_t i = 0; i < 5; i++)
        cJSON_Delete(all[i]);
    return fits;
}

#define GOOD   "\"upgrade\": \"WebSocket\", \"connection\": \"Upgrade\""
#define ACCEPT "\"sec-websocket-accept\": \"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\""
#define MQTT   ", \"sec-websocket-protocol\": \"mqtt\""

static void what_the_standard_demands_of_an_answer(void)
{
    CU_ASSERT_TRUE(does("{}", NULL, "{" GOOD ", " ACCEPT MQTT "}"));
    CU_ASSERT_FALSE(does("{}", NULL, "{" GOOD ", " ACCEPT "}"));
    CU_ASSERT_TRUE(does("{\"protocols\": []}", NULL, "{" GOOD ", " ACCEPT "}"));
    CU_ASSERT_FALSE(does("{\"protocols\": []}", NULL, "{" GOOD ", " ACCEPT MQTT "}"));
    CU_ASSERT_FALSE(does("{}", NULL, "{" GOOD MQTT "}"));
    CU_ASSERT_FALSE(
        does("{}", NULL, "{" GOOD MQTT ", \"sec-websocket-accept\": \"s3pPLMBiTxaQ9kYGzzhZRbK+xOO=\"}"));
    CU_ASSERT_TRUE(does("{\"key\": \"other\"}", NULL, "{" GOOD MQTT "}"));
    CU_ASSERT_FALSE(does("{}", NULL, "{\"connection\": \"Upgrade\", " ACCEPT MQTT "}"));
    CU_ASSERT_FALSE(does("{}", NULL, "{" GOOD ", " ACCEPT MQTT ", \"sec-websocket-extensions\": \"x\"}"));
    CU_ASSERT_FALSE(does("{}", "{\"status\": 400}", "{" GOOD ", " ACCEPT MQTT "}"));
    CU_ASSERT_FALSE(does("{}", "{\"status\": 101, \"headers\": {\"Sec-WebSocket-Protocol\": null}}",
                         "{" GOOD ", " ACCEPT MQTT "}"));
}

void unit_upgrade(void)
{
    UNIT(requests);
    UNIT(answers);
    UNIT(what_the_standard_demands_of_an_answer);
}
