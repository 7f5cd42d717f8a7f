#include "tests/unit/net_certs.h"

#include "lib/base/check.h"
#include "lib/base/home.h"
#include "lib/base/mem.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *made[8];
static size_t made_count;

static void forget(void)
{
    while (made_count)
        free(made[--made_count]);
}

/* Kept until the program ends, so that the leak check is about the code under test. */
static char *keep(char *text)
{
    if (made_count == 0)
        atexit(forget);
    CHECK(made_count < sizeof made / sizeof made[0]);
    made[made_count++] = text;
    return text;
}

const char *net_certs_dir(void)
{
    static const char *dir;
    if (dir)
        return dir;
    /* Unit tests run in the source tree, wherever they were built. */
    const char *home = access("certs/make-certs", X_OK) == 0 ? "." : home_dir();
    dir = keep(mem_printf("%s/certs/out", home));
    char *command = keep(mem_printf("'%s/certs/make-certs'", home));
    CHECK(system(command) == 0);
    return dir;
}

const char *net_certs_file(const char *name)
{
    static struct {
        const char *name, *path;
    } known[4];
    size_t i = 0;
    while (known[i].name && strcmp(known[i].name, name) != 0)
        CHECK(++i < sizeof known / sizeof known[0]);
    if (!known[i].name) {
        known[i].name = name;
        known[i].path = keep(mem_printf("%s/%s", net_certs_dir(), name));
    }
    return known[i].path;
}

static char other_root[] = "/tmp/iotconform-root.XXXXXX";

static void remove_other_root(void)
{
    unlink(other_root);
}

static X509 *self_signed(EVP_PKEY *key)
{
    X509 *x = X509_new();
    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    X509_gmtime_adj(X509_getm_notBefore(x), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x), 3600);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC, (const unsigned char *)"other",
                               -1, -1, 0);
    X509_set_issuer_name(x, X509_get_subject_name(x));
    X509_set_pubkey(x, key);
    CHECK(X509_sign(x, key, EVP_sha256()) > 0);
    return x;
}

const char *net_certs_other_root(void)
{
    static int is_made;
    if (is_made)
        return other_root;
    is_made = 1;
    FILE *file = fdopen(mkstemp(other_root), "w");
    CHECK(file != NULL);
    atexit(remove_other_root);
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *x = self_signed(key);
    CHECK(PEM_write_X509(file, x) == 1);
    CHECK(fclose(file) == 0);
    X509_free(x);
    EVP_PKEY_free(key);
    return other_root;
}
