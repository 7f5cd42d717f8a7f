#include "certificates.h"

#include "lib/base/mem.h"
#include "lib/net/tls.h"

#include <stdlib.h>

const char *const certificate_names[CERTIFICATES + 1] = {
    [CERTIFICATE_SERVER] = "server",           [CERTIFICATE_FOREIGN_ROOT] = "foreign-root",
    [CERTIFICATE_EXPIRED] = "expired",         [CERTIFICATE_WRONG_NAME] = "wrong-name",
    [CERTIFICATE_SELF_SIGNED] = "self-signed",
};

struct certificates {
    const char *dir, *min_version;
    struct tls_server *served[CERTIFICATES]; /* all but the first one are owned */
};

struct certificates *certificates_new(struct tls_server *own, const char *dir, const char *min_version)
{
    struct certificates *all = mem_zalloc(1, sizeof *all);
    all->dir = dir;
    all->min_version = min_version;
    all->served[CERTIFICATE_SERVER] = own;
    return all;
}

void certificates_free(struct certificates *all)
{
    if (!all)
        return;
    for (int i = CERTIFICATE_SERVER + 1; i < CERTIFICATES; i++)
        tls_server_free(all->served[i]);
    free(all);
}

struct tls_server *certificates_get(struct certificates *all, enum certificate which, const char **error)
{
    *error = "TLS is not served";
    if (!all || all->served[which])
        return all ? all->served[which] : NULL;
    char *files[] = {mem_printf("%s/bad/%s.crt", all->dir, certificate_names[which]),
                     mem_printf("%s/bad/%s.key", all->dir, certificate_names[which])};
    all->served[which] = tls_server_new_files(files[0], files[1], error);
    if (all->served[which])
        tls_server_set_min_version(all->served[which], all->min_version);
    free(files[0]);
    free(files[1]);
    return all->served[which];
}
