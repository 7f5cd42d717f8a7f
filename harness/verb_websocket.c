/* WebSocket that the case speaks itself: the opening, frames as they are, and what comes back. */
#include <stdlib.h>
#include <string.h>

#include "harness/interpreter.h"
#include "harness/packet_fields.h"
#include "harness/seen.h"
#include "harness/upgrade.h"
#include "harness/variable.h"
#include "harness/verbs.h"
#include "lib/base/hex.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

enum { PAYLOAD_MAX_BYTES = 8 * 1024 * 1024, REPEAT_MAX = 1000000, TEXT_MAX_BYTES = 16 * 1024 * 1024 };

static int64_t number_of(const cJSON *step, const char *key, int64_t otherwise)
{
    const cJSON *node = json_get(step, key);
    return cJSON_IsNumber(node) ? (int64_t)node->valuedouble : otherwise;
}

/* --- checks --- */

static bool is_later(const cJSON *websocket)
{
    return cJSON_IsString(websocket) && strcmp(websocket->valuestring, "later") == 0;
}

void verb_websocket_check_open(const cJSON *step, const char *path, const struct step_scope *scope,
                               struct problems *problems)
{
    static const char *const keys[] = {UPGRADE_KEYS, "expect", "cut", "note", NULL};
    const cJSON *websocket = json_get(step, "websocket"), *own = json_get(step, "transport");
    enum transport transport = scope->transport;
    char place[JSON_PATH_SIZE];
    json_path(place, sizeof place, path, "websocket", 0);
    bool named = own ? transport_named(cJSON_GetStringValue(own), &transport) : scope->names_transports;
    if (named && !transport_is_websocket(transport))
        problems_add(problems, place, "the transport is ws or wss");
    if (is_later(websocket))
        return;
    if (!cJSON_IsObject(websocket)) {
        problems_add(problems, place, "an object, or \"later\"");
        return;
    }
    json_keys(websocket, place, keys, problems);
    pieces_check(websocket, place, "cut", problems);
    upgrade_check(websocket, place, problems);
}

void verb_upgrade_check(const cJSON *step, const char *path, const struct step_scope *scope,
                        struct problems *problems)
{
    upgrade_check(step, path, problems);
    pieces_check(step, path, "cut", problems);
    verb_within_check(step, path, scope, problems);
}

/* status, headers and text of a step. */
static cJSON *answer_of_step(const cJSON *step)
{
    static const char *const members[] = {"status", "headers", "text"};
    cJSON *expect = cJSON_CreateObject();
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        if (json_get(step, members[i]))
            cJSON_AddItemToObject(expect, members[i], cJSON_Duplicate(json_get(step, members[i]), true));
    return expect;
}

void verb_expect_answer_check(const cJSON *step, const char *path, const struct step_scope *scope,
                              struct problems *problems)
{
    cJSON *expect = answer_of_step(step);
    upgrade_check_expect(expect, path, problems);
    cJSON_Delete(expect);
    verb_within_check(step, path, scope, problems);
}

void verb_send_text_check(const cJSON *step, const char *path, const struct step_scope *scope,
                          struct problems *problems)
{
    const char *text;
    int64_t times;
    (void)scope;
    json_string(step, path, "text", JSON_REQUIRED, &text, problems);
    json_string(step, path, "end", JSON_OPTIONAL, &text, problems);
    json_int(step, path, "repeat", JSON_OPTIONAL, 1, REPEAT_MAX, &times, problems);
    pieces_check(step, path, "cut", problems);
}

static void check_hex(const cJSON *object, const char *path, const char *key, size_t exactly,
                      struct problems *problems)
{
    const char *digits;
    struct buf bytes;
    if (!json_string(object, path, key, JSON_OPTIONAL, &digits, problems) ||
        variable_is_later(json_get(object, key)))
        return;
    buf_init(&bytes, PAYLOAD_MAX_BYTES);
    if (!hex_decode(str_of(digits), &bytes, NULL) || (exactly && bytes.len != exactly))
        problems_add(problems, path, "%s is not hex%s", key, exactly ? " of 4 bytes" : "");
    buf_fini(&bytes);
}

static void check_opcode(const cJSON *object, const char *path, struct problems *problems)
{
    const char *name;
    if (json_string(object, path, "opcode", JSON_REQUIRED, &name, problems) && frame_opcode_named(name) < 0)
        problems_add(problems, path,
                     "'%s' is no opcode: text, binary, continuation, close, ping, pong, opcode 3 …", name);
}

