/* lint-as: mock-broker/router.c */
#include "harness/verdict.h"
