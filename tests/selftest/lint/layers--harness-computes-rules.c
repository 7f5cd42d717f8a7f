/* lint-as: harness/verdict.c */
#include "lib/rules/connect_rules.h"
