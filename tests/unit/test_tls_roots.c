#include "client/tls_roots.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "tests/unit/net_certs.h"
#include "tests/unit/unit.h"

/* The caller frees. */
static char *text_of(const char *file)
{
    enum { TEXT_MAX_BYTES = 65536 };
    char *text = mem_zalloc(1, TEXT_MAX_BYTES);
    FILE *f = fopen(file, "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    CU_ASSERT_TRUE(fread(text, 1, TEXT_MAX_BYTES - 1, f) > 0);
    fclose(f);
    return text;
}

static void the_same_text_is_the_same_context(void)
{
    const char *error = NULL;
    char *ours = text_of(net_certs_file("root.crt")), *again = mem_strdup(ours);
    char *other = text_of(net_certs_other_root());
    struct tls_roots *first = tls_roots_get(ours, &error), *second = tls_roots_get(again, &error);
    struct tls_roots *third = tls_roots_get(other, &error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(first);
    CU_ASSERT_PTR_EQUAL(tls_roots_client(first), tls_roots_client(second));
    CU_ASSERT_PTR_NOT_EQUAL(tls_roots_client(first), tls_roots_client(third));
    tls_roots_put(first);
    CU_ASSERT_PTR_EQUAL(tls_roots_get(ours, &error), second);
    tls_roots_put(second);
    tls_roots_put(second);
    tls_roots_put(third);
    free(ours);
    free(again);
    free(other);
}

static void a_bad_text_has_no_context(void)
{
    const char *error = NULL;
    CU_ASSERT_PTR_NULL(tls_roots_get("no certificate", &error));
    CU_ASSERT_PTR_NOT_NULL(error);
    CU_ASSERT_PTR_NULL(tls_roots_client(NULL));
    tls_roots_put(NULL);
}

void unit_tls_roots(void)
{
    UNIT(the_same_text_is_the_same_context);
    UNIT(a_bad_text_has_no_context);
}
