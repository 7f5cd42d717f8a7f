/* lint-as: lib/base/hex.c */
#include <openssl/bio.h>
