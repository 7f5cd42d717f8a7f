/* The certificates that the platform can show: its own, and those that a device must not accept (NET-11, DEV-13). */
#ifndef BROKER_CERTIFICATES_H
#define BROKER_CERTIFICATES_H

#include <stdbool.h>

struct certificates;
struct tls_server;

enum certificate {
    CERTIFICATE_SERVER,
    CERTIFICATE_FOREIGN_ROOT,
    CERTIFICATE_EXPIRED,
    CERTIFICATE_WRONG_NAME,
    CERTIFICATE_SELF_SIGNED,
    CERTIFICATES
};

/* "server", "foreign-root" …, NULL behind the last. */
extern const char *const certificate_names[CERTIFICATES + 1];

/* Its own (borrowed), and the others in DIR/bad, read when they are asked for. min_version as tls_server_set_min_version has it;
 * both texts are borrowed. */
struct certificates *certificates_new(struct tls_server *own, const char *dir, const char *min_version);
void certificates_free(struct certificates *all);

/* NULL with *error (static text) when its files cannot be read. all may be NULL: then there is none. */
struct tls_server *certificates_get(struct certificates *all, enum certificate which, const char **error);

#endif
