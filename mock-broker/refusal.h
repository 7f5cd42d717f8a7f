/* What the journal is told of a refused sign-in: the rule, and which known mistake explains it. */
#ifndef BROKER_REFUSAL_H
#define BROKER_REFUSAL_H

struct connect_input;
struct connect_verdict;
struct connection;

/* Journals the refusal with its explanation, at about 100 us for a wrong password. input is what the rulebook was asked; NULL:
 * it had nothing against the sign-in (limits), so there is nothing to explain. */
void refusal_journal(struct connection *c, const struct connect_input *input,
                     const struct connect_verdict *verdict);

#endif
