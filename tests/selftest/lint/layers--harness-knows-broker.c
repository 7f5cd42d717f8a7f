/* lint-as: harness/verdict.c */
#include "mock-broker/router.h"
