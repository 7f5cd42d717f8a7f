/* lint-as: mock-broker/router.c */
#include <curl/curl.h>
