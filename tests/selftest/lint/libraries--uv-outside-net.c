/* lint-as: mock-broker/router.c */
#include <uv.h>
