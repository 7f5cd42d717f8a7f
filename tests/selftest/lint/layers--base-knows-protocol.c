/* lint-as: lib/base/hex.c */
#include "lib/base/hex.h"

#include "lib/protocol/topic.h"
