/* Certificates for the tests of lib/net. */
#ifndef TESTS_NET_CERTS_H
#define TESTS_NET_CERTS_H

/* The folder that `make certs` fills; fills it when it is empty. */
const char *net_certs_dir(void);

/* dir/name as text that lives until the program ends. */
const char *net_certs_file(const char *name);

/* A root certificate that has signed nothing, in a file that is removed when the program ends. */
const char *net_certs_other_root(void);

#endif
