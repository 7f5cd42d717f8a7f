#include "lib/protocol/device_sign.h"

#include <stdio.h>

#include "lib/base/hex.h"
#include "tests/unit/unit.h"

/* Digests copied by hand from platform-facts 2.4, and checked there with a second implementation. Anybody can check again:
 *   printf %s clientId12345deviceNamedeviceproductKeypktimestamp789 | openssl dgst -sha1 -hmac secret
 *   printf %s clientId12345deviceNamedeviceproductKeypktimestamp789secret | openssl dgst -sha256
 * The first of these contents is the documents' worked example (SIG-12). */
struct vector {
    const char *content;
    struct sign_fields fields;
    const char *hex[3]; /* hmacmd5, hmacsha1, hmacsha256 under "secret" */
};

#define ABSENT                                                                                               \
    {                                                                                                        \
        NULL, 0                                                                                              \
    }
#define TEXT(literal)                                                                                        \
    {                                                                                                        \
        literal, sizeof(literal) - 1                                                                         \
    }

static const struct vector vectors[] = {
    {"clientId12345deviceNamedeviceproductKeypktimestamp789",
     {TEXT("12345"), TEXT("device"), TEXT("pk"), TEXT("789")},
     {"14b198324fe55e1d3c88f2e705e201ee", "fafd82a3d602b37fb0fa8b7892f24a477f851a14",
      "6074a46a91b1ebb2cc4ea42790ad0e80202c9843859fc292e57c4eb19fad9e57"}},
    {"clientId12345deviceNamedeviceproductKeypk",
     {TEXT("12345"), TEXT("device"), TEXT("pk"), ABSENT},
     {"2ce7304ec0ddd548eb1492d65ac0b334", "3504e4df7ce4766d30f796ee973c9ce7fc5425cb",
      "c8cb3dcb7159682438e5fd9a9c34f398e41bb8edb6f222795e307bafee151090"}},
    {"deviceNamedeviceproductKeypk",
     {ABSENT, TEXT("device"), TEXT("pk"), ABSENT},
     {"c07c9fa9be69010bcfaaf59322258cc2", "ef1338106ebf173868958116f51797c8b9149855",
      "4e4fa898ea37565cb40779e7e48196c21a58565cf6c84eeffcd400c63633e7c8"}},
    {"clientIdpk.devicedeviceNamedeviceproductKeypktimestamp2524608000000",
     {TEXT("pk.device"), TEXT("device"), TEXT("pk"), TEXT("2524608000000")},
     {"40a5925fc3f0ed3102160db7d0c5055c", "bda9a4dae972a03474f1bd535c7683cf411230cb",
      "2eab47d05ec94fab1a34e7e9f54aebd34a1e15770f932e05300193007e0091e9"}},
    {"clientId123deviceNametestproductKey123timestamp123",
     {TEXT("123"), TEXT("test"), TEXT("123"), TEXT("123")},
     {"7f9c0941a986fe6d3ad883eda7efda9c", "17b3ca175a2c737c69be476e761ea62b2356e100",
      "f0a12a0784236f598657c2ec54f03a3c0497e3a3728316c008b971746a2d27f0"}},
};
enum { VECTORS = sizeof vectors / sizeof vectors[0] };

static void names_go_both_ways(void)
{
    static const char *const names[SIGN_METHODS] = {"hmacmd5", "hmacsha1", "hmacsha256", "sha256"};
    static const size_t sizes[SIGN_METHODS] = {16, 20, 32, 32};
    for (int i = 0; i < SIGN_METHODS; i++) {
        enum sign_method method = SIGN_METHODS;
        CU_ASSERT_STRING_EQUAL(sign_method_name((enum sign_method)i), names[i]);
        CU_ASSERT_TRUE(sign_method_named(str_of(names[i]), &method));
        CU_ASSERT_EQUAL((int)method, i);
        CU_ASSERT_EQUAL(sign_digest_size((enum sign_method)i), sizes[i]);
    }
    enum sign_method method = SIGN_HMACSHA1;
    CU_ASSERT_FALSE(sign_method_named(STR("HMACSHA1"), &method));
    CU_ASSERT_FALSE(sign_method_named(STR("hmacsha"), &method));
    CU_ASSERT_FALSE(sign_method_named(STR(""), &method));
    CU_ASSERT_EQUAL(method, SIGN_HMACSHA1);
}

