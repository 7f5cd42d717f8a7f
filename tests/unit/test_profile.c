#include "lib/rules/profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/home.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/protocol/mqtt_packet.h"
#include "tests/unit/unit.h"

static struct profile load(const char *name)
{
    struct profile profile = {0};
    struct problems problems = {0};
    CU_ASSERT_TRUE(profile_load(&profile, name, &problems));
    problems_print(&problems, stderr);
    problems_fini(&problems);
    return profile;
}

/* The ledger's table of profiles, by hand. */
static void five_profiles_say_what_the_ledger_says(void)
{
    static const struct {
        const char *name;
        int64_t min_s, max_s, keepalive_code;
        uint32_t methods;
        bool plain, four;
    } rows[] = {
        {"2018", 60, 300, 3, 0x3, true, false},      {"2020", 30, 1200, 2, 0x7, true, false},
        {"2021", 30, 1200, 2, 0xf, true, false},     {"2023", 30, 1200, 2, 0xf, true, true},
        {"2023-tls", 30, 1200, 2, 0xf, false, true},
    };
    const uint32_t four = 1u << MQTT_PUBLISH | 1u << MQTT_PUBACK | 1u << MQTT_SUBSCRIBE | 1u << MQTT_PINGREQ;
    const uint32_t any =
        four | 1u << MQTT_PUBREC | 1u << MQTT_PUBREL | 1u << MQTT_PUBCOMP | 1u << MQTT_UNSUBSCRIBE;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct profile p = load(rows[i].name);
        CU_ASSERT_STRING_EQUAL(p.name, rows[i].name);
        CU_ASSERT_EQUAL(p.keepalive_min_s, rows[i].min_s);
        CU_ASSERT_EQUAL(p.keepalive_max_s, rows[i].max_s);
        CU_ASSERT_EQUAL(p.refusal_keepalive, rows[i].keepalive_code);
        CU_ASSERT_EQUAL(p.sign_methods, rows[i].methods);
        CU_ASSERT_EQUAL(p.transport_plain, rows[i].plain);
        CU_ASSERT_EQUAL(p.heartbeat_reset_packets, rows[i].four ? four : any);
        CU_ASSERT_FALSE(p.keepalive_clamp);
        CU_ASSERT_EQUAL(p.keepalive_factor_milli, 1500);
        CU_ASSERT_EQUAL(p.heartbeat_check_s, 30);
        CU_ASSERT_EQUAL(p.sign_default, SIGN_HMACMD5);
        CU_ASSERT_EQUAL(p.clientid_max, 64);
        CU_ASSERT_EQUAL(p.securemode_encrypted, 2);
        CU_ASSERT_EQUAL(p.securemode_plain, 3);
        CU_ASSERT_EQUAL(p.mqtt_levels, 1u << 3 | 1u << 4);
        CU_ASSERT_EQUAL(p.refusal_tls_required, PROFILE_REFUSAL_CLOSE);
        CU_ASSERT_EQUAL(p.refusal_disabled_device, 5);
        CU_ASSERT_EQUAL(p.topic_denied, PROFILE_DENIED_DROP);
        CU_ASSERT_EQUAL(p.token_login, i < 2    ? PROFILE_TOKEN_NONE
                                       : i == 2 ? PROFILE_TOKEN_ANY
                                                : PROFILE_TOKEN_CONNWL);
        CU_ASSERT_EQUAL(p.token_lifetime_s, 7 * 24 * 3600);
        CU_ASSERT_EQUAL(p.auth_plain_http, i == 0);
        CU_ASSERT_EQUAL(p.registration_limit_s, 15);
        CU_ASSERT_EQUAL(p.tls_min_version, 2);
        CU_ASSERT_EQUAL(p.mqtt5_answer, PROFILE_MQTT5_V5);
        CU_ASSERT_EQUAL(p.refusal_token, 3);
        CU_ASSERT_EQUAL(p.topic_permissions, i < 2 ? PROFILE_PERMISSIONS_OWN : PROFILE_PERMISSIONS_CLASSES);
        CU_ASSERT_EQUAL(p.limits_enforce, PROFILE_ENFORCE_REPORT);
        CU_ASSERT_EQUAL(p.limits_filters_per_subscribe, i < 2 ? 8 : 100);
    }
}

