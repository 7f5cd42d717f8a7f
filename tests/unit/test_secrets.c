#include "lib/base/secrets.h"

#include <stdio.h>

#include "tests/unit/unit.h"

static void found_anywhere(void)
{
    struct secrets *s = secrets_new();
    CU_ASSERT_FALSE(secrets_in(s, STR("s3cr3t-of-the-device")));
    secrets_add(s, STR("s3cr3t-of-the-device"));
    secrets_add(s, STR("8 bytes!"));
    CU_ASSERT_TRUE(secrets_in(s, STR("s3cr3t-of-the-device")));
    CU_ASSERT_TRUE(secrets_in(s, STR("am-s3cr3t-of-the-device&pk")));
    CU_ASSERT_TRUE(secrets_in(s, STR("device&s3cr3t-of-th"))); /* cut, 12 bytes are left */
    CU_ASSERT_FALSE(secrets_in(s, STR("device&s3cr3t-of-t")));
    CU_ASSERT_TRUE(secrets_in(s, STR("/8 bytes!/")));
    CU_ASSERT_TRUE(secrets_in(s, STR("/8 BYTES!/")));
    CU_ASSERT_FALSE(secrets_in(s, STR("/8 bytes/")));
    CU_ASSERT_FALSE(secrets_in(s, STR("")));
    CU_ASSERT_FALSE(secrets_in(s, (struct str){NULL, 0}));
    CU_ASSERT_FALSE(secrets_in(NULL, STR("s3cr3t-of-the-device")));
    secrets_free(s);
    secrets_free(NULL);
}

/* It would hide too much otherwise. */
static void short_ones_are_whole(void)
{
    struct secrets *s = secrets_new();
    secrets_add(s, STR("secret"));
    secrets_add(s, STR(""));
    CU_ASSERT_TRUE(secrets_in(s, STR("secret")));
    CU_ASSERT_FALSE(secrets_in(s, STR("secretariat")));
    CU_ASSERT_FALSE(secrets_in(s, STR("")));
    CU_ASSERT_TRUE(secret_in(STR("secret"), STR("secret")));
    CU_ASSERT_FALSE(secret_in(STR("secret"), STR("secretariat")));
    CU_ASSERT_FALSE(secret_in(STR(""), STR("")));
    secrets_free(s);
}

static void masked(void)
{
    struct secrets *s = secrets_new();
    secrets_add(s, STR("s3cr3t-of-the-device"));
    char text[] = "/pk/s3cr3t-of-the/x S3CR3T-of-the-device", hex[] = "x=0123456789abcdef0123456789ABCDEF,1";
    secrets_mask(s, text, strlen(text), '*');
    CU_ASSERT_STRING_EQUAL(text, "/pk/*************/x ********************");
    secret_form_mask(hex, strlen(hex), '*');
    CU_ASSERT_STRING_EQUAL(hex, "x=********************************,1");
    secrets_free(s);
}

static void counted(void)
{
    struct secrets *s = secrets_new();
    secrets_add(s, STR("shared-secret-of-two"));
    secrets_add(s, STR("shared-secret-of-two"));
    secrets_remove(s, STR("shared-secret-of-two"));
    CU_ASSERT_TRUE(secrets_in(s, STR("shared-secret-of-two")));
    secrets_remove(s, STR("shared-secret-of-two"));
    CU_ASSERT_FALSE(secrets_in(s, STR("shared-secret-of-two")));
    secrets_remove(s, STR(""));
    secrets_free(s);
}

static void one_alone(void)
{
    CU_ASSERT_TRUE(secret_in(STR("0123456789abcdef"), STR("x0123456789AB")));
    CU_ASSERT_FALSE(secret_in(STR("0123456789abcdef"), STR("x0123456789a")));
}

static void forms(void)
{
    CU_ASSERT_TRUE(secret_form_in(STR("0123456789abcdef0123456789ABCDEF")));
    CU_ASSERT_TRUE(secret_form_in(STR("pk-0123456789012345678901234567890123456789!")));
    CU_ASSERT_TRUE(secret_form_in(STR("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")));
    CU_ASSERT_FALSE(secret_form_in(STR("0123456789abcdef0123456789ABCDE")));
    CU_ASSERT_FALSE(secret_form_in(STR("0123456789abcdef0123456789ABCDEF0")));
    CU_ASSERT_FALSE(secret_form_in(STR("")));
}

void unit_secrets(void)
{
    UNIT(found_anywhere);
    UNIT(short_ones_are_whole);
    UNIT(masked);
    UNIT(counted);
    UNIT(one_alone);
    UNIT(forms);
}
