#include "lib/rules/explain_inner.h"

#include "lib/base/hex.h"
#include "tests/unit/explaining.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

static struct explanation explanation;

/* HMAC-SHA1 by another way than the code under test takes. */
static void hmac_hex(struct str key, struct str content, char out[SIGN_HEX_SIZE])
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    HMAC(EVP_sha1(), key.p, (int)key.n, (const unsigned char *)content.p, content.n, digest, &size);
    hex_encode(digest, size, out);
}

static void expect_mistakes(struct str content, const char *first, const char *second)
{
    struct profile profile = profile_named("2023");
    struct explain_request request;
    char password[SIGN_HEX_SIZE];
    example_request(&request, &profile);
    hmac_hex(STR("secret"), content, password);
    request.packet.password = str_of(password);
    explain_request_run(&request, &explanation);
    CU_ASSERT_EQUAL_FATAL(explanation.count, 1);
    const struct explain_item *item = &explanation.items[0];
    CU_ASSERT_EQUAL_FATAL(item->found_count, (size_t)(first != NULL) + (second != NULL));
    if (first)
        CU_ASSERT_STRING_EQUAL(item->found[0].mistake->id, first);
    if (second)
        CU_ASSERT_STRING_EQUAL(item->found[1].mistake->id, second);
}

static void details_belong_to_their_mistake(void)
{
    expect_mistakes(STR("productKeypkdeviceNamedeviceclientId12345"), "unsorted", "timestamp-not-signed");
    CU_ASSERT_STRING_EQUAL(explanation.items[0].found[0].detail, "productKey, deviceName, clientId");
    CU_ASSERT_STRING_EQUAL(explanation.items[0].found[1].detail, "");
    expect_mistakes(STR("timestamp789clientIdpk.devicedeviceNamedeviceproductKeypk"), "unsorted",
                    "client-id-other-form");
    CU_ASSERT_STRING_EQUAL(explanation.items[0].found[0].detail,
                           "timestamp, clientId, deviceName, productKey");
    CU_ASSERT_STRING_EQUAL(explanation.items[0].found[1].detail, "productKey.deviceName");
}

/* One mistake explains better than two; three are not searched for. */
static void fewest_mistakes_win(void)
{
    expect_mistakes(STR("clientId12345deviceNamedeviceproductKeypktimestamp789\n"), "trailing-newline", NULL);
    expect_mistakes(STR("productKeypkdeviceNamedeviceclientId12345\n"), NULL, NULL);
}

/* The secret's key stays prepared between digests: another key in between must not be taken for it. */
static void keys_are_not_mixed_up(void)
{
    struct profile profile = profile_named("2023");
    struct explain_request request;
    uint8_t digest[SIGN_DIGEST_MAX];
    sign_digest(SIGN_HMACSHA1, STR("another key"), STR("x"), digest);
    for (int i = 0; i < 2; i++)
        expect_mistakes(STR("clientId12345deviceNamedeviceproductKeypk"), "timestamp-not-signed", NULL);
    example_request(&request, &profile);
    explain_request_run(&request, &explanation);
    CU_ASSERT_TRUE(explanation.accepted);
}

/* A table without rows names nothing, and breaks nothing. */
static void empty_table(void)
{
    struct profile profile = profile_named("2023");
    struct explain_request request;
    example_request(&request, &profile);
    request.packet.password = STR("00");
    explain_request_run_with(&request, NULL, 0, &explanation);
    CU_ASSERT_EQUAL(explanation.count, 1);
    CU_ASSERT_EQUAL(explanation.items[0].found_count, 0);
}

/* Raw bytes end at their first NUL where they went through a C string: content found by trying, bytes by HMAC(). */
static void raw_digest_cut_at_its_nul(void)
{
    struct profile profile = profile_named("2023");
    for (unsigned i = 0;; i++) {
        char id[96], content[128], hex[SIGN_HEX_SIZE];
        uint8_t digest[20];
        CU_ASSERT_TRUE_FATAL(i < 10000);
        snprintf(id, sizeof id, "%u|securemode=3,signmethod=hmacsha1|", i);
        snprintf(content, sizeof content, "clientId%udeviceNamedeviceproductKeypk", i);
        hmac_hex(STR("secret"), str_of(content), hex);
        for (size_t k = 0; k < sizeof digest; k++)
            digest[k] = (uint8_t)(hex_digit(hex[2 * k]) << 4 | hex_digit(hex[2 * k + 1]));
        size_t length = strnlen((const char *)digest, sizeof digest);
        if (length < 8 || length > 15)
            continue;
        struct explain_request request;
        example_request(&request, &profile);
        request.packet.client_id = str_of(id);
        request.packet.password = (struct str){(const char *)digest, length};
        explain_request_run(&request, &explanation);
        CU_ASSERT_EQUAL_FATAL(explanation.items[0].found_count, 1);
        CU_ASSERT_STRING_EQUAL(explanation.items[0].found[0].mistake->id, "raw-digest");
        return;
    }
}

void unit_explain_password(void)
{
    UNIT(details_belong_to_their_mistake);
    UNIT(fewest_mistakes_win);
    UNIT(keys_are_not_mixed_up);
    UNIT(empty_table);
    UNIT(raw_digest_cut_at_its_nul);
}