static void content_is_sorted_and_joined(void)
{
    for (size_t i = 0; i < VECTORS; i++) {
        struct buf out;
        buf_init(&out, 256);
        CU_ASSERT_TRUE(sign_content(&vectors[i].fields, &out));
        CU_ASSERT_TRUE(str_is(buf_str(&out), vectors[i].content));
        buf_fini(&out);
    }
}

static void content_of_a_sent_but_empty_field_has_its_name(void)
{
    const struct sign_fields fields = {STR(""), STR("d"), STR("p"), STR("")};
    struct buf out;
    buf_init(&out, 256);
    CU_ASSERT_TRUE(sign_content(&fields, &out));
    CU_ASSERT_TRUE(str_is(buf_str(&out), "clientIddeviceNamedproductKeyptimestamp"));
    buf_fini(&out);
}

static void content_past_the_maximum_leaves_nothing(void)
{
    struct buf out;
    buf_init(&out, 20);
    buf_append_str(&out, STR("x"));
    CU_ASSERT_FALSE(sign_content(&vectors[0].fields, &out));
    CU_ASSERT_TRUE(str_is(buf_str(&out), "x"));
    buf_fini(&out);
}

static void documented_vectors(void)
{
    for (size_t i = 0; i < VECTORS; i++) {
        for (int m = SIGN_HMACMD5; m <= SIGN_HMACSHA256; m++) {
            enum sign_method method = (enum sign_method)m;
            char password[SIGN_HEX_SIZE];
            sign_password(method, STR("secret"), &vectors[i].fields, password);
            CU_ASSERT_STRING_EQUAL(password, vectors[i].hex[m]);
            CU_ASSERT_TRUE(sign_verify(method, STR("secret"), &vectors[i].fields, str_of(vectors[i].hex[m])));
            uint8_t digest[SIGN_DIGEST_MAX];
            size_t size = sign_digest(method, STR("secret"), str_of(vectors[i].content), digest);
            char hex[SIGN_HEX_SIZE];
            hex_encode(digest, size, hex);
            CU_ASSERT_STRING_EQUAL(hex, vectors[i].hex[m]);
        }
    }
}

/* Dynamic registration signs other names: only the digest is used. */
static void registration_vector(void)
{
    static const char *const hex[] = {"bfe0cdf07aa4c15e5a7a349f93b6e314",
                                      "3db45e2c7880d9edb7921262d396ce454fab25d7",
                                      "8079ef76baec6e70051940ccb24e18e57229e09b85bec46183ac2584bee8a8f9"};
    for (int m = SIGN_HMACMD5; m <= SIGN_HMACSHA256; m++) {
        uint8_t digest[SIGN_DIGEST_MAX];
        char text[SIGN_HEX_SIZE];
        size_t size = sign_digest((enum sign_method)m, STR("secret"),
                                  STR("deviceNamedevice1productKeyal123456789random123"), digest);
        hex_encode(digest, size, text);
        CU_ASSERT_STRING_EQUAL(text, hex[m]);
    }
}

/* SIG-06: SHA-256 of content, then secret; the other order and the content alone are wrong. */
static void sha256_puts_the_secret_last(void)
{
    const struct sign_fields *fields = &vectors[0].fields;
    char password[SIGN_HEX_SIZE];
    sign_password(SIGN_SHA256, STR("secret"), fields, password);
    CU_ASSERT_STRING_EQUAL(password, "616393e41b5065e42ebfbbae30808c20af3fbd7f4939068fbde19f20566bbc8c");
    CU_ASSERT_TRUE(sign_verify(SIGN_SHA256, STR("secret"), fields, str_of(password)));
    CU_ASSERT_FALSE(sign_verify(SIGN_SHA256, STR("secret"), fields,
                                STR("302c76575c69a862fbe34079cdb19c5877f538d4130f0ad0ccf75489717ff990")));
    CU_ASSERT_FALSE(sign_verify(SIGN_SHA256, STR("secret"), fields,
                                STR("dece03075d644ce624d94416559ea724910e440fa62d855e403d5f91f685c72d")));
}

