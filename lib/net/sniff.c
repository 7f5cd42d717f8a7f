#include "sniff.h"

enum sniff sniff_bytes(const uint8_t *bytes, size_t n)
{
    if (n == 0)
        return SNIFF_MORE;
    if (bytes[0] == 0x16)
        return SNIFF_TLS;
    if (bytes[0] == 0x10)
        return SNIFF_MQTT;
    return bytes[0] >= 'A' && bytes[0] <= 'Z' ? SNIFF_HTTP : SNIFF_UNKNOWN;
}
