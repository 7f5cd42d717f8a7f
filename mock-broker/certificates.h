<<<<<<< HEAD
/* The certificates of the device ports: found, made at the first start, and made anew when a name is missing. */
#ifndef BROKER_CERTIFICATES_H
#define BROKER_CERTIFICATES_H

#include <stddef.h>

struct host_names;
struct tls_server;

struct certificate_wish {
    const char *folder;     /* --certs: read as it is, never written; NULL: the folder of home_certs_dir() */
    const char *cert, *key; /* --cert, --key; instead of a folder */
    const char *region;     /* whose endpoints are to be carried */
    const struct host_names *names; /* that devices dial */
    const char *const *own_names;   /* --server-name: names and addresses */
    size_t own_count;
};

/* Our own folder is filled by certs/make-certs when certificates are not there or no longer valid, and again when they do not
 * carry a name; while that script works in the folder, nobody reads it. In anybody else's certificates a missing name is only
 * logged. NULL with a logged message. *folder gets where root.crt is; the caller frees it in both cases. */
struct tls_server *certificates_open(const struct certificate_wish *wish, char **folder);
=======
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
>>>>>>> main

#endif
