/* lint-as: mock-broker/router.c */
/* A comment with a blank at its end 
 */
static const int answer = 42;
