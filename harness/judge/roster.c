#include "roster.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "harness/judge/description.h"
#include "harness/judge/first_case.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

bool roster_may_register(const struct examiner_options *options)
{
    return description_allows_auth(options->description, "registration") ||
           description_allows_auth(options->description, "regnwl");
}

char *roster_device_name(const struct examiner_options *options, const struct device_case *test)
{
    if (!options->is_mapped)
        return mem_strdup(options->device_name);
    char *name = mem_printf("%s-%s", options->device_name, test->test.id);
    for (char *c = name; *c; c++)
        if (*c == ':')
            *c = '_';
    return name;
}

static bool has(const cJSON *devices, const char *name)
{
    for (const cJSON *at = devices->child; at; at = at->next)
        if (strcmp(json_text(at, "deviceName"), name) == 0)
            return true;
    return false;
}

static void add(cJSON *devices, const struct examiner_options *o, const struct device_case *test)
{
    char *name = roster_device_name(o, test);
    if (!has(devices, name)) {
        cJSON *device = cJSON_CreateObject();
        cJSON_AddStringToObject(device, "deviceName", name);
        cJSON_AddStringToObject(device, "deviceSecret", o->device_secret);
        if (roster_may_register(o))
            cJSON_AddFalseToObject(device, "activated");
        cJSON_AddItemToArray(devices, device);
    }
    free(name);
}

cJSON *roster_config(const struct examiner_options *options)
{
    struct device_case first;
    cJSON *config = cJSON_CreateObject(), *product = cJSON_CreateObject();
    cJSON_AddItemToArray(cJSON_AddArrayToObject(config, "products"), product);
    cJSON_AddStringToObject(product, "productKey", options->product_key);
    if (roster_may_register(options)) {
        cJSON_AddStringToObject(product, "productSecret", options->product_secret);
        cJSON_AddTrueToObject(product, "dynamicRegistration");
        cJSON_AddStringToObject(product, "registration",
                                description_allows_auth(options->description, "regnwl") ? "free" : "pre");
    }
    cJSON *devices = cJSON_AddArrayToObject(product, "devices");
    first_case_init(&first, 0, 0);
    add(devices, options, &first);
    first_case_fini(&first);
    for (size_t i = 0; i < options->case_count; i++)
        add(devices, options, options->cases[i]);
    return config;
}
