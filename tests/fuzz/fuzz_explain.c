/* Any CONNECT, explained: the work stays bounded, the texts are whole, and the secret is in none of them. The input is client id,
 * user name and password, each ended by a line feed but the last. */
#include <string.h>

#include "harness/explain_request.h"
#include "lib/base/check.h"
#include "tests/fuzz/fuzz.h"

static const char secret[] = "s3cr3t-of-the-device";

/* The first line of *rest, which is then what stands behind it. */
static struct str line(struct str *rest)
{
    struct str first = {rest->p, str_find(*rest, '\n')};
    size_t skip = first.n + (first.n < rest->n);
    *rest = (struct str){rest->p + skip, rest->n - skip};
    return first;
}

static void check_text(const struct explanation *explanation)
{
    cJSON *json = explain_json(explanation);
    char *text = cJSON_PrintUnformatted(json);
    CHECK(text && !strstr(text, secret));
    cJSON_free(text);
    cJSON_Delete(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct profile profile;
    static struct explanation explanation;
    struct problems problems = {0};
    struct explain_request request;
    struct str rest = {(const char *)data, size};
    if (!profile.name[0])
        CHECK(profile_load(&profile, "2023", &problems));
    explain_request_init(&request, &profile);
    request.packet.client_id = line(&rest);
    request.packet.username = line(&rest);
    request.packet.password = rest;
    request.packet.has_username = request.packet.has_password = true;
    request.packet.keep_alive_s = (uint16_t)(size * 257);
    request.transport = (enum transport)(size % TRANSPORTS);
    request.product_key = STR("pk");
    request.device_name = STR("device");
    request.device_secret = str_of(secret);
    request.product_secret = STR("cGst");
    request.others[0].name = STR("device2");
    request.others[request.other_count++].secret = STR("secret2");
    request.tokens[0].text = STR("token");
    request.tokens[request.token_count++].token = (struct explain_token){.device_name = STR("device2")};
    explain_request_run(&request, &explanation);
    CHECK(explanation.accepted == (explanation.count == 0));
    CHECK(explanation.blocks <= EXPLAIN_BLOCKS_MAX);
    for (size_t i = 0; i < explanation.count; i++)
        CHECK(explanation.items[i].found_count <= EXPLAIN_MISTAKES_MAX);
    check_text(&explanation);
    return 0;
}
