#include "control_faults.h"

#include "broker.h"
#include "certificates.h"
#include "control_body.h"
#include "faults.h"
#include "http_server.h"

#include "lib/base/mem.h"

enum { COUNT_MAX = 1000000000 };

static void view_parameter(cJSON *out, const struct fault_parameter_form *form, int64_t value)
{
    if (value >= 0 && form->words)
        cJSON_AddStringToObject(out, form->name, form->words[value]);
    else if (value >= 0)
        cJSON_AddNumberToObject(out, form->name, (double)value);
}

static cJSON *view(const struct fault *fault)
{
    cJSON *out = cJSON_CreateObject();
    cJSON_AddNumberToObject(out, "id", (double)fault->id);
    cJSON_AddStringToObject(out, "kind", fault->kind->name);
    cJSON_AddStringToObject(out, "packet", fault_packet_name(fault->packet));
    cJSON_AddStringToObject(out, "direction", fault->inbound ? "in" : "out");
    if (fault->product_key)
        cJSON_AddStringToObject(out, "productKey", fault->product_key);
    if (fault->device_name)
        cJSON_AddStringToObject(out, "deviceName", fault->device_name);
    for (int p = 0; p < FAULT_PARAMETERS; p++)
        view_parameter(out, fault_parameter_form((enum fault_parameter)p), fault->values[p]);
    cJSON_AddNumberToObject(out, "after", (double)fault->after);
    if (fault->times >= 0)
        cJSON_AddNumberToObject(out, "times", (double)fault->times);
    else
        cJSON_AddNullToObject(out, "times");
    cJSON_AddNumberToObject(out, "chance", (double)fault->chance);
    cJSON_AddNumberToObject(out, "struck", (double)fault->struck);
    return out;
}

void control_faults_get(struct broker *b, struct http_call *call)
{
    cJSON *answer = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(answer, "faults");
    const struct list *faults = faults_list(b->faults);
    for (const struct list *at = faults->next; at != faults; at = at->next)
        cJSON_AddItemToArray(list, view(LIST_ITEM(at, const struct fault, link)));
    http_call_answer(call, 200, answer);
}

static void problem(struct control_body *body, const char *key, const char *text)
{
    char path[JSON_PATH_SIZE];
    json_path(path, sizeof path, "", key, -1);
    problems_add(&body->problems, path, "%s", text);
}

/* Kind, direction and packet; false when one is missing or does not go with the others. */
static bool read_place(struct control_body *body, struct fault *fault)
{
    const char *kind = NULL, *packet = NULL, *direction = "out";
    json_string(body->root, "", "kind", JSON_REQUIRED, &kind, &body->problems);
    json_string(body->root, "", "packet", JSON_REQUIRED, &packet, &body->problems);
    json_string(body->root, "", "direction", JSON_OPTIONAL, &direction, &body->problems);
    if (!control_body_good(body))
        return false;
    fault->inbound = strcmp(direction, "in") == 0;
    fault->kind = fault_kind_named(kind);
    if (!fault->kind)
        problem(body, "kind", "is no kind of fault");
    else if (!fault->inbound && strcmp(direction, "out") != 0)
        problem(body, "direction", "is neither out nor in");
    else if (fault->inbound && !fault->kind->fits_inbound)
        problem(body, "direction", "this kind is for what the platform sends (out) only");
    else if (!fault_packet_named(packet, fault->inbound, &fault->packet))
        problem(body, "packet", "is no packet that a fault can strike in this direction");
    else if ((fault->kind->needs >> FAULT_WHICH & 1) != (fault->packet == FAULT_TLS))
        problem(body, "packet", "TLS and the kind certificate go together");
    else if (fault->kind->needs >> FAULT_CODE & 1 && !fault_has_code(fault->packet))
        problem(body, "packet", "has no code");
    return control_body_good(body);
}

/* A parameter that is one of a few words. */
static void read_word(struct control_body *body, const struct fault_parameter_form *form, int64_t *out)
{
    const char *word = NULL;
    if (!json_string(body->root, "", form->name, JSON_REQUIRED, &word, &body->problems))
        return;
    for (int64_t i = form->min; i <= form->max; i++)
        if (strcmp(form->words[i], word) == 0)
            *out = i;
    if (*out < 0)
        problem(body, form->name, "is none of its words");
}

