/* The form of "device" in results.json: what harness/judge/device_record writes. */
#include "report.h"

#include "report_field.h"
#include "view.h"

static const char *const modes[] = {"passive", "trigger", "identity-mapped", NULL};
static const char *const clocks[] = {"real", "manual", NULL};
static const char *const transports[] = {"tcp", "tls", "ws", "wss", NULL};
static const char *const whose[] = {"judge", NULL};
static const char *const marks[] = {"ping",      "publish", "downlink", "subscribe", "tls-failed",
                                    "malformed", "refused", "auth",     "action",    NULL};

#define END                                                                                                  \
    {                                                                                                        \
        NULL, FIELD_TEXT, JSON_OPTIONAL, NULL                                                                \
    }

static const struct report_field device_fields[] = {{"productKey", FIELD_TEXT, JSON_REQUIRED, NULL},
                                                    {"deviceName", FIELD_TEXT, JSON_REQUIRED, NULL},
                                                    {"mode", FIELD_TEXT, JSON_REQUIRED, modes},
                                                    {"clock", FIELD_TEXT, JSON_OPTIONAL, clocks},
                                                    {"replay_of", FIELD_TEXT, JSON_OPTIONAL, NULL},
                                                    {"description", FIELD_OBJECT, JSON_REQUIRED, NULL},
                                                    {"connect", FIELD_ARRAY, JSON_REQUIRED, NULL},
                                                    {"tls", FIELD_ARRAY, JSON_REQUIRED, NULL},
                                                    {"sign_ins", FIELD_ARRAY, JSON_REQUIRED, NULL},
                                                    {"connections", FIELD_WHOLE, JSON_REQUIRED, NULL},
                                                    {"seen_more", FIELD_WHOLE, JSON_REQUIRED, NULL},
                                                    {"sdk", FIELD_OBJECT, JSON_OPTIONAL, NULL},
                                                    {"left_out", FIELD_ARRAY, JSON_REQUIRED, NULL},
                                                    {"timeline", FIELD_OBJECT, JSON_REQUIRED, NULL},
                                                    END};

static const struct report_field seen_fields[] = {
    {"fields", FIELD_OBJECT, JSON_REQUIRED, NULL}, {"count", FIELD_WHOLE, JSON_REQUIRED, NULL}, END};

static const struct report_field sdk_fields[] = {{"name", FIELD_TEXT, JSON_REQUIRED, NULL},
                                                 {"version", FIELD_TEXT, JSON_REQUIRED, NULL},
                                                 {"sign", FIELD_TEXT, JSON_REQUIRED, NULL},
                                                 END};

static const struct report_field left_out_fields[] = {{"id", FIELD_TEXT, JSON_REQUIRED, NULL},
                                                      {"title", FIELD_TWO, JSON_REQUIRED, NULL},
                                                      {"longest_ms", FIELD_WHOLE, JSON_REQUIRED, NULL},
                                                      END};

static const struct report_field timeline_fields[] = {{"from_ms", FIELD_WHOLE, JSON_REQUIRED, NULL},
                                                      {"to_ms", FIELD_WHOLE, JSON_REQUIRED, NULL},
                                                      {"connections", FIELD_ARRAY, JSON_REQUIRED, NULL},
                                                      {"marks", FIELD_ARRAY, JSON_REQUIRED, NULL},
                                                      {"cases", FIELD_ARRAY, JSON_REQUIRED, NULL},
                                                      {"left_out", FIELD_WHOLE, JSON_REQUIRED, NULL},
                                                      END};

static const struct report_field connection_fields[] = {{"conn", FIELD_WHOLE, JSON_REQUIRED, NULL},
                                                        {"from_ms", FIELD_WHOLE, JSON_REQUIRED, NULL},
                                                        {"to_ms", FIELD_WHOLE, JSON_OPTIONAL, NULL},
                                                        {"online_ms", FIELD_WHOLE, JSON_OPTIONAL, NULL},
                                                        {"transport", FIELD_TEXT, JSON_REQUIRED, transports},
                                                        {"end", FIELD_TEXT, JSON_REQUIRED, NULL},
                                                        {"how", FIELD_TEXT, JSON_OPTIONAL, NULL},
                                                        {"who", FIELD_TEXT, JSON_OPTIONAL, whose},
                                                        END};

static const struct report_field mark_fields[] = {
    {"at_ms", FIELD_WHOLE, JSON_REQUIRED, NULL}, {"conn", FIELD_WHOLE, JSON_REQUIRED, NULL},
    {"kind", FIELD_TEXT, JSON_REQUIRED, marks},  {"text", FIELD_TEXT, JSON_OPTIONAL, NULL},
    {"count", FIELD_WHOLE, JSON_OPTIONAL, NULL}, END};

static const struct report_field case_fields[] = {{"key", FIELD_TEXT, JSON_REQUIRED, NULL},
                                                  {"from_ms", FIELD_WHOLE, JSON_REQUIRED, NULL},
                                                  {"to_ms", FIELD_WHOLE, JSON_OPTIONAL, NULL},
                                                  {"verdict", FIELD_TEXT, JSON_OPTIONAL, NULL},
                                                  END};

void report_check_device(const cJSON *device, const char *path, struct problems *problems)
{
    static const char *const seen[] = {"connect", "tls", "sign_ins", NULL};
    const cJSON *timeline = view_member(device, "timeline");
    char below[JSON_PATH_SIZE];
    report_field_object(device, path, device_fields, problems);
    for (size_t i = 0; seen[i]; i++)
        report_field_items(device, path, seen[i], seen_fields, problems);
    report_field_member(device, path, "sdk", sdk_fields, problems);
    report_field_items(device, path, "left_out", left_out_fields, problems);
    report_field_member(device, path, "timeline", timeline_fields, problems);
    json_path(below, sizeof below, path, "timeline", 0);
    report_field_items(timeline, below, "connections", connection_fields, problems);
    report_field_items(timeline, below, "marks", mark_fields, problems);
    report_field_items(timeline, below, "cases", case_fields, problems);
}
