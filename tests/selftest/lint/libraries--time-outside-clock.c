/* lint-as: mock-broker/router.c */
#include <time.h>
