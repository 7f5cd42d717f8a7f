#include "config.h"

#include "registry.h"
#include "topic_class.h"

#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/net/host_name.h"

#include <stdlib.h>

static const char *const file_keys[] = {"profile", "region", "products", NULL};
static const char *const product_keys[] = {
    "productKey", "productSecret", "dynamicRegistration", "registration", "authType", "topics", "devices",
    NULL};
static const char *const topic_keys[] = {"topic", "permission", NULL};
static const char *const device_keys[] = {"deviceName", "deviceSecret", "activated", "enabled", NULL};

void config_help(FILE *to)
{
    static const struct {
        const char *key, *meaning;
    } rows[] = {
        {"profile", "name or file of the rule set; --profile goes before it; default \"2023\""},
        {"region", "part of the endpoint names; default \"cn-shanghai\""},
        {"products[].productKey", "required; unique"},
        {"products[].productSecret", "secret of the product; default \"\""},
        {"products[].dynamicRegistration", "true: devices may ask for their secret; default false"},
        {"products[].registration", "\"free\": also devices that are not listed here; default \"pre\""},
        {"products[].authType",
         "\"secret\", \"x509\" or \"id2\": how devices authenticate; default \"secret\""},
        {"products[].topics[]", "custom topic classes; without them all custom topics go both ways"},
        {"products[].topics[].topic", "required; behind /productKey/deviceName/: \"user/data\""},
        {"products[].topics[].permission", "required; \"pub\", \"sub\" or \"both\", as the device sees it"},
        {"products[].devices[].deviceName", "required; unique in its product"},
        {"products[].devices[].deviceSecret", "what it signs with; without: it waits for its registration"},
        {"products[].devices[].activated",
         "false, with a deviceSecret: it waits for its registration, which hands out that one"},
        {"products[].devices[].enabled", "false: the device exists but is refused; default true"},
    };
    fprintf(to, "\nKeys of a configuration file (JSON; unknown keys are errors):\n");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        fprintf(to, "  %-36s %s\n", rows[i].key, rows[i].meaning);
}

/* A problem with one member. */
static void member_problem(struct problems *problems, const char *path, const char *key, const char *text)
{
    char at[JSON_PATH_SIZE];
    json_path(at, sizeof at, path, key, -1);
    problems_add(problems, at, "%s", text);
}

/* A required text that can stand in a topic. */
static bool name(const cJSON *object, const char *path, const char *key, struct str *out,
                 struct problems *problems)
{
    const char *text;
    if (!json_string(object, path, key, JSON_REQUIRED, &text, problems))
        return false;
    const char *fault = registry_name_fault(str_of(text));
    if (fault) {
        member_problem(problems, path, key, fault);
        return false;
    }
    *out = str_of(text);
    return true;
}

static void load_device(struct registry *r, const struct str *product_key, const cJSON *node,
                        const char *path, struct problems *problems)
{
    if (!json_keys(node, path, device_keys, problems) && !cJSON_IsObject(node))
        return;
    struct str device_name;
    const char *secret = NULL;
    bool enabled = true, activated = true;
    bool named = name(node, path, "deviceName", &device_name, problems);
    size_t before = problems->count;
    if (json_string(node, path, "deviceSecret", JSON_OPTIONAL, &secret, problems) && secret[0] == '\0')
        member_problem(problems, path, "deviceSecret", "is empty");
    json_bool(node, path, "enabled", JSON_OPTIONAL, &enabled, problems);
    if (json_bool(node, path, "activated", JSON_OPTIONAL, &activated, problems) && !secret)
        member_problem(problems, path, "activated", "needs a deviceSecret");
    if (!named || problems->count > before || !product_key)
        return;
    if (registry_device(r, *product_key, device_name)) {
        member_problem(problems, path, "deviceName", "is given twice");
        return;
    }
    struct device *device = registry_put_device(r, *product_key, device_name, str_of(secret), enabled);
    if (!activated)
        registry_preset_secret(r, device);
}

bool config_switches(const cJSON *node, const char *path, struct product_switches *is,
                     struct problems *problems)
{
    const char *registration = "", *auth = "";
    size_t before = problems->count;
    json_bool(node, path, "dynamicRegistration", JSON_OPTIONAL, &is->registers, problems);
    if (json_string(node, path, "registration", JSON_OPTIONAL, &registration, problems)) {
        is->registers_unknown = str_is(str_of(registration), "free");
        if (!is->registers_unknown && !str_is(str_of(registration), "pre"))
            member_problem(problems, path, "registration", "is neither \"pre\" nor \"free\"");
    }
    if (json_string(node, path, "authType", JSON_OPTIONAL, &auth, problems)) {
        is->other_auth = !str_is(str_of(auth), "secret");
        if (is->other_auth && !str_is(str_of(auth), "x509") && !str_is(str_of(auth), "id2"))
            member_problem(problems, path, "authType", "is none of \"secret\", \"x509\", \"id2\"");
    }
    return problems->count == before;
}