/* Each value read, written as JSON, and set again from its text: the same. Each stands once in the table, with a field of
 * its own. */
static void every_value_goes_there_and_back(void)
{
    const struct profile_value *rows;
    size_t count = profile_values(&rows);
    struct profile p = load("2023"), empty = {0};
    CU_ASSERT_EQUAL(count, 60);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < i; k++)
            CU_ASSERT_TRUE(strcmp(rows[i].name, rows[k].name) != 0 && rows[i].offset != rows[k].offset);
        CU_ASSERT_TRUE(strlen(rows[i].meaning) > 10);
        cJSON *node = profile_get(&p, rows[i].name);
        CU_ASSERT_PTR_NOT_NULL_FATAL(node);
        char text[256] = "";
        if (cJSON_IsArray(node)) {
            size_t n = 0;
            for (const cJSON *at = node->child; at; at = at->next) {
                char *word = cJSON_IsString(at) ? mem_strdup(at->valuestring) : cJSON_PrintUnformatted(at);
                n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", n ? "," : "", word);
                free(word);
            }
        } else {
            char *word = cJSON_IsString(node) ? mem_strdup(node->valuestring) : cJSON_PrintUnformatted(node);
            snprintf(text, sizeof text, "%s", word);
            free(word);
        }
        cJSON_Delete(node);
        char *assignment = mem_printf("%s=%s", rows[i].name, text);
        struct problems problems = {0};
        CU_ASSERT_TRUE(profile_set(&empty, assignment, &problems));
        problems_print(&problems, stderr);
        problems_fini(&problems);
        free(assignment);
    }
    for (size_t i = 0; i < count; i++) {
        cJSON *was = profile_get(&p, rows[i].name), *is = profile_get(&empty, rows[i].name);
        CU_ASSERT_TRUE(cJSON_Compare(was, is, true));
        cJSON_Delete(was);
        cJSON_Delete(is);
    }
    CU_ASSERT_PTR_NULL(profile_get(&p, "keepalive"));
}

