/* lint-as: harness/verdict.c */
#include <wslay/wslay.h>
