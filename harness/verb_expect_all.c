/* Several packets in whatever order: MQTT leaves it open whether a PUBACK comes before what it acknowledges is delivered back. */
#include <stdlib.h>
#include <string.h>

#include "harness/capture.h"
#include "harness/interpreter.h"
#include "harness/packet_fields.h"
#include "harness/seen.h"
#include "harness/verbs.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

enum { PACKETS_MAX = 16 };

void verb_expect_all_check(const cJSON *step, const char *path, const struct step_scope *scope,
                           struct problems *problems)
{
    static const char *const keys[] = {"packet", "where", "capture", "note", NULL};
    const cJSON *of;
    char list[JSON_PATH_SIZE], place[JSON_PATH_SIZE];
    int index = 0;
    verb_within_check(step, path, scope, problems);
    if (!json_array(step, path, "of", JSON_REQUIRED, &of, problems))
        return;
    json_path(list, sizeof list, path, "of", 0);
    if (cJSON_GetArraySize(of) < 2 || cJSON_GetArraySize(of) > PACKETS_MAX)
        problems_add(problems, list, "has 2 to %d packets", PACKETS_MAX);
    for (const cJSON *at = of->child; at; at = at->next) {
        json_path(place, sizeof place, list, NULL, index++);
        if (json_keys(at, place, keys, problems))
            verb_expect_check(at, place, scope, problems);
        for (const cJSON *one = json_get(at, "capture") ? json_get(at, "capture")->child : NULL; one;
             one = one->next)
            if (cJSON_IsString(one) && strchr(one->valuestring, '.'))
                problems_add(problems, place, "capture: members of a payload are for expect alone");
    }
}

/* What has not come yet, for a reader. */
static char *left_text(const cJSON *of, const bool *has_come)
{
    struct buf out;
    size_t i = 0;
    buf_init(&out, 64 * 1024);
    for (const cJSON *at = of->child; at; at = at->next, i++) {
        const cJSON *where = json_get(at, "where");
        if (has_come[i])
            continue;
        buf_printf(&out, "%s%s", out.len ? " and " : "", json_text(at, "packet"));
        if (where && where->child) {
            buf_printf(&out, " with ");
            matcher_describe(where, &out);
        }
    }
    char *text = mem_dup(out.data, out.len);
    buf_fini(&out);
    return text;
}

/* Ticks off what a packet is; false when it is none of them. */
static bool tick_off(struct interpreter *in, const cJSON *of, bool *has_come,
                     const struct mqtt_packet *packet)
{
    cJSON *fields = packet_fields_of(packet);
    bool found = false;
    size_t i = 0;
    for (const cJSON *at = of->child; at && !found; at = at->next, i++) {
        struct mismatch ignored;
        found = !has_come[i] && packet->type == mqtt_type_named(json_text(at, "packet")) &&
                matcher_fits_object(json_get(at, "where"), fields, &ignored);
        if (found) {
            has_come[i] = true;
            capture_members(in, json_get(at, "capture"), fields);
        }
    }
    cJSON_Delete(fields);
    return found;
}

void verb_expect_all(struct interpreter *in, const cJSON *step)
{
    struct actor *actor = interpreter_actor(in, step);
    const cJSON *of = json_get(step, "of");
    bool has_come[PACKETS_MAX] = {false};
    for (int left = cJSON_GetArraySize(of); left > 0 && !interpreter_has_ended(in); left--) {
        int64_t patience_ms = interpreter_patience_ms(in, step);
        char *expected = left_text(of, has_come);
        enum link_event event = link_wait(actor->link, patience_ms);
        struct link_packet *p = event == LINK_PACKET ? link_take(actor->link) : NULL;
        if (!p) {
            seen_deviation(in, actor, event, expected, patience_ms);
        } else if (!tick_off(in, of, has_come, &p->packet)) {
            char *actual = seen_packet(&p->packet);
            interpreter_deviation(in, "wrong-packet", p->mark, expected, actual);
            free(actual);
        }
        free(p);
        free(expected);
    }
}
