/* What a device sees: the next packet. */
#include <stdlib.h>
#include <string.h>

#include "harness/interpreter.h"
#include "harness/packet_build.h"
#include "harness/packet_fields.h"
#include "harness/seen.h"
#include "harness/variable.h"
#include "harness/verbs.h"
#include "lib/base/hex.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

enum { WITHIN_MAX_MS = 600000, HEX_MAX_BYTES = 1024 * 1024 };

/* --- checks --- */

void verb_within_check(const cJSON *step, const char *path, const struct step_scope *scope,
                       struct problems *problems)
{
    int64_t within_ms;
    (void)scope;
    json_int(step, path, "within_ms", JSON_OPTIONAL, 1, WITHIN_MAX_MS, &within_ms, problems);
}

/* packet and where of an expect or of one alternative. */
static enum mqtt_type check_wanted(const cJSON *object, const char *path, struct problems *problems)
{
    char place[JSON_PATH_SIZE];
    const char *name;
    if (!json_string(object, path, "packet", JSON_REQUIRED, &name, problems))
        return (enum mqtt_type)0;
    enum mqtt_type type = (enum mqtt_type)mqtt_type_named(name);
    if (!type) {
        problems_add(problems, path, "there is no packet '%s'", name);
        return type;
    }
    json_path(place, sizeof place, path, "where", 0);
    packet_fields_check_where(type, json_get(object, "where"), place, problems);
    return type;
}

/* "payload.deviceToken": a member of a payload that is JSON. */
static const char payload_mark[] = "payload.";

static void check_capture(const cJSON *step, enum mqtt_type type, const char *path, struct problems *problems)
{
    const cJSON *capture;
    char place[JSON_PATH_SIZE];
    if (!json_object(step, path, "capture", JSON_OPTIONAL, &capture, problems))
        return;
    json_path(place, sizeof place, path, "capture", 0);
    for (const cJSON *at = capture->child; at; at = at->next)
        if (!cJSON_IsString(at) ||
            (!packet_fields_has(type, at->valuestring) &&
             !(type == MQTT_PUBLISH && str_starts(str_of(at->valuestring), str_of(payload_mark)))))
            problems_add(problems, place, "%s: the packet has no such field", at->string);
}

void verb_expect_check(const cJSON *step, const char *path, const struct step_scope *scope,
                       struct problems *problems)
{
    char place[JSON_PATH_SIZE];
    enum mqtt_type type = check_wanted(step, path, problems);
    verb_within_check(step, path, scope, problems);
    if (!type)
        return;
    json_path(place, sizeof place, path, "mock", 0);
    packet_fields_check_where(type, json_get(step, "mock"), place, problems);
    check_capture(step, type, path, problems);
}

static void check_alternative(const cJSON *at, const char *path, struct problems *problems)
{
    static const char *const packet_keys[] = {"packet", "where", "verdict", "note", NULL};
    static const char *const closed_keys[] = {"closed", "verdict", "note", NULL};
    static const char *const words[] = {"pass", "nonstrict", "info", "fail"};
    const char *word;
    bool is_closed = json_get(at, "closed") != NULL, known = false;
    if (!json_keys(at, path, is_closed ? closed_keys : packet_keys, problems))
        return;
    if (is_closed && !cJSON_IsTrue(json_get(at, "closed")))
        problems_add(problems, path, "closed is true or not there");
    if (!is_closed)
        check_wanted(at, path, problems);
    if (!json_string(at, path, "verdict", JSON_OPTIONAL, &word, problems))
        return;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        known = known || strcmp(words[i], word) == 0;
    if (!known)
        problems_add(problems, path, "the verdict is pass, nonstrict, info or fail");
}

void verb_expect_any_check(const cJSON *step, const char *path, const struct step_scope *scope,
                           struct problems *problems)
{
    const cJSON *of;
    char list[JSON_PATH_SIZE], place[JSON_PATH_SIZE];
    int index = 0;
    verb_within_check(step, path, scope, problems);
    if (!json_array(step, path, "of", JSON_REQUIRED, &of, problems))
        return;
    json_path(list, sizeof list, path, "of", 0);
    if (!of->child)
        problems_add(problems, list, "is empty");
    for (const cJSON *at = of->child; at; at = at->next) {
        json_path(place, sizeof place, list, NULL, index++);
        check_alternative(at, place, problems);
    }
}

