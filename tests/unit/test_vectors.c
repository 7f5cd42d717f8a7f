#include "harness/vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/commands.h"
#include "lib/base/buf.h"
#include "lib/base/mem.h"
#include "tests/unit/unit.h"

/* A file around some vectors. */
static char *file_of(const char *count, const char *vectors)
{
    return mem_printf(
        "{\"schema\": 1, \"note\": \"n\", \"source\": {\"name\": \"s\"}, \"notes\": {\"odd\": {\"effect\": "
        "\"e\"}}, \"count\": %s, \"vectors\": [%s]}",
        count, vectors);
}

#define HEAD(id, kind, result)                                                                               \
    "{\"id\": \"" id "\", \"kind\": \"" kind                                                                 \
    "\", \"comment\": \"c\", \"origin\": \"derived\", \"source\": \"s\", "                                   \
    "\"requires\": [\"MQT-20\"], \"result\": \"" result "\""

#define MATCH(id, filter, topic, matches)                                                                    \
    HEAD(id, "topic-match", "valid")                                                                         \
    ", \"filter\": \"" filter "\", \"topic\": \"" topic "\", \"matches\": " matches "}"

static struct vectors *load(const char *count, const char *text, struct problems *problems)
{
    char *file = file_of(count, text);
    struct vectors *v = vectors_new(NULL);
    vectors_add_text(v, str_of(file), "f.json", problems);
    free(file);
    return v;
}

/* The findings of the only vector; the caller frees. */
static cJSON *run_one(const char *text)
{
    struct problems problems = {0};
    struct vectors *v = load("1", text, &problems);
    CU_ASSERT_EQUAL_FATAL(problems.count, 0);
    cJSON *findings = vector_run(v, vectors_at(v, 0));
    vectors_free(v);
    return findings;
}

static void expect_findings(const char *text, int count, const char *what)
{
    cJSON *findings = run_one(text);
    CU_ASSERT_EQUAL(cJSON_GetArraySize(findings), count);
    if (count && findings->child)
        CU_ASSERT_STRING_EQUAL(cJSON_GetObjectItemCaseSensitive(findings->child, "what")->valuestring, what);
    cJSON_Delete(findings);
}

static void good_and_bad_vectors_are_told_apart(void)
{
    expect_findings(MATCH("TOP-V001", "a/+", "a/b", "true"), 0, "");
    expect_findings(MATCH("TOP-V001", "a/+", "a/b", "false"), 1, "matches");
    expect_findings(MATCH("TOP-V001", "a/#b", "a/b", "false"), 1, "result");
    expect_findings(
        HEAD("TOP-V001", "topic-name", "invalid") ", \"topic\": \"a/+\", \"offset\": 2, \"clause\": "
                                                  "[\"x\", \"MQTT-3.3.2-2\"]}",
        0, "");
    expect_findings(
        HEAD("TOP-V001", "topic-name", "invalid") ", \"topic\": \"a/+\", \"offset\": 1, \"clause\": \"x\"}",
        2, "offset");
    expect_findings(
        HEAD("TOP-V001", "topic-name", "invalid") ", \"topic\": \"a\", \"offset\": 1, \"clause\": \"x\"}", 1,
        "result");
}

static void packets_are_compared_field_by_field_and_byte_by_byte(void)
{
#define PUBACK(hex, id)                                                                                      \
    HEAD("PKT-V001", "mqtt-packet", "valid")                                                                 \
    ", \"hex\": " hex ", \"packet\": \"PUBACK\", \"fields\": {\"packetId\": " id "}}"
    expect_findings(PUBACK("\"40 02 00 0a\"", "10"), 0, "");
    expect_findings(PUBACK("[\"40 02\", {\"repeat\": \"01\", \"times\": 2}]", "257"), 0, "");
    expect_findings(PUBACK("\"40 02 00 0a\"", "11"), 2, "packetId"); /* and it encodes to other bytes */
    expect_findings(PUBACK("\"40 02 00\"", "10"), 2, "result");
    expect_findings(PUBACK("\"40 02 00 00\"", "0"), 1, "result");
    expect_findings(PUBACK("\"50 02 00 0a\"", "10"), 2, "packet");
}

