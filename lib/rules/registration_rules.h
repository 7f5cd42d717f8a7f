/* Rules about dynamic registration over MQTT (REG-01..07). Checks as in struct connect_rule. */
#ifndef RULES_REGISTRATION_RULES_H
#define RULES_REGISTRATION_RULES_H

#include "lib/rules/connect_facts.h"

/* Its parameters are there: random. */
bool registration_rules_form(const struct connect_facts *facts, char *received, char *accepted);

/* It comes over TLS. */
bool registration_rules_plain(const struct connect_facts *facts, char *received, char *accepted);

/* The product allows it, in this form. */
bool registration_rules_off(const struct connect_facts *facts, char *received, char *accepted);

/* The password is a signature under the product's secret. */
bool registration_rules_signature(const struct connect_facts *facts, char *received, char *accepted);

/* The device has not been online yet. */
bool registration_rules_activated(const struct connect_facts *facts, char *received, char *accepted);

#endif