void verb_expect_hex_check(const cJSON *step, const char *path, const struct step_scope *scope,
                           struct problems *problems)
{
    const char *digits;
    struct buf bytes;
    size_t bad;
    verb_within_check(step, path, scope, problems);
    if (!json_string(step, path, "hex", JSON_REQUIRED, &digits, problems) ||
        variable_is_later(json_get(step, "hex")))
        return;
    buf_init(&bytes, HEX_MAX_BYTES);
    if (!hex_decode(str_of(digits), &bytes, &bad))
        problems_add(problems, path, "not hex at character %zu", bad);
    buf_fini(&bytes);
}

/* --- running --- */

static char *wanted_text(const char *packet, const cJSON *where)
{
    struct buf out;
    buf_init(&out, 64 * 1024);
    buf_printf(&out, "%s", packet);
    if (where && where->child) {
        buf_printf(&out, " with ");
        matcher_describe(where, &out);
    }
    char *text = mem_dup(out.data, out.len);
    buf_fini(&out);
    return text;
}

/* The next packet, which the caller frees; NULL after a deviation. */
static struct link_packet *next_packet(struct interpreter *in, struct actor *actor, const cJSON *step,
                                       const char *expected)
{
    int64_t patience_ms = interpreter_patience_ms(in, step);
    enum link_event event = link_wait(actor->link, patience_ms);
    if (event == LINK_PACKET)
        return link_take(actor->link);
    seen_deviation(in, actor, event, expected, patience_ms);
    return NULL;
}

static void note_connack(struct actor *actor, const struct mqtt_packet *packet)
{
    if (packet->type == MQTT_CONNACK && packet->u.connack.return_code == MQTT_ACCEPTED)
        actor->is_accepted = true;
}

static void capture(struct interpreter *in, const cJSON *step, const cJSON *fields)
{
    const cJSON *names = json_get(step, "capture"), *text = json_get(fields, "payload");
    struct problems problems = {0};
    cJSON *payload = names && text ? json_parse(str_of(text->valuestring), "payload", &problems) : NULL;
    for (const cJSON *at = names ? names->child : NULL; at; at = at->next) {
        const cJSON *value = json_get(fields, at->valuestring);
        if (str_starts(str_of(at->valuestring), str_of(payload_mark)))
            value = json_get(payload, at->valuestring + sizeof payload_mark - 1);
        if (!value) {
            interpreter_error(in, "bad-case", "the packet has no %s to capture", at->valuestring);
            break;
        }
        cJSON_DeleteItemFromObjectCaseSensitive(in->captured, at->string);
        cJSON_AddItemToObject(in->captured, at->string, cJSON_Duplicate(value, true));
    }
    cJSON_Delete(payload);
    problems_fini(&problems);
}

void verb_expect(struct interpreter *in, const cJSON *step)
{
    struct actor *actor = interpreter_actor(in, step);
    const char *name = json_text(step, "packet");
    const cJSON *where = json_get(step, "where"), *mock = json_get(step, "mock");
    struct mismatch mismatch;
    char *expected = wanted_text(name, where);
    struct link_packet *p = next_packet(in, actor, step, expected);
    if (p) {
        cJSON *fields = packet_fields_of(&p->packet);
        char *actual = seen_packet(&p->packet);
        note_connack(actor, &p->packet);
        if (p->packet.type != mqtt_type_named(name))
            interpreter_deviation(in, "wrong-packet", p->mark, expected, actual);
        else if (!matcher_fits_object(where, fields, &mismatch) ||
                 !matcher_fits_object(mock, fields, &mismatch))
            seen_wrong_field(in, p, &mismatch);
        else
            capture(in, step, fields);
        free(actual);
        cJSON_Delete(fields);
    }
    free(p);
    free(expected);
}

/* Bytes that our decoder does not take for MQTT, such as the CONNACK of MQTT 5, but a step does. */
static bool is_wanted_garbage(struct interpreter *in, struct actor *actor, const cJSON *step,
                              const struct buf *wanted)
{
    return link_wait(actor->link, interpreter_patience_ms(in, step)) == LINK_GARBAGE &&
           str_eq(link_garbage(actor->link), buf_str(wanted));
}

