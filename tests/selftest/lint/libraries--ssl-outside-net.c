/* lint-as: harness/verdict.c */
#include <openssl/ssl.h>