/* At most one of the ways to say what is in a frame. */
static void check_payload(const cJSON *object, const char *path, struct problems *problems)
{
    int64_t code;
    const char *text;
    int ways = (json_get(object, "payload") != NULL) + (json_get(object, "payloadHex") != NULL) +
               (json_get(object, "closeCode") != NULL) + (json_get(object, "packet") != NULL);
    if (ways > 1)
        problems_add(problems, path, "only one of payload, payloadHex, closeCode and packet");
    if (json_get(object, "reason") && !json_get(object, "closeCode"))
        problems_add(problems, path, "a reason goes with a closeCode");
    json_string(object, path, "payload", JSON_OPTIONAL, &text, problems);
    json_string(object, path, "reason", JSON_OPTIONAL, &text, problems);
    json_int(object, path, "closeCode", JSON_OPTIONAL, 0, 65535, &code, problems);
    check_hex(object, path, "payloadHex", 0, problems);
}

static void check_frame(const cJSON *object, const char *path, struct problems *problems)
{
    int64_t number;
    bool truth;
    const char *word;
    check_opcode(object, path, problems);
    check_payload(object, path, problems);
    check_hex(object, path, "mask", 4, problems);
    json_bool(object, path, "fin", JSON_OPTIONAL, &truth, problems);
    json_bool(object, path, "masked", JSON_OPTIONAL, &truth, problems);
    json_int(object, path, "rsv", JSON_OPTIONAL, 0, 7, &number, problems);
    json_int(object, path, "declared", JSON_OPTIONAL, 0, INT64_MAX, &number, problems);
    if (json_string(object, path, "length", JSON_OPTIONAL, &word, problems) && strcmp(word, "16") != 0 &&
        strcmp(word, "64") != 0)
        problems_add(problems, path, "length is \"16\" or \"64\", or not there");
}

void verb_websocket_check_frame(const cJSON *step, const char *path, const char *key,
                                struct problems *problems)
{
    static const char *const keys[] = {"opcode",     "fin",       "masked", "rsv",    "payload",
                                       "payloadHex", "closeCode", "reason", "length", "declared",
                                       "mask",       "note",      NULL};
    char place[JSON_PATH_SIZE];
    json_path(place, sizeof place, path, key, 0);
    if (json_keys(json_get(step, key), place, keys, problems))
        check_frame(json_get(step, key), place, problems);
}

void verb_send_frame_check(const cJSON *step, const char *path, const struct step_scope *scope,
                           struct problems *problems)
{
    const char *name;
    char place[JSON_PATH_SIZE];
    int64_t times;
    (void)scope;
    check_frame(step, path, problems);
    json_int(step, path, "repeat", JSON_OPTIONAL, 1, REPEAT_MAX, &times, problems);
    pieces_check(step, path, "cut", problems);
    json_path(place, sizeof place, path, "with", 0);
    if (!json_string(step, path, "packet", JSON_OPTIONAL, &name, problems)) {
        if (json_get(step, "with"))
            problems_add(problems, place, "goes with a packet");
    } else if (!mqtt_type_named(name)) {
        problems_add(problems, path, "there is no packet '%s'", name);
    } else {
        packet_fields_check_with((enum mqtt_type)mqtt_type_named(name), json_get(step, "with"), place,
                                 problems);
    }
}

void verb_expect_frame_check(const cJSON *step, const char *path, const struct step_scope *scope,
                             struct problems *problems)
{
    const char *name = json_text(step, "opcode");
    check_opcode(step, path, problems);
    check_payload(step, path, problems);
    if (name && frame_opcode_named(name) >= 0 && frame_opcode_named(name) < FRAME_CLOSE)
        problems_add(problems, path, "what is in data frames is expected as packets");
    verb_within_check(step, path, scope, problems);
}

/* --- the opening --- */

/* The WebSocket that a step is about, opened or not. NULL after a deviation or an error. */
static struct websocket *own_websocket(struct interpreter *in, struct actor *actor)
{
    if (!verb_must_be_open(in, actor))
        return NULL;
    if (!actor->websocket)
        interpreter_error(in, "bad-case", "device %s has no WebSocket of its own here", actor->name);
    return actor->websocket;
}

/* The next note of a kind, which the caller frees; NULL after a deviation. */
static struct link_packet *next_note(struct interpreter *in, struct actor *actor, const cJSON *step, int kind,
                                     const char *expected)
{
    int64_t patience_ms = interpreter_patience_ms(in, step);
    enum link_event event = link_wait(actor->link, patience_ms);
    if (event == LINK_NOTE && link_peek(actor->link)->note == kind)
        return link_take(actor->link);
    if (event == LINK_PACKET) {
        char *actual = seen_packet(&link_peek(actor->link)->packet);
        interpreter_deviation(in, "wrong-packet", link_peek(actor->link)->mark, expected, actual);
        free(actual);
    } else {
        seen_deviation(in, actor, event, expected, patience_ms);
    }
    return NULL;
}