static void read_parameters(struct control_body *body, struct fault *fault)
{
    for (int p = 0; p < FAULT_PARAMETERS; p++) {
        const struct fault_parameter_form *form = fault_parameter_form((enum fault_parameter)p);
        bool needed = fault->kind->needs >> p & 1, allowed = fault->kind->may >> p & 1;
        fault->values[p] = -1;
        if (!needed && !allowed && cJSON_GetObjectItemCaseSensitive(body->root, form->name))
            problem(body, form->name, "is no parameter of this kind");
        else if (needed && form->words)
            read_word(body, form, &fault->values[p]);
        else
            json_int(body->root, "", form->name, needed ? JSON_REQUIRED : JSON_OPTIONAL, form->min, form->max,
                     &fault->values[p], &body->problems);
    }
}

/* A byte of MQTT, or a code of HTTP. */
static void check_code(struct control_body *body, const struct fault *fault)
{
    int64_t code = fault->values[FAULT_CODE];
    if (code >= 0 && fault->packet == FAULT_HTTP && code < 100)
        problem(body, "code", "of an HTTP answer is from 100 to 9999");
    if (code > UINT8_MAX && fault->packet != FAULT_HTTP)
        problem(body, "code", "of a packet is from 0 to 255");
}

static void read_limits(struct control_body *body, struct fault *fault)
{
    json_int(body->root, "", "after", JSON_OPTIONAL, 0, COUNT_MAX, &fault->after, &body->problems);
    json_int(body->root, "", "chance", JSON_OPTIONAL, 1, 100, &fault->chance, &body->problems);
    if (!cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(body->root, "times")))
        json_int(body->root, "", "times", JSON_OPTIONAL, 1, COUNT_MAX, &fault->times, &body->problems);
}

/* A device, or all of a product; a device's name alone would be anybody's. */
static void read_device(struct control_body *body, struct str names[2])
{
    static const char *const keys[] = {"productKey", "deviceName"};
    for (int i = 0; i < 2; i++)
        if (cJSON_GetObjectItemCaseSensitive(body->root, keys[i]))
            control_body_name(body, keys[i], &names[i]);
    if (names[1].p && !names[0].p && control_body_good(body))
        problem(body, "productKey", "is needed with a deviceName");
}

/* Nobody knows who begins a handshake; and its certificate must be there when it is asked for. */
static void check_certificate(struct broker *b, struct control_body *body, const struct fault *fault,
                              const struct str names[2])
{
    const char *error;
    int64_t which = fault->values[FAULT_WHICH];
    if (fault->packet == FAULT_TLS && names[0].p)
        problem(body, "productKey", "is not known when a handshake begins");
    if (which >= 0 && !certificates_get(b->certificates, (enum certificate)which, &error))
        problem(body, "which", error);
}

void control_faults_post(struct broker *b, struct http_call *call)
{
    static const char *const keys[] = {"kind",  "packet", "direction", "productKey", "deviceName",
                                       "after", "times",  "chance",    "ms",         "code",
                                       "bytes", "offset", "xor",       "which",      NULL};
    struct control_body body;
    struct fault fault = {.times = -1, .chance = 100};
    struct str names[2] = {{0}, {0}};
    const struct fault *kept = NULL;
    if (control_body_open(&body, call, keys) && read_place(&body, &fault)) {
        read_parameters(&body, &fault);
        check_code(&body, &fault);
        read_limits(&body, &fault);
        read_device(&body, names);
        check_certificate(b, &body, &fault, names);
        if (control_body_good(&body)) {
            fault.product_key = (char *)(uintptr_t)names[0].p; /* copied there */
            fault.device_name = (char *)(uintptr_t)names[1].p;
            kept = faults_add(b->faults, &fault);
            if (kept)
                http_call_answer(call, 200, view(kept));
            else
                http_call_fail(call, 409, "too-many", "no more faults can be set: delete some", NULL, NULL);
        }
    }
    control_body_close(&body, call);
}

static void answer_good(struct http_call *call)
{
    cJSON *body = cJSON_CreateObject();
    cJSON_AddStringToObject(body, "status", "ok");
    http_call_answer(call, 200, body);
}

void control_faults_delete_all(struct broker *b, struct http_call *call)
{
    faults_remove_all(b->faults);
    answer_good(call);
}

void control_faults_delete(struct broker *b, struct http_call *call)
{
    struct str path = str_of(http_call_path(call));
    size_t slash = str_rfind(path, '/');
    struct str text = {path.p + slash + 1, path.n - slash - 1};
    int64_t id;
    if (str_to_int(text, &id) && id > 0 && faults_remove(b->faults, (uint64_t)id))
        answer_good(call);
    else
        http_call_fail(call, 404, "unknown-fault", "there is no fault with this id", http_call_path(call),
                       NULL);
}