static void good_assignments(void)
{
    struct profile p = load("2023");
    struct problems problems = {0};
    static const char *const good[] = {
        "keepalive.min=0",         "keepalive.clamp=true",     "keepalive.factor=1.001",
        "refusal.keepalive=close", "sign.default=none",        "sign.methods=sha256,hmacmd5",
        "mqtt.levels=4",           "heartbeat.reset_packets=", "topic.denied=disconnect",
        "securemode.plain=-2",     "transport.plain=false",    "heartbeat.check_s=0",
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        CU_ASSERT_TRUE(profile_set(&p, good[i], &problems));
    problems_print(&problems, stderr);
    CU_ASSERT_EQUAL(problems.count, 0);
    CU_ASSERT_EQUAL(p.keepalive_min_s, 0);
    CU_ASSERT_TRUE(p.keepalive_clamp);
    CU_ASSERT_EQUAL(p.keepalive_factor_milli, 1001);
    CU_ASSERT_EQUAL(p.refusal_keepalive, PROFILE_REFUSAL_CLOSE);
    CU_ASSERT_EQUAL(p.sign_default, -1);
    CU_ASSERT_EQUAL(p.sign_methods, 1u << SIGN_SHA256 | 1u << SIGN_HMACMD5);
    CU_ASSERT_EQUAL(p.mqtt_levels, 1u << 4);
    CU_ASSERT_EQUAL(p.heartbeat_reset_packets, 0);
    CU_ASSERT_EQUAL(p.topic_denied, PROFILE_DENIED_DISCONNECT);
    CU_ASSERT_EQUAL(p.securemode_plain, -2);
    CU_ASSERT_FALSE(p.transport_plain);
    CU_ASSERT_EQUAL(p.heartbeat_check_s, 0);
}

static void bad_assignments(void)
{
    static const struct {
        const char *assignment, *path, *text;
    } rows[] = {
        {"keepalive.min", "--set keepalive.min", "must be name=value"},
        {"", "--set ", "must be name=value"},
        {"a-name-that-is-so-long-that-nobody-would-want-to-read-the-whole-of-it-in-a-message-about-it=3",
         "--set a-name-that-is-so-long-that-nobody-would-want-to-read-the-whole-of-it-in-a-messa",
         "there is no such value; the names stand in suites/profiles/"},
        {"keepalive.mix=3", "--set keepalive.mix",
         "there is no such value; the names stand in suites/profiles/"},
        {"keepalive.min=x", "--set keepalive.min", "must be a whole number from 0 to 65535"},
        {"keepalive.min=", "--set keepalive.min", "must be a whole number from 0 to 65535"},
        {"keepalive.min=1.5", "--set keepalive.min", "must be a whole number from 0 to 65535"},
        {"keepalive.min=-1", "--set keepalive.min", "must be a whole number from 0 to 65535"},
        {"keepalive.max=65536", "--set keepalive.max", "must be a whole number from 1 to 65535"},
        {"keepalive.max=300 ", "--set keepalive.max", "must be a whole number from 1 to 65535"},
        {"keepalive.clamp=1", "--set keepalive.clamp", "must be true or false"},
        {"keepalive.clamp=True", "--set keepalive.clamp", "must be true or false"},
        {"keepalive.factor=nan", "--set keepalive.factor",
         "must be a number from 0.5 to 10 with at most three decimals"},
        {"keepalive.factor=1.5x", "--set keepalive.factor",
         "must be a number from 0.5 to 10 with at most three decimals"},
        {"keepalive.factor=", "--set keepalive.factor",
         "must be a number from 0.5 to 10 with at most three decimals"},
        {"keepalive.factor=1.50001", "--set keepalive.factor",
         "must be a number from 0.5 to 10 with at most three decimals"},
        {"keepalive.factor=0.4", "--set keepalive.factor",
         "must be a number from 0.5 to 10 with at most three decimals"},
        {"refusal.keepalive=0", "--set refusal.keepalive",
         "must be a CONNACK return code from 1 to 5, or \"close\""},
        {"refusal.keepalive=6", "--set refusal.keepalive",
         "must be a CONNACK return code from 1 to 5, or \"close\""},
        {"refusal.keepalive=Close", "--set refusal.keepalive",
         "must be a CONNACK return code from 1 to 5, or \"close\""},
        {"topic.denied=1", "--set topic.denied", "must be one of drop, disconnect"},
        {"sign.default=hmac", "--set sign.default",
         "must be one of none, hmacmd5, hmacsha1, hmacsha256, sha256"},
        {"sign.methods=hmacmd5,x", "--set sign.methods/1",
         "must be one of hmacmd5, hmacsha1, hmacsha256, sha256"},
        {"sign.methods=hmacmd5,hmacmd5", "--set sign.methods/1", "is given twice"},
        {"sign.methods=", "--set sign.methods", "must have a member"},
        {"mqtt.levels=5", "--set mqtt.levels/0", "must be one of 3, 4"},
        {"heartbeat.reset_packets=SUBACK", "--set heartbeat.reset_packets/0",
         "must be one of PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBSCRIBE, UNSUBSCRIBE, PINGREQ"},
        {"heartbeat.reset_packets=,PUBLISH", "--set heartbeat.reset_packets/0",
         "must be one of PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBSCRIBE, UNSUBSCRIBE, PINGREQ"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct profile p = load("2023"), before = p;
        struct problems problems = {0};
        CU_ASSERT_FALSE(profile_set(&p, rows[i].assignment, &problems));
        CU_ASSERT_EQUAL_FATAL(problems.count, 1);
        CU_ASSERT_STRING_EQUAL(problems.items[0].path, rows[i].path);
        CU_ASSERT_STRING_EQUAL(problems.items[0].text, rows[i].text);
        CU_ASSERT_EQUAL(memcmp(&p, &before, sizeof p), 0);
        problems_fini(&problems);
    }
}

/* A changed copy of the 2023 file in a file of its own; then it is loaded. */
static bool load_changed(void (*change)(cJSON *root), struct problems *problems)
{
    char *from = home_path("suites/profiles/2023.json"), to[] = "/tmp/iotconform-profile-XXXXXX";
    cJSON *root = json_parse_file(from, problems);
    CU_ASSERT_PTR_NOT_NULL_FATAL(root);
    change(root);
    int fd = mkstemp(to);
    CU_ASSERT_TRUE_FATAL(fd >= 0);
    close(fd);
    CU_ASSERT_EQUAL(json_write_file(root, to, false), 0);
    struct profile p = {.name = "untouched"};
    bool good = profile_load(&p, to, problems);
    CU_ASSERT_STRING_EQUAL(p.name, good ? "2023" : "untouched");
    unlink(to);
    cJSON_Delete(root);
    free(from);
    return good;
}

static cJSON *entry(cJSON *root, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(root, "values"), name);
}

static void change_nothing(cJSON *root)
{
    (void)root;
}

static void change_much(cJSON *root)
{
    cJSON *values = cJSON_GetObjectItemCaseSensitive(root, "values");
    cJSON_SetNumberValue(cJSON_GetObjectItem(entry(root, "keepalive.min"), "value"), 30.5);
    cJSON_DeleteItemFromObjectCaseSensitive(values, "clientid.max");
    cJSON_AddItemToObject(values, "clientid.min", cJSON_CreateObject());
    cJSON_DeleteItemFromObjectCaseSensitive(entry(root, "sign.default"), "source");
    cJSON_AddStringToObject(entry(root, "sign.default"), "sauce", "x");
    cJSON_ReplaceItemInObjectCaseSensitive(values, "topic.denied", cJSON_CreateString("drop"));
    cJSON_DeleteItemFromObjectCaseSensitive(entry(root, "transport.plain"), "value");
    cJSON_ReplaceItemInObjectCaseSensitive(entry(root, "securemode.plain"), "source", cJSON_CreateString(""));
    cJSON_ReplaceItemInObjectCaseSensitive(entry(root, "mqtt.levels"), "value", cJSON_Parse("[\"3\", 5]"));
    cJSON_ReplaceItemInObjectCaseSensitive(root, "date", cJSON_CreateString("2023-12-1"));
    cJSON_ReplaceItemInObjectCaseSensitive(root, "title", cJSON_Parse("{\"en\":\"x\",\"de\":\"x\"}"));
    cJSON_ReplaceItemInObjectCaseSensitive(root, "profile",
                                           cJSON_CreateString("a name that is longer than 31 bytes"));
    cJSON_AddTrueToObject(root, "extra");
}

static void change_range(cJSON *root)
{
    cJSON_SetNumberValue(cJSON_GetObjectItem(entry(root, "keepalive.min"), "value"), 1201);
    cJSON_ReplaceItemInObjectCaseSensitive(entry(root, "sign.methods"), "value", cJSON_Parse("[\"sha256\"]"));
}

static const char *date;

static void change_date(cJSON *root)
{
    cJSON_ReplaceItemInObjectCaseSensitive(root, "date", cJSON_CreateString(date));
}

static void dates_are_years_months_or_days(void)
{
    static const char *const good[] = {"2018", "2023-12", "2023-12-12"};
    static const char *const bad[] = {"20",          "201a",          "2018-",     "2018/12",
                                      "2018-1",      "2018-12-",      "2018-12-1", "2018-12-1x",
                                      "2018-12-123", "2018-12-12T00", "201.",      "2018x12"};
    struct problems problems = {0};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        date = good[i];
        CU_ASSERT_TRUE(load_changed(change_date, &problems));
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        date = bad[i];
        CU_ASSERT_FALSE(load_changed(change_date, &problems));
        CU_ASSERT_EQUAL(problems.count, i + 1);
    }
    problems_fini(&problems);
}