/* Waits for the next answer of HTTP, which has to fit. Takes wanted. */
static void expect_answer(struct interpreter *in, struct actor *actor, const cJSON *step, cJSON *wanted)
{
    struct mismatch mismatch;
    struct link_packet *note = next_note(in, actor, step, WEBSOCKET_ANSWER, "an answer of HTTP");
    cJSON *all = note ? json_parse_peer((struct str){(const char *)note->bytes, note->n}) : NULL;
    cJSON *facts = all ? upgrade_facts_for(wanted, all) : NULL;
    if (facts && !matcher_fits_object(wanted, facts, &mismatch)) {
        char *expected = mem_printf("an answer with %s %s", mismatch.field, mismatch.expected);
        char *actual = mem_printf("%s %s", mismatch.field, mismatch.actual);
        interpreter_deviation(in, "http", note->mark, expected, actual);
        free(expected);
        free(actual);
    }
    cJSON_Delete(facts);
    cJSON_Delete(all);
    cJSON_Delete(wanted);
    free(note);
}

static void upgrade(struct interpreter *in, struct actor *actor, const cJSON *options, const cJSON *step,
                    int port)
{
    struct buf head;
    buf_init(&head, TEXT_MAX_BYTES);
    upgrade_write(options, port, &head);
    struct pieces cut = pieces_of(options, "cut", head.len);
    websocket_send_text(actor->websocket, buf_str(&head), &cut);
    pieces_fini(&cut);
    buf_fini(&head);
    expect_answer(in, actor, step, upgrade_wanted(options, json_get(options, "expect")));
}

void verb_websocket_open(struct interpreter *in, struct actor *actor, const cJSON *step, int port)
{
    if (!is_later(json_get(step, "websocket")))
        upgrade(in, actor, json_get(step, "websocket"), step, port);
}

void verb_upgrade(struct interpreter *in, const cJSON *step)
{
    struct actor *actor = interpreter_actor(in, step);
    if (own_websocket(in, actor))
        upgrade(in, actor, step, step, broker_process_port(in->broker, "web"));
}

void verb_expect_answer(struct interpreter *in, const cJSON *step)
{
    expect_answer(in, interpreter_actor(in, step), step, answer_of_step(step));
}

void verb_send_text(struct interpreter *in, const cJSON *step)
{
    struct actor *actor = interpreter_actor(in, step);
    struct websocket *ws = own_websocket(in, actor);
    struct buf text;
    if (!ws)
        return;
    buf_init(&text, TEXT_MAX_BYTES);
    bool fits = true;
    for (int64_t i = number_of(step, "repeat", 1); fits && i > 0; i--)
        fits = buf_append_str(&text, str_of(json_text(step, "text")));
    fits = fits && buf_append_str(&text, str_of(json_text(step, "end")));
    struct pieces cut = pieces_of(step, "cut", text.len);
    if (fits)
        websocket_send_text(ws, buf_str(&text), &cut);
    else
        interpreter_error(in, "bad-case", "the text is too long");
    pieces_fini(&cut);
    buf_fini(&text);
}

/* --- frames --- */

/* The payload that a step gives a frame. */
static void put_payload(const cJSON *step, struct buf *out)
{
    const cJSON *code = json_get(step, "closeCode");
    if (code) {
        buf_append_byte(out, (uint8_t)((int)code->valuedouble >> 8));
        buf_append_byte(out, (uint8_t)(int)code->valuedouble);
        buf_append_str(out, str_of(json_text(step, "reason")));
    } else if (json_get(step, "payloadHex")) {
        hex_decode(str_of(json_text(step, "payloadHex")), out, NULL);
    } else {
        buf_append_str(out, str_of(json_text(step, "payload")));
    }
}

static struct frame frame_of(const cJSON *step, const struct buf *payload)
{
    const char *form = json_text(step, "length"), *mask = json_text(step, "mask");
    struct frame frame = {.fin = !cJSON_IsFalse(json_get(step, "fin")),
                          .masked = !cJSON_IsFalse(json_get(step, "masked")),
                          .rsv = (uint8_t)number_of(step, "rsv", 0),
                          .opcode = (uint8_t)frame_opcode_named(json_text(step, "opcode")),
                          .declared = (uint64_t)number_of(step, "declared", (int64_t)payload->len),
                          .mask = {0x37, 0xfa, 0x21, 0x3d},
                          .payload = payload->data,
                          .n = payload->len};
    if (form)
        frame.form = strcmp(form, "16") == 0 ? FRAME_LENGTH_16 : FRAME_LENGTH_64;
    if (mask) {
        struct buf bytes;
        buf_init(&bytes, sizeof frame.mask);
        hex_decode(str_of(mask), &bytes, NULL);
        memcpy(frame.mask, bytes.data, sizeof frame.mask);
        buf_fini(&bytes);
    }
    return frame;
}

