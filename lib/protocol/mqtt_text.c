#include "mqtt_text.h"

/* True when all bytes are ASCII and none is 0, as in nearly every text: eight at a time, because each topic of each PUBLISH
 * comes through here. */
static bool is_plain(struct str text)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), high = ones << 7;
    size_t i = 0;
    for (; i + sizeof(uint64_t) <= text.n; i += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, text.p + i, sizeof word);
        if ((word | (word - ones)) & high) /* a byte above 127, or a 0 that the subtraction borrowed from */
            return false;
    }
    for (; i < text.n; i++)
        if (text.p[i] == 0 || (text.p[i] & 0x80))
            return false;
    return true;
}

const char *mqtt_text_fault(struct str text, size_t *offset, const char **clause)
{
    if (is_plain(text))
        return NULL;
    size_t bad = text.n, zero = str_find(text, '\0');
    if (!str_is_utf8((struct str){text.p, zero}, &bad)) {
        *offset = bad;
        *clause = "MQTT-1.5.3-1";
        return "text is not well-formed UTF-8";
    }
    if (zero < text.n) {
        *offset = zero;
        *clause = "MQTT-1.5.3-2";
        return "text holds the character U+0000";
    }
    return NULL;
}
