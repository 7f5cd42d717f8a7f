/* lint-as: misc/router.c */
static const int answer = 42;
