/* lint-as: harness/verdict.c */
#include <microhttpd.h>