void verb_websocket_send(struct interpreter *in, struct actor *actor, const cJSON *step,
                         const struct buf *bytes)
{
    const cJSON *between = json_get(step, "between");
    bool is_fragments = json_get(step, "fragments") != NULL;
    struct buf payload;
    if (!websocket_is_open(actor->websocket)) {
        interpreter_error(in, "bad-case", "the WebSocket of device %s is not open here", actor->name);
        return;
    }
    buf_init(&payload, PAYLOAD_MAX_BYTES);
    if (between)
        put_payload(between, &payload);
    struct frame frame = between ? frame_of(between, &payload) : (struct frame){0};
    struct pieces cut = pieces_of(step, "cut", PAYLOAD_MAX_BYTES);
    struct websocket_framing framing = {
        .frames = pieces_of(step, is_fragments ? "fragments" : "frames", bytes->len),
        .is_fragments = is_fragments,
        .between = between ? &frame : NULL};
    websocket_send_mqtt(actor->websocket, bytes->data, bytes->len, &framing, &cut);
    pieces_fini(&framing.frames);
    pieces_fini(&cut);
    buf_fini(&payload);
}

void verb_send_frame(struct interpreter *in, const cJSON *step)
{
    struct actor *actor = interpreter_actor(in, step);
    struct websocket *ws = own_websocket(in, actor);
    const char *packet = json_text(step, "packet");
    struct buf payload;
    if (!ws)
        return;
    buf_init(&payload, PAYLOAD_MAX_BYTES);
    if (!packet)
        put_payload(step, &payload);
    else if (!verb_append_packet(in, actor, (enum mqtt_type)mqtt_type_named(packet), json_get(step, "with"),
                                 &payload))
        ws = NULL;
    struct frame frame = frame_of(step, &payload);
    struct pieces cut = pieces_of(step, "cut", payload.len + FRAME_HEAD_MAX_BYTES);
    if (ws)
        websocket_send_frame(ws, &frame, (size_t)number_of(step, "repeat", 1), &cut, packet != NULL);
    pieces_fini(&cut);
    buf_fini(&payload);
}

/* A frame as a step words it, in the words of websocket_note_text. */
static char *wanted_text(const cJSON *step, const struct buf *payload)
{
    struct link_packet *note = mem_zalloc(1, sizeof *note + 1 + payload->len);
    note->note = WEBSOCKET_FRAME;
    note->n = 1 + payload->len;
    note->bytes[0] = (uint8_t)frame_opcode_named(json_text(step, "opcode"));
    if (payload->len > 0)
        memcpy(note->bytes + 1, payload->data, payload->len);
    char *text = websocket_note_text(note);
    free(note);
    return text;
}

/* Only what the step names is compared; a closeCode without a reason leaves the reason open. */
static bool fits(const cJSON *step, const struct buf *payload, const struct link_packet *note)
{
    const uint8_t *bytes = note->bytes + 1;
    size_t n = note->n - 1;
    if (note->bytes[0] != frame_opcode_named(json_text(step, "opcode")))
        return false;
    if (json_get(step, "closeCode") && !json_get(step, "reason"))
        return n == 0 ? number_of(step, "closeCode", 0) == 0
                      : frame_close_code(bytes, n) == number_of(step, "closeCode", 0);
    bool names_payload =
        json_get(step, "payload") || json_get(step, "payloadHex") || json_get(step, "reason");
    return !names_payload || (n == payload->len && (n == 0 || memcmp(bytes, payload->data, n) == 0));
}

void verb_expect_frame(struct interpreter *in, const cJSON *step)
{
    struct actor *actor = interpreter_actor(in, step);
    struct buf payload;
    buf_init(&payload, PAYLOAD_MAX_BYTES);
    put_payload(step, &payload);
    char *expected = wanted_text(step, &payload);
    struct link_packet *note = next_note(in, actor, step, WEBSOCKET_FRAME, expected);
    if (note && !fits(step, &payload, note)) {
        char *actual = websocket_note_text(note);
        interpreter_deviation(in, "wrong-frame", note->mark, expected, actual);
        free(actual);
    }
    free(note);
    free(expected);
    buf_fini(&payload);
}
