/* lint-as: mock-broker/router.c */
static void router_break_a_rule(char *to, const char *from)
{
    time(NULL);
}
