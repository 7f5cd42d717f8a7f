/* lint-as: harness/buf.c */
static const int answer = 42;