static void load_topic(struct topic_classes *classes, const cJSON *node, const char *path,
                       struct problems *problems)
{
    static const char *const words[] = {"pub", "sub", "both"}; /* enum topic_right, from 1 */
    if (!json_keys(node, path, topic_keys, problems) && !cJSON_IsObject(node))
        return;
    const char *topic = NULL, *permission = NULL;
    unsigned rights = 0;
    json_string(node, path, "topic", JSON_REQUIRED, &topic, problems);
    if (!json_string(node, path, "permission", JSON_REQUIRED, &permission, problems))
        return;
    for (unsigned i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(permission, words[i]) == 0)
            rights = i + 1;
    if (!rights)
        member_problem(problems, path, "permission", "is none of pub, sub, both");
    if (!rights || !topic)
        return;
    const char *fault = topic_class_fault(str_of(topic), (enum topic_right)rights);
    if (!fault && !topic_classes_add(classes, str_of(topic), (enum topic_right)rights))
        fault = "is one too many: a product has at most 50 topic classes";
    if (fault)
        member_problem(problems, path, "topic", fault);
}

/* The product may be NULL: then only the mistakes are looked for. */
static void load_topics(struct registry *r, struct product *product, const cJSON *node, const char *path,
                        struct problems *problems)
{
    const cJSON *topics = NULL, *topic;
    if (!json_array(node, path, "topics", JSON_OPTIONAL, &topics, problems))
        return;
    struct topic_classes *classes = topic_classes_new();
    char list[JSON_PATH_SIZE], at[JSON_PATH_SIZE];
    json_path(list, sizeof list, path, "topics", -1);
    int i = 0;
    cJSON_ArrayForEach(topic, topics)
    {
        json_path(at, sizeof at, list, NULL, i++);
        load_topic(classes, topic, at, problems);
    }
    if (product)
        registry_set_topics(r, product, classes);
    else
        topic_classes_free(classes);
}

static void load_product(struct registry *r, const cJSON *node, const char *path, struct problems *problems)
{
    if (!json_keys(node, path, product_keys, problems) && !cJSON_IsObject(node))
        return;
    struct str product_key;
    const char *secret = "";
    struct product_switches is = {0};
    const cJSON *devices = NULL, *device;
    bool named = name(node, path, "productKey", &product_key, problems);
    json_string(node, path, "productSecret", JSON_OPTIONAL, &secret, problems);
    config_switches(node, path, &is, problems);
    json_array(node, path, "devices", JSON_OPTIONAL, &devices, problems);
    if (named && registry_product(r, product_key)) {
        member_problem(problems, path, "productKey", "is given twice");
        named = false;
    }
    struct product *product = named ? registry_put_product(r, product_key, secret) : NULL;
    if (product)
        registry_set_switches(r, product, is);
    load_topics(r, product, node, path, problems);
    char list[JSON_PATH_SIZE], at[JSON_PATH_SIZE];
    json_path(list, sizeof list, path, "devices", -1);
    int i = 0;
    cJSON_ArrayForEach(device, devices)
    {
        json_path(at, sizeof at, list, NULL, i++);
        load_device(r, named ? &product_key : NULL, device, at, problems);
    }
}

static void load_file(struct config *c, const cJSON *root, const char *path, struct problems *problems)
{
    if (!json_keys(root, path, file_keys, problems) && !cJSON_IsObject(root))
        return;
    const char *profile = NULL, *region = "cn-shanghai";
    const cJSON *products = NULL, *product;
    json_string(root, path, "profile", JSON_OPTIONAL, &profile, problems);
    if (json_string(root, path, "region", JSON_OPTIONAL, &region, problems) &&
        !host_name_is_label(str_of(region)))
        member_problem(problems, path, "region", "cannot stand in a host name");
    json_array(root, path, "products", JSON_OPTIONAL, &products, problems);
    c->profile = mem_strdup(profile);
    c->region = mem_strdup(region);
    char list[JSON_PATH_SIZE], at[JSON_PATH_SIZE];
    json_path(list, sizeof list, path, "products", -1);
    int i = 0;
    cJSON_ArrayForEach(product, products)
    {
        json_path(at, sizeof at, list, NULL, i++);
        load_product(c->registry, product, at, problems);
    }
}

bool config_load(struct config *out, const char *file, struct problems *problems)
{
    *out = (struct config){.registry = registry_new()};
    size_t before = problems->count;
    if (!file) {
        out->region = mem_strdup("cn-shanghai");
        registry_put_product(out->registry, STR("pk"), "productSecret");
        registry_put_device(out->registry, STR("pk"), STR("device"), STR("secret"), true);
        return true;
    }
    bool is_stdin = strcmp(file, "-") == 0;
    const char *name = is_stdin ? "standard input" : file;
    cJSON *root = is_stdin ? json_parse_stream(stdin, name, problems) : json_parse_file(file, problems);
    if (root) {
        char path[JSON_PATH_SIZE];
        snprintf(path, sizeof path, "%s#", name);
        load_file(out, root, path, problems);
    }
    cJSON_Delete(root);
    return problems->count == before;
}

void config_fini(struct config *c)
{
    free(c->profile);
    free(c->region);
    registry_free(c->registry);
    *c = (struct config){0};
}