static void streams_and_malformed_bytes_want_the_same_however_cut(void)
{
#define STREAM(hex, packets)                                                                                 \
    HEAD("PKT-V001", "mqtt-stream", "valid") ", \"hex\": \"" hex "\", \"packets\": [" packets "]}"
    expect_findings(STREAM("c0 00 40 02 00 01", "\"PINGREQ\", \"PUBACK\""), 0, "");
    expect_findings(STREAM("c0 00 40 02 00 01", "\"PINGREQ\", \"PUBREC\""), 1,
                    "cut at 0, then each 6: packets");
    expect_findings(HEAD("BAD-V001", "mqtt-malformed",
                         "invalid") ", \"hex\": \"f0 00\", \"clause\": \"section 2.2.1\", \"offset\": 0}",
                    0, "");
    expect_findings(HEAD("BAD-V001", "mqtt-malformed",
                         "invalid") ", \"hex\": \"c0 00\", \"clause\": \"x\", \"offset\": 0}",
                    1, "result");
    expect_findings(HEAD("BAD-V001", "mqtt-malformed",
                         "invalid") ", \"hex\": \"30 05\", \"clause\": \"x\", \"offset\": 0}",
                    1, "result");
    expect_findings(HEAD("BAD-V001", "mqtt-partial", "valid") ", \"hex\": \"c0 00\"}", 3, "result");
}

static void masked_values_are_prefixes_and_passwords_are_judged(void)
{
#define SIGN(result, more)                                                                                   \
    HEAD("SIG-V001", "sign", result)                                                                         \
    ", \"clientId\": \"12345\", \"deviceName\": \"device\", \"productKey\": \"pk\", \"timestamp\": "         \
    "\"789\", "                                                                                              \
    "\"deviceSecret\": \"secret\", \"signmethod\": \"hmacsha1\", \"content\": "                              \
    "\"clientId12345deviceNamedeviceproductKeypktimestamp789\", " more "}"
    expect_findings(SIGN("valid", "\"expect_prefix\": \"FAFD82A3D602B37FB0FA8B7892F24A477F85\""), 0, "");
    expect_findings(SIGN("valid", "\"expect_prefix\": \"FAFD82A3D602B37FB0FA8B7892F24A477F86\""), 2,
                    "digest");
    expect_findings(SIGN("valid", "\"password\": \"FAFD82A3D602B37FB0FA8B7892F24A477F851A14\""), 0, "");
    expect_findings(SIGN("invalid", "\"password\": \"FAFD82A3D602B37FB0FA8B7892F24A477F851A14\""), 1,
                    "result");
    expect_findings(SIGN("valid", "\"password\": \"FAFD82A3D602B37FB0FA8B7892F24A477F851A15\""), 1, "result");
    expect_findings(SIGN("valid", "\"digest\": \"00\""), 4, "digest");
}

