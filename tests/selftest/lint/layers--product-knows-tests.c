/* lint-as: mock-broker/router.c */
#include "tests/unit/unit.h"
