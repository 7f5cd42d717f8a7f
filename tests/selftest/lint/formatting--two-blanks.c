/* lint-as: mock-broker/router.c */
static const int  answer = 42;