static void a_mistake_in_a_file_is_a_problem_with_its_path(void)
{
    const struct {
        const char *count, *text, *path, *problem;
    } rows[] = {
        {"1", MATCH("TOP-V001", "a", "a", "true, \"mathces\": true"), "f.json#/vectors/0/mathces",
         "unknown key"},
        {"2", MATCH("TOP-V001", "a", "a", "true"), "f.json#", "count is 2, but there are 1 vectors"},
        {"2", MATCH("TOP-V001", "a", "a", "true") ", " MATCH("TOP-V001", "a", "b", "false"),
         "f.json#/vectors/1", "the id 'TOP-V001' stands twice, also in f.json"},
        {"1", MATCH("TOP-1", "a", "a", "true"), "f.json#/vectors/0",
         "the id 'TOP-1' has not the form SIG-V001"},
        {"1", MATCH("TOP-V001", "a", "a", "1"), "f.json#/vectors/0/matches", "wants true or false"},
        {"1", HEAD("TOP-V001", "topic-match", "valid") ", \"filter\": \"a\", \"topic\": \"a\"}",
         "f.json#/vectors/0", "'matches' is missing"},
        {"1", HEAD("TOP-V001", "topic-mach", "valid") "}", "f.json#/vectors/0",
         "there is no kind 'topic-mach'"},
        {"1", HEAD("TOP-V001", "topic-name", "valid") ", \"topic\": \"a\", \"offset\": 0}",
         "f.json#/vectors/0/offset", "does not go with this result"},
        {"1", HEAD("TOP-V001", "topic-name", "either") ", \"topic\": \"a\"}", "f.json#/vectors/0",
         "'either' needs a flag that says why"},
        {"1", HEAD("TOP-V001", "topic-name", "maybe") ", \"topic\": \"a\", \"offset\": 0, \"clause\": \"x\"}",
         "f.json#/vectors/0", "'result' is not 'maybe'"},
        {"1", HEAD("TOP-V001", "topic-name", "valid") ", \"topic\": \"a\", \"flags\": [\"even\"]}",
         "f.json#/vectors/0", "the file's notes have no flag 'even'"},
        {"1", HEAD("TOP-V001", "topic-name", "valid") ", \"topic\": {\"hex\": \"6\"}}",
         "f.json#/vectors/0/topic", "wants a text, {\"hex\"} or {\"repeat\", \"times\"}, of at most 4 MiB"},
        {"1", HEAD("BAD-V001", "mqtt-partial", "valid") ", \"hex\": \"4\"}", "f.json#/vectors/0/hex",
         "wants hexadecimal digits, or an array of these and of repeats"},
        {"1", PUBACK("\"40 02 00 01\"", "1, \"qos\": 1"), "f.json#/vectors/0/fields/qos", NULL},
        {"1", HEAD("KAL-V001", "keep-alive", "valid") ", \"profile\": \"1999\", \"keepAlive\": 60}",
         "f.json#/vectors/0", "the profile '1999' cannot be loaded"},
        {"1", HEAD("SIG-V001", "sign-method", "valid") ", \"signmethod\": \"hmacmd5\", \"size\": -1}",
         "f.json#/vectors/0/size", "wants a whole number from 0"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct problems problems = {0};
        vectors_free(load(rows[i].count, rows[i].text, &problems));
        CU_ASSERT_FATAL(problems.count >= 1);
        const struct problem *last = &problems.items[problems.count - 1];
        CU_ASSERT_STRING_EQUAL(last->path, rows[i].path);
        if (rows[i].problem)
            CU_ASSERT_STRING_EQUAL(last->text, rows[i].problem);
        problems_fini(&problems);
    }
}

static void all_mistakes_are_listed_at_once(void)
{
    struct problems problems = {0};
    vectors_free(load("3", MATCH("TOP-V001", "a", "a", "1, \"x\": 0") ", 7", &problems));
    CU_ASSERT_EQUAL(problems.count, 4); /* type, unknown key, no object, count */
    problems_fini(&problems);
}

static void requirements_must_be_in_the_ledger(void)
{
    struct problems problems = {0};
    struct ledger *ledger = ledger_load(&problems);
    CU_ASSERT_PTR_NOT_NULL_FATAL(ledger);
    struct vectors *v = vectors_new(ledger);
    char *good = file_of("1", MATCH("TOP-V001", "a", "a", "true"));
    vectors_add_text(v, str_of(good), "f.json", &problems);
    CU_ASSERT_EQUAL(problems.count, 0);
    char *at = strstr(good, "MQT-20"), *id = strstr(good, "TOP-V001");
    memcpy(at, "MQT-99", 6);
    memcpy(id, "TOP-V002", 8);
    vectors_add_text(v, str_of(good), "g.json", &problems);
    CU_ASSERT_EQUAL_FATAL(problems.count, 1);
    CU_ASSERT_STRING_EQUAL(problems.items[0].text, "there is no requirement 'MQT-99'");
    CU_ASSERT_TRUE(vector_is_selected(vectors_at(v, 0), "TOP-V*"));
    CU_ASSERT_TRUE(vector_is_selected(vectors_at(v, 0), "MQT-20"));
    CU_ASSERT_FALSE(vector_is_selected(vectors_at(v, 0), "MQT-2"));
    CU_ASSERT_FALSE(vector_is_selected(vectors_at(v, 0), "SIG-*"));
    free(good);
    vectors_free(v);
    ledger_free(ledger);
    problems_fini(&problems);
}

static void the_committed_vectors_load(void)
{
    struct problems problems = {0};
    struct vectors *v = vectors_new(NULL);
    vectors_add_all(v, &problems);
    CU_ASSERT_EQUAL(problems.count, 0);
    CU_ASSERT_TRUE(vectors_count(v) >= 80);
    vectors_free(v);
    problems_fini(&problems);
}

/* Runs a command with its standard output in a file and standard error away; returns its exit code. */
static int run_command(int (*command)(int, char **), char **argv, char *out, size_t size)
{
    int argc = 0;
    while (argv[argc])
        argc++;
    FILE *caught = tmpfile(), *away = fopen("/dev/null", "w");
    fflush(stdout);
    fflush(stderr);
    int real_out = dup(1), real_err = dup(2);
    dup2(fileno(caught), 1);
    dup2(fileno(away), 2);
    int code = command(argc, argv);
    fflush(stdout);
    fflush(stderr);
    dup2(real_out, 1);
    dup2(real_err, 2);
    close(real_out);
    close(real_err);
    rewind(caught);
    size_t n = fread(out, 1, size - 1, caught);
    out[n] = 0;
    fclose(caught);
    fclose(away);
    return code;
}

static void the_command_counts_and_ends_as_documented(void)
{
    char out[4096];
    char name[] = "/tmp/iotconform-vectors-XXXXXX";
    int fd = mkstemp(name);
    char *text = file_of("2", MATCH("TOP-V001", "a", "a", "true") ", " MATCH("TOP-V002", "a", "b", "true"));
    CU_ASSERT_EQUAL_FATAL(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    CU_ASSERT_EQUAL(run_command(cmd_vectors, (char *[]){"vectors", "--file", name, NULL}, out, sizeof out),
                    EXIT_DEVIATION);
    CU_ASSERT_PTR_NOT_NULL(strstr(out, "FAIL TOP-V002"));
    CU_ASSERT_PTR_NOT_NULL(strstr(out, "1 passed, 1 failed, 0 skipped\n"));
    CU_ASSERT_EQUAL(run_command(cmd_vectors, (char *[]){"vectors", "--file", name, "--select=TOP-V001", NULL},
                                out, sizeof out),
                    EXIT_AS_EXPECTED);
    CU_ASSERT_STRING_EQUAL(out, "1 passed, 0 failed, 0 skipped\n");
    CU_ASSERT_EQUAL(run_command(cmd_vectors, (char *[]){"vectors", "--file", name, "--select", "X*", NULL},
                                out, sizeof out),
                    EXIT_USAGE);
    CU_ASSERT_EQUAL(
        run_command(cmd_vectors, (char *[]){"vectors", "--file", name, "--json", NULL}, out, sizeof out),
        EXIT_DEVIATION);
    cJSON *json = cJSON_Parse(out);
    CU_ASSERT_EQUAL(cJSON_GetObjectItemCaseSensitive(json, "failed")->valueint, 1);
    cJSON_Delete(json);
    CU_ASSERT_EQUAL(
        run_command(cmd_vectors, (char *[]){"vectors", "--file", "/nowhere", NULL}, out, sizeof out),
        EXIT_USAGE);
    CU_ASSERT_EQUAL(run_command(cmd_vectors, (char *[]){"vectors", "--files", NULL}, out, sizeof out),
                    EXIT_USAGE);
    CU_ASSERT_EQUAL(run_command(cmd_vectors, (char *[]){"vectors", "--help", NULL}, out, sizeof out),
                    EXIT_AS_EXPECTED);
    unlink(name);
    free(text);
}

static void sign_prints_the_worked_example(void)
{
    char out[4096];
    CU_ASSERT_EQUAL(run_command(cmd_sign,
                                (char *[]){"sign", "--product-key", "pk", "--device-name", "device",
                                           "--device-secret", "secret", "--timestamp=789", NULL},
                                out, sizeof out),
                    EXIT_AS_EXPECTED);
    CU_ASSERT_STRING_EQUAL(out, "clientId 12345|securemode=3,signmethod=hmacsha1,timestamp=789|\n"
                                "username device&pk\npassword fafd82a3d602b37fb0fa8b7892f24a477f851a14\n");
    setenv("IOTCONFORM_DEVICE_SECRET", "secret", 1);
    CU_ASSERT_EQUAL(run_command(cmd_sign,
                                (char *[]){"sign", "--product-key", "pk", "--device-name", "device",
                                           "--sign-method", "hmacmd5", "--securemode", "2", "--json", NULL},
                                out, sizeof out),
                    EXIT_AS_EXPECTED);
    unsetenv("IOTCONFORM_DEVICE_SECRET");
    CU_ASSERT_STRING_EQUAL(
        out, "{\"clientId\":\"12345|securemode=2,signmethod=hmacmd5|\",\"username\":\"device&pk\","
             "\"password\":\"2ce7304ec0ddd548eb1492d65ac0b334\"}\n");
}

static void sign_refuses_what_it_cannot_sign(void)
{
    char out[4096];
    char *const rows[][4] = {{"--product-key", "p&k"}, {"--device-name", ""},      {"--client-id", "a|b"},
                             {"--sign-method", "md5"}, {"--timestamp", "now"},     {"--securemode", "-2"},
                             {"--device-secret", ""},  {"--region", "cn-shanghai"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *argv[] = {"sign",     "--product-key", "pk", "--device-name", "dn", "--device-secret", "s",
                        rows[i][0], rows[i][1],      NULL};
        CU_ASSERT_EQUAL(run_command(cmd_sign, argv, out, sizeof out), EXIT_USAGE);
        CU_ASSERT_STRING_EQUAL(out, "");
    }
}

void unit_vectors(void)
{
    UNIT(good_and_bad_vectors_are_told_apart);
    UNIT(packets_are_compared_field_by_field_and_byte_by_byte);
    UNIT(streams_and_malformed_bytes_want_the_same_however_cut);
    UNIT(masked_values_are_prefixes_and_passwords_are_judged);
    UNIT(a_mistake_in_a_file_is_a_problem_with_its_path);
    UNIT(all_mistakes_are_listed_at_once);
    UNIT(requirements_must_be_in_the_ledger);
    UNIT(the_committed_vectors_load);
    UNIT(the_command_counts_and_ends_as_documented);
    UNIT(sign_prints_the_worked_example);
    UNIT(sign_refuses_what_it_cannot_sign);
}
