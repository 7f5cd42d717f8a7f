/* lint-as: mock-broker/router.c */
#include "../lib/base/buf.h"
