#include "sdk.h"

#include <stddef.h>

#include "lib/protocol/client_id.h"

/* What tells: an item of the list whose value begins so, or (no key) the end of the id before the list. */
static const struct row {
    struct sdk sdk;
    const char *key, *value;
    const char *strip; /* what stands before the version in _v */
} rows[] = {
    {{"iotkit-embedded (C), 2.x or 3.x", "_v=sdk-c-2…, _v=sdk-c-3…"}, "_v", "sdk-c-2", "sdk-c-"},
    {{"iotkit-embedded (C), 2.x or 3.x", "_v=sdk-c-2…, _v=sdk-c-3…"}, "_v", "sdk-c-3", "sdk-c-"},
    {{"Link SDK for C, 4.x", "_v=sdk-c-4…"}, "_v", "sdk-c-4", "sdk-c-"},
    {{"iotkit-embedded (C), 2.0", "partner_id and module_id, no _v"}, "partner_id", "", NULL},
    {{"iotclient (the C library of iotconform)", "_v=iotclient…"}, "_v", "iotclient", "iotclient"},
    {{"alibabacloud-iot-device-sdk (npm)", "lan=NodeJS"}, "lan", "NodeJS", ""},
    {{"alibabacloud-iot-device-sdk (npm), in a browser", "lan=JS…"}, "lan", "JS", ""},
    {{"LinkKit for Python", "lan=Python"}, "lan", "Python", ""},
    {{"aliyun-iot-device-sdk (npm)", "the id ends in _aliyun-iot-device-sdk-js"},
     NULL,
     "_aliyun-iot-device-sdk-js",
     NULL},
};

static bool ends_in(struct str text, struct str end)
{
    return text.n >= end.n && str_eq((struct str){text.p + text.n - end.n, end.n}, end);
}

static bool fits(const struct row *row, const struct client_id *id)
{
    struct str value = row->key ? client_id_get(id, row->key) : id->core;
    if (!value.p)
        return false;
    return row->key ? str_starts(value, str_of(row->value)) : ends_in(value, str_of(row->value));
}

bool sdk_of(struct str client_id, const struct sdk **sdk, struct str *version)
{
    struct client_id id;
    struct client_id_fault fault;
    *version = STR("");
    client_id_parse(client_id, &id, &fault); /* a malformed list is read as far as it goes */
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!fits(&rows[i], &id))
            continue;
        struct str v = client_id_get(&id, "_v"), before = str_of(rows[i].strip ? rows[i].strip : "");
        if (rows[i].strip && v.p && str_starts(v, before))
            *version = (struct str){v.p + before.n, v.n - before.n};
        *sdk = &rows[i].sdk;
        return true;
    }
    return false;
}