void verb_expect_hex(struct interpreter *in, const cJSON *step)
{
    struct actor *actor = interpreter_actor(in, step);
    struct buf wanted, text;
    buf_init(&wanted, HEX_MAX_BYTES);
    buf_init(&text, 4 * HEX_MAX_BYTES);
    hex_decode(str_of(json_text(step, "hex")), &wanted, NULL);
    hex_append(&text, wanted.data, wanted.len, true);
    struct link_packet *p = NULL;
    if (!is_wanted_garbage(in, actor, step, &wanted))
        p = next_packet(in, actor, step, text.len ? buf_cstr(&text) : "");
    if (p) {
        note_connack(actor, &p->packet);
        if (p->n != wanted.len || memcmp(p->bytes, wanted.data, p->n) != 0) {
            struct buf actual;
            buf_init(&actual, 64 * 1024);
            hex_append(&actual, p->bytes, p->n < 1024 ? p->n : 1024, true);
            interpreter_deviation(in, "wrong-bytes", p->mark, text.len ? buf_cstr(&text) : "",
                                  buf_cstr(&actual));
            buf_fini(&actual);
        }
    }
    free(p);
    buf_fini(&text);
    buf_fini(&wanted);
}

static char *alternatives_text(const cJSON *of)
{
    struct buf out;
    buf_init(&out, 64 * 1024);
    for (const cJSON *at = of->child; at; at = at->next) {
        const char *packet = json_text(at, "packet");
        const char *verdict = json_text(at, "verdict");
        if (verdict && strcmp(verdict, "fail") == 0)
            continue;
        char *one = packet ? wanted_text(packet, json_get(at, "where")) : mem_strdup("a closed connection");
        buf_printf(&out, "%s%s", out.len ? " or " : "", one);
        free(one);
    }
    char *text = mem_dup(out.data, out.len);
    buf_fini(&out);
    return text;
}

/* The first alternative that fits a packet (NULL: the end of the connection), or NULL. */
static const cJSON *find_alternative(const cJSON *of, const struct mqtt_packet *packet)
{
    cJSON *fields = packet ? packet_fields_of(packet) : NULL;
    const cJSON *found = NULL;
    for (const cJSON *at = of->child; at && !found; at = at->next) {
        const char *name = json_text(at, "packet");
        struct mismatch ignored;
        if (!packet)
            found = name ? NULL : at;
        else if (name && packet->type == mqtt_type_named(name) &&
                 matcher_fits_object(json_get(at, "where"), fields, &ignored))
            found = at;
    }
    cJSON_Delete(fields);
    return found;
}

static void judge_alternative(struct interpreter *in, const cJSON *found, size_t entry, const char *expected,
                              const char *actual)
{
    const char *verdict = found ? json_text(found, "verdict") : "fail";
    if (!verdict || strcmp(verdict, "pass") == 0)
        return;
    if (strcmp(verdict, "nonstrict") == 0)
        interpreter_remark(in, VERDICT_NONSTRICT, expected, actual);
    else if (strcmp(verdict, "info") == 0)
        interpreter_remark(in, VERDICT_INFO, expected, actual);
    else
        interpreter_deviation(in, found ? "forbidden" : "wrong-packet", entry, expected, actual);
}

void verb_expect_any(struct interpreter *in, const cJSON *step)
{
    struct actor *actor = interpreter_actor(in, step);
    const cJSON *of = json_get(step, "of"), *found;
    char *expected = alternatives_text(of);
    int64_t patience_ms = interpreter_patience_ms(in, step);
    enum link_event event = link_wait(actor->link, patience_ms);
    if (event == LINK_PACKET) {
        struct link_packet *p = link_take(actor->link);
        char *actual = seen_packet(&p->packet);
        note_connack(actor, &p->packet);
        judge_alternative(in, find_alternative(of, &p->packet), p->mark, expected, actual);
        free(actual);
        free(p);
    } else if (event == LINK_END && (found = find_alternative(of, NULL)) != NULL) {
        actor->end_is_seen = true;
        judge_alternative(in, found, actor->end_entry, expected, "a closed connection");
    } else {
        seen_deviation(in, actor, event, expected, patience_ms);
    }
    free(expected);
}

void verb_fence(struct interpreter *in, const cJSON *step)
{
    struct actor *actor = interpreter_actor(in, step);
    seen_fence(in, actor, interpreter_patience_ms(in, step), "wrong-packet");
}
