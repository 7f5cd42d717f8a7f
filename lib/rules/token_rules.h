/* Rules about signing in without the deviceSecret: iotToken and deviceToken (AUT-08..10, SEC-04..06). Checks as in struct
 * connect_rule. */
#ifndef RULES_TOKEN_RULES_H
#define RULES_TOKEN_RULES_H

#include "lib/rules/connect_facts.h"

/* The securemode of a token login or a registration. */
bool token_rules_securemode(const struct connect_facts *facts, char *received, char *accepted);

/* The iotToken is the one that was issued with this iotId, and lives. */
bool token_rules_iot(const struct connect_facts *facts, char *received, char *accepted);

/* The deviceToken was issued to this device and clientId. */
bool token_rules_device(const struct connect_facts *facts, char *received, char *accepted);

#endif
