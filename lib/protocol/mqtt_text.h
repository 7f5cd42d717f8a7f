/* Text in MQTT packets: UTF-8 encoded strings (MQTT 3.1.1, section 1.5.3). */
#ifndef PROTOCOL_MQTT_TEXT_H
#define PROTOCOL_MQTT_TEXT_H

#include "lib/base/str.h"

/* NULL when text may stand in a packet, else the reason with *offset of the first offending byte and *clause (neither may be
 * NULL): bytes that are not well-formed UTF-8 [MQTT-1.5.3-1], or U+0000 [MQTT-1.5.3-2]. Control characters are accepted, and
 * U+FEFF is a character like any other [MQTT-1.5.3-3]. */
const char *mqtt_text_fault(struct str text, size_t *offset, const char **clause);

#endif
