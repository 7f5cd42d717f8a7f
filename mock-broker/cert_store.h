/* The certificates of the device ports: found, made at the first start, and made anew when a name is missing. */
#ifndef BROKER_CERT_STORE_H
#define BROKER_CERT_STORE_H

#include <stddef.h>

struct host_names;
struct tls_server;

struct cert_wish {
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
struct tls_server *cert_store_open(const struct cert_wish *wish, char **folder);

#endif
