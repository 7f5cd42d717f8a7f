/* lint-as: lib/base/untested.c */
static const int answer = 42;
