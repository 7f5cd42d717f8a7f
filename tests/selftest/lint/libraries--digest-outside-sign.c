/* lint-as: mock-broker/router.c */
#include <openssl/hmac.h>