static void change_default(cJSON *root)
{
    cJSON_ReplaceItemInObjectCaseSensitive(entry(root, "sign.default"), "value", cJSON_CreateString("none"));
    cJSON_ReplaceItemInObjectCaseSensitive(entry(root, "sign.methods"), "value", cJSON_Parse("[\"sha256\"]"));
    cJSON_ReplaceItemInObjectCaseSensitive(entry(root, "heartbeat.reset_packets"), "value",
                                           cJSON_CreateArray());
}

static void no_default_needs_no_method(void)
{
    struct problems problems = {0};
    CU_ASSERT_TRUE(load_changed(change_default, &problems));
    CU_ASSERT_EQUAL(problems.count, 0);
}

static void change_shapes(cJSON *root)
{
    cJSON_ReplaceItemInObjectCaseSensitive(entry(root, "sign.methods"), "value",
                                           cJSON_CreateString("sha256"));
    cJSON_ReplaceItemInObjectCaseSensitive(entry(root, "mqtt.levels"), "value", cJSON_Parse("[{}]"));
    cJSON_ReplaceItemInObjectCaseSensitive(entry(root, "heartbeat.reset_packets"), "value",
                                           cJSON_Parse("[3, \"\"]"));
    cJSON_ReplaceItemInObjectCaseSensitive(entry(root, "sign.default"), "value", cJSON_CreateNumber(1));
    cJSON_ReplaceItemInObjectCaseSensitive(root, "document", cJSON_CreateNumber(3));
    cJSON_DeleteItemFromObjectCaseSensitive(root, "title");
}