static void case_of_the_digits_does_not_matter(void)
{
    const struct sign_fields *fields = &vectors[0].fields;
    CU_ASSERT_TRUE(
        sign_verify(SIGN_HMACSHA1, STR("secret"), fields, STR("FAFD82A3D602B37FB0FA8B7892F24A477F851A14")));
    CU_ASSERT_TRUE(
        sign_verify(SIGN_HMACSHA1, STR("secret"), fields, STR("fafd82a3D602B37FB0fa8b7892F24a477f851A14")));
}

static void wrong_passwords_are_refused(void)
{
    const struct sign_fields *fields = &vectors[0].fields;
    static const char *const wrong[] = {
        "",
        "fafd82a3d602b37fb0fa8b7892f24a477f851a1",
        "fafd82a3d602b37fb0fa8b7892f24a477f851a1400",
        "fafd82a3d602b37fb0fa8b7892f24a477f851a14\n",
        "gafd82a3d602b37fb0fa8b7892f24a477f851a14",
        "fafd82a3d602b37fb0fa8b7892f24a477f851a1 ",
        "6f2e85580829a91cce65df1cb2b1fe0fd44fa7b2", /* values joined without names */
        "14b198324fe55e1d3c88f2e705e201ee",         /* another method's */
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        CU_ASSERT_FALSE(sign_verify(SIGN_HMACSHA1, STR("secret"), fields, str_of(wrong[i])));
    char password[] = "fafd82a3d602b37fb0fa8b7892f24a477f851a14";
    for (size_t i = 0; i < sizeof password - 1; i++) {
        char right = password[i];
        password[i] = right == '0' ? '1' : '0';
        CU_ASSERT_FALSE(sign_verify(SIGN_HMACSHA1, STR("secret"), fields, str_of(password)));
        password[i] = right;
    }
    CU_ASSERT_FALSE(sign_verify(SIGN_HMACSHA1, STR("Secret"), fields, str_of(password)));
    CU_ASSERT_TRUE(sign_verify(SIGN_HMACSHA1, STR("secret"), fields, str_of(password)));
}

/* Contexts are kept between calls; no key or content may stay behind. The digests of nothing are those of RFC tables:
 *   openssl dgst -md5 -hmac '' /dev/null */
static void contexts_forget(void)
{
    uint8_t digest[SIGN_DIGEST_MAX];
    char hex[SIGN_HEX_SIZE];
    sign_digest(SIGN_HMACMD5, STR("secret"), STR("content"), digest);
    size_t size = sign_digest(SIGN_HMACMD5, (struct str){NULL, 0}, (struct str){NULL, 0}, digest);
    hex_encode(digest, size, hex);
    CU_ASSERT_STRING_EQUAL(hex, "74e6f7298a9c2d168935f58c001bad88");
    size = sign_digest(SIGN_SHA256, (struct str){NULL, 0}, (struct str){NULL, 0}, digest);
    hex_encode(digest, size, hex);
    CU_ASSERT_STRING_EQUAL(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    documented_vectors();
}

/* A key longer than the digest's block is hashed first: RFC 2202, test case 6 (80 bytes 0xaa). */
static void long_secret(void)
{
    char secret[80];
    memset(secret, 0xaa, sizeof secret);
    uint8_t digest[SIGN_DIGEST_MAX];
    char hex[SIGN_HEX_SIZE];
    size_t size = sign_digest(SIGN_HMACSHA1, (struct str){secret, sizeof secret},
                              STR("Test Using Larger Than Block-Size Key - Hash Key First"), digest);
    hex_encode(digest, size, hex);
    CU_ASSERT_STRING_EQUAL(hex, "aa4ae5e15272d00e95705637ce8a3b55ed402112");
}

void unit_device_sign(void)
{
    UNIT(names_go_both_ways);
    UNIT(content_is_sorted_and_joined);
    UNIT(content_of_a_sent_but_empty_field_has_its_name);
    UNIT(content_past_the_maximum_leaves_nothing);
    UNIT(documented_vectors);
    UNIT(registration_vector);
    UNIT(sha256_puts_the_secret_last);
    UNIT(case_of_the_digits_does_not_matter);
    UNIT(wrong_passwords_are_refused);
    UNIT(contexts_forget);
    UNIT(long_secret);
}
