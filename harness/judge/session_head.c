#include "session_head.h"

cJSON *session_head(const struct examiner_options *o)
{
    cJSON *head = cJSON_CreateObject();
    cJSON_AddNumberToObject(head, "transcript", 1);
    cJSON_AddStringToObject(head, "profile", o->profile->name);
    cJSON_AddStringToObject(head, "productKey", o->product_key);
    cJSON_AddStringToObject(head, "deviceName", o->device_name);
    cJSON_AddBoolToObject(head, "identityMapped", o->is_mapped);
    cJSON_AddBoolToObject(head, "canStop", o->trigger != NULL);
    cJSON_AddItemToObject(head, "description", cJSON_Duplicate(o->description, true));
    return head;
}