/* Problems of a file, their paths cut to what follows the '#'. */
static void expect_problems(const struct problems *problems, const char *const paths[], size_t count)
{
    CU_ASSERT_EQUAL(problems->count, count);
    for (size_t k = 0; k < count; k++) {
        bool found = false;
        for (size_t i = 0; i < problems->count; i++) {
            const char *hash = strchr(problems->items[i].path, '#');
            found = found || (hash && strcmp(hash, paths[k]) == 0);
        }
        CU_ASSERT_TRUE(found);
        if (!found)
            fprintf(stderr, "\nno problem at %s\n", paths[k]);
    }
}

static void a_bad_file_has_all_its_problems_listed(void)
{
    struct problems problems = {0};
    CU_ASSERT_TRUE(load_changed(change_nothing, &problems));
    CU_ASSERT_EQUAL(problems.count, 0);
    CU_ASSERT_FALSE(load_changed(change_much, &problems));
    static const char *const much[] = {"#/extra",
                                       "#/profile",
                                       "#/title/de",
                                       "#/title/zh",
                                       "#/date",
                                       "#/values/keepalive.min/value",
                                       "#/values/clientid.max",
                                       "#/values/clientid.min",
                                       "#/values/sign.default/source",
                                       "#/values/sign.default/sauce",
                                       "#/values/topic.denied",
                                       "#/values/transport.plain/value",
                                       "#/values/securemode.plain/source",
                                       "#/values/mqtt.levels/value/0",
                                       "#/values/mqtt.levels/value/1"};
    expect_problems(&problems, much, sizeof much / sizeof much[0]);
    problems_fini(&problems);
    CU_ASSERT_FALSE(load_changed(change_range, &problems));
    static const char *const range[] = {"#/values/keepalive.min/value", "#/values/sign.default/value"};
    expect_problems(&problems, range, 2);
    problems_fini(&problems);
    CU_ASSERT_FALSE(load_changed(change_shapes, &problems));
    static const char *const shapes[] = {"#/values/sign.methods/value",
                                         "#/values/mqtt.levels/value/0",
                                         "#/values/heartbeat.reset_packets/value/0",
                                         "#/values/heartbeat.reset_packets/value/1",
                                         "#/values/sign.default/value",
                                         "#/document",
                                         "#/title"};
    expect_problems(&problems, shapes, sizeof shapes / sizeof shapes[0]);
    problems_fini(&problems);
}

static void files_that_are_no_profile(void)
{
    static const char *const names[] = {"1999",
                                        "/nowhere/at/all.json",
                                        "",
                                        "../2023",
                                        "suites/profiles",
                                        "2023.json",
                                        "/dev/null",
                                        "a-name-that-is-much-longer-than-any-profile-may-have"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct profile p;
        struct problems problems = {0};
        CU_ASSERT_FALSE(profile_load(&p, names[i], &problems));
        CU_ASSERT_EQUAL(problems.count, 1);
        problems_fini(&problems);
    }
    char array[] = "/tmp/iotconform-profile-XXXXXX";
    int fd = mkstemp(array);
    CU_ASSERT_TRUE_FATAL(fd >= 0 && write(fd, "[1]", 3) == 3);
    close(fd);
    struct profile p;
    struct problems problems = {0};
    CU_ASSERT_FALSE(profile_load(&p, array, &problems));
    CU_ASSERT_TRUE(problems.count >= 1);
    problems_fini(&problems);
    unlink(array);
}

void unit_profile(void)
{
    UNIT(five_profiles_say_what_the_ledger_says);
    UNIT(every_value_goes_there_and_back);
    UNIT(good_assignments);
    UNIT(bad_assignments);
    UNIT(a_bad_file_has_all_its_problems_listed);
    UNIT(dates_are_years_months_or_days);
    UNIT(no_default_needs_no_method);
    UNIT(files_that_are_no_profile);
}
