/* What a device does: open, send, close. */
#include <stdlib.h>
#include <string.h>

#include "harness/interpreter.h"
#include "harness/packet_build.h"
#include "harness/packet_fields.h"
#include "harness/pieces.h"
#include "harness/place.h"
#include "harness/seen.h"
#include "harness/target.h"
#include "harness/tls_choice.h"
#include "harness/transport_choice.h"
#include "harness/variable.h"
#include "harness/verbs.h"
#include "lib/base/hex.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

enum { SEND_MAX_BYTES = 8 * 1024 * 1024, REPEAT_MAX = 100000 };

/* --- checks --- */

/* How the bytes of a step leave: in segments, and on a WebSocket in frames. */
static void check_pieces(const cJSON *step, const char *path, struct problems *problems)
{
    pieces_check(step, path, "cut", problems);
    pieces_check(step, path, "frames", problems);
    pieces_check(step, path, "fragments", problems);
    if (json_get(step, "frames") && json_get(step, "fragments"))
        problems_add(problems, path, "either frames or fragments");
    if (json_get(step, "between"))
        verb_websocket_check_frame(step, path, "between", problems);
}

static void check_word(const cJSON *step, const char *path, const char *key, const char *const words[],
                       struct problems *problems)
{
    const char *word;
    if (!json_string(step, path, key, JSON_OPTIONAL, &word, problems))
        return;
    for (size_t i = 0; words[i]; i++)
        if (strcmp(words[i], word) == 0)
            return;
    struct buf list;
    char place[JSON_PATH_SIZE];
    buf_init(&list, 256);
    for (size_t i = 0; words[i]; i++)
        buf_printf(&list, "%s%s", i ? ", " : "", words[i]);
    json_path(place, sizeof place, path, key, 0);
    problems_add(problems, place, "'%s' is none of %s", word, buf_cstr(&list));
    buf_fini(&list);
}

void verb_open_check(const cJSON *step, const char *path, const struct step_scope *scope,
                     struct problems *problems)
{
    static const char *const transports[] = {"tcp", "tls", "ws", "wss", NULL};
    static const char *const ports[] = {"mqtt", "web", "mqtts", NULL};
    char place[JSON_PATH_SIZE];
    check_word(step, path, "transport", transports, problems);
    check_word(step, path, "port", ports, problems);
    if (json_get(step, "websocket"))
        verb_websocket_check_open(step, path, scope, problems);
    json_path(place, sizeof place, path, "tls", 0);
    if (json_get(step, "tls"))
        tls_choice_check(json_get(step, "tls"), place, problems);
    bool fails;
    json_bool(step, path, "fails", JSON_OPTIONAL, &fails, problems);
    json_path(place, sizeof place, path, "with", 0);
    packet_fields_check_with(MQTT_CONNECT, json_get(step, "with"), place, problems);
    check_pieces(step, path, problems);
}

/* The packet type that a member names; 0 and a problem when there is none. */
static enum mqtt_type check_packet(const cJSON *object, const char *path, struct problems *problems)
{
    const char *name;
    if (!json_string(object, path, "packet", JSON_REQUIRED, &name, problems))
        return (enum mqtt_type)0;
    if (!mqtt_type_named(name))
        problems_add(problems, path, "there is no packet '%s'", name);
    return (enum mqtt_type)mqtt_type_named(name);
}

static void check_send(const cJSON *object, const char *path, struct problems *problems)
{
    char place[JSON_PATH_SIZE];
    enum mqtt_type type = check_packet(object, path, problems);
    json_path(place, sizeof place, path, "with", 0);
    if (type)
        packet_fields_check_with(type, json_get(object, "with"), place, problems);
}

void verb_send_check(const cJSON *step, const char *path, const struct step_scope *scope,
                     struct problems *problems)
{
    (void)scope;
    check_send(step, path, problems);
    check_pieces(step, path, problems);
}

static void check_hex(const cJSON *object, const char *path, struct problems *problems)
{
    const char *digits;
    size_t bad;
    struct buf bytes;
    if (!json_string(object, path, "hex", JSON_REQUIRED, &digits, problems) ||
        variable_is_later(json_get(object, "hex")))
        return;
    buf_init(&bytes, SEND_MAX_BYTES);
    if (!hex_decode(str_of(digits), &bytes, &bad))
        problems_add(problems, path, "not hex at character %zu", bad);
    else if (bytes.len == 0)
        problems_add(problems, path, "there are no bytes in it");
    buf_fini(&bytes);
}

void verb_send_hex_check(const cJSON *step, const char *path, const struct step_scope *scope,
                         struct problems *problems)
{
    int64_t repeat;
    (void)scope;
    check_hex(step, path, problems);
    json_int(step, path, "repeat", JSON_OPTIONAL, 1, REPEAT_MAX, &repeat, problems);
    check_pieces(step, path, problems);
}

void verb_send_together_check(const cJSON *step, const char *path, const struct step_scope *scope,
                              struct problems *problems)
{
    static const char *const packet_keys[] = {"packet", "with", "note", NULL};
    static const char *const hex_keys[] = {"hex", "note", NULL};
    const cJSON *packets;
    char list[JSON_PATH_SIZE], place[JSON_PATH_SIZE];
    int index = 0;
    (void)scope;
    check_pieces(step, path, problems);
    if (!json_array(step, path, "packets", JSON_REQUIRED, &packets, problems))
        return;
    json_path(list, sizeof list, path, "packets", 0);
    for (const cJSON *at = packets->child; at; at = at->next) {
        bool is_hex = json_get(at, "hex") != NULL;
        json_path(place, sizeof place, list, NULL, index++);
        if (!json_keys(at, place, is_hex ? hex_keys : packet_keys, problems))
            continue;
        if (is_hex)
            check_hex(at, place, problems);
        else
            check_send(at, place, problems);
    }
}

void verb_close_check(const cJSON *step, const char *path, const struct step_scope *scope,
                      struct problems *problems)
{
    static const char *const hows[] = {"fin", "reset", NULL}, *const bytes[] = {"any", NULL};
    (void)scope;
    check_word(step, path, "how", hows, problems);
    check_word(step, path, "bytes", bytes, problems);
}

/* --- running --- */

/* What no step has read must not be lost without a word. False after a deviation. */
static bool nothing_unread(struct interpreter *in, struct actor *actor)
{
    if (!seen_settled(in, actor)) /* what comes behind it comes behind all that the platform has to send */
        return false;
    if (link_wait(actor->link, 0) != LINK_PACKET)
        return true;
    const struct link_packet *p = link_peek(actor->link);
    char *actual = seen_packet(&p->packet);
    interpreter_deviation(in, "unread", p->mark, "no packet that no step has asked for", actual);
    free(actual);
    return false;
}

/* A connection to send on or to close. False after a deviation, or after an error when the case itself has ended it. */
bool verb_must_be_open(struct interpreter *in, struct actor *actor)
{
    if (link_is_open(actor->link))
        return true;
    if (actor->end_is_seen || !link_end(actor->link))
        interpreter_error(in, "bad-case", "device %s is not open here", actor->name);
    else
        interpreter_deviation(in, "closed-early", actor->end_entry, "an open connection",
                              "a connection that the platform has closed");
    return false;
}

static size_t record_open(struct actor *actor, const char *port)
{
    cJSON *fields = cJSON_CreateObject();
    const struct channel_tls *tls = link_tls(actor->link);
    cJSON_AddStringToObject(fields, "transport", transport_name(actor->transport));
    cJSON_AddStringToObject(fields, "port", port);
    if (tls) {
        cJSON_AddStringToObject(fields, "version", tls->version);
        cJSON_AddStringToObject(fields, "cipher", tls->cipher);
    }
    return recorder_event(actor->in->recorder, actor->name, "open", fields);
}

/* An end that no step has asked for is a deviation, also when the device goes on with a new connection. */
static bool may_open(struct interpreter *in, struct actor *actor)
{
    if (link_is_open(actor->link)) {
        interpreter_error(in, "bad-case", "device %s is open already", actor->name);
        return false;
    }
    if (link_end(actor->link) && !actor->end_is_seen) {
        interpreter_deviation(in, "closed-early", actor->end_entry, "the connection to be open",
                              "the platform closed it");
        return false;
    }
    return true;
}

static void open_link(struct interpreter *in, struct actor *actor, const cJSON *step)
{
    const char *port = json_text(step, "port");
    const cJSON *tls = json_get(step, "tls");
    const char *error = NULL;
    bool own = json_get(step, "websocket") != NULL;
    struct place place;
    actor->transport = place_transport(in->target, in->test, step);
    port = port ? port : transport_is_websocket(actor->transport) ? "web" : "mqtt";
    bool is_served = place_of(in, port, actor->transport, &place);
    struct wire_target target = {.host = place.host,
                                 .port = place.port,
                                 .transport = actor->transport,
                                 .server_name = json_text(tls, "serverName")};
    if (own)
        target.transport = transport_is_encrypted(actor->transport) ? TRANSPORT_TLS : TRANSPORT_TCP;
    if (!target.server_name && in->target)
        target.server_name = in->target->server_name;
    if (!is_served) {
        interpreter_unsupported(in, "the target does not serve %s on the port %s",
                                transport_name(actor->transport), port);
        return;
    }
    if (transport_is_encrypted(actor->transport)) {
        target.tls = tls_choice_client(in->tls_clients, place.root, tls, &error);
        if (!target.tls) {
            interpreter_error(in, "tls", "no TLS client: %s", error);
            return;
        }
    }
    if (!may_open(in, actor))
        return;
    interpreter_await_rate(in);
    actor->is_accepted = actor->end_is_seen = false;
    websocket_free(actor->websocket);
    actor->websocket = own ? websocket_new(actor->link, in->recorder, actor->name) : NULL;
    bool wants_failure = cJSON_IsTrue(json_get(step, "fails"));
    if (link_open(actor->link, &target, interpreter_patience_ms(in, step))) {
        size_t entry = record_open(actor, port);
        if (wants_failure)
            interpreter_deviation(in, "wrong-end", entry, "no connection", "one");
        else if (own)
            verb_websocket_open(in, actor, step, target.port);
        return;
    }
    char *actual = mem_printf("none: %s", layers_end_text(link_end(actor->link)));
    actor->end_is_seen = true;
    if (!wants_failure)
        interpreter_deviation(in, "no-connection", actor->end_entry, "a connection", actual);
    free(actual);
}

void verb_open(struct interpreter *in, const cJSON *step)
{
    open_link(in, interpreter_actor(in, step), step);
}

static void note_pieces(struct interpreter *in, const char *device, size_t count)
{
    cJSON *fields = cJSON_CreateObject();
    cJSON_AddNumberToObject(fields, "sent_in_pieces", (double)count);
    recorder_event(in->recorder, device, "bytes", fields);
}

/* Sends bytes as the step wants them cut and, on a WebSocket that the case speaks itself, put into frames. */
static void send_bytes(struct interpreter *in, struct actor *actor, const cJSON *step,
                       const struct buf *bytes)
{
    struct pieces cut = pieces_of(step, "cut", bytes->len);
    bool is_framed = json_get(step, "frames") || json_get(step, "fragments") || json_get(step, "between");
    if (!verb_must_be_open(in, actor)) {
        pieces_fini(&cut);
        return;
    }
    if (actor->websocket)
        verb_websocket_send(in, actor, step, bytes);
    else if (is_framed)
        interpreter_error(in, "bad-case", "device %s has no WebSocket of its own here", actor->name);
    else
        link_send_cut(actor->link, bytes->data, bytes->len, cut.sizes, cut.count);
    if (cut.count > 0 && !interpreter_has_ended(in))
        note_pieces(in, actor->name, cut.count + (cJSON_IsArray(json_get(step, "cut")) ? 1 : 0));
    pieces_fini(&cut);
}

/* Appends a packet that a step or a member of send_together describes. */
bool verb_append_packet(struct interpreter *in, struct actor *actor, enum mqtt_type type, const cJSON *with,
                        struct buf *out)
{
    const struct packet_sender sender = {.product_key = actor->product_key,
                                         .device_name = actor->device_name,
                                         .device_secret = actor->device_secret,
                                         .transport = actor->transport,
                                         .profile = in->test->profile};
    const char *password = json_text(with, "password");
    const char *secret = json_text(with, "secret");
    const cJSON *level = json_get(with, "level");
    if (password)
        recorder_add_secret(in->recorder, str_of(password));
    if (secret)
        recorder_add_secret(in->recorder, str_of(secret));
    if (type == MQTT_CONNECT)
        link_set_level(actor->link, cJSON_IsNumber(level) && level->valuedouble == MQTT_LEVEL_3_1
                                        ? MQTT_LEVEL_3_1
                                        : MQTT_LEVEL_3_1_1);
    if (packet_build(type, with, &sender, out))
        return true;
    interpreter_error(in, "bad-case", "the packet is too large to be built");
    return false;
}

static bool append_hex(struct interpreter *in, const cJSON *object, struct buf *out)
{
    if (hex_decode(str_of(json_text(object, "hex")), out, NULL))
        return true;
    interpreter_error(in, "bad-case", "not hex, or more than %d bytes", SEND_MAX_BYTES);
    return false;
}

void verb_connect(struct interpreter *in, const cJSON *step)
{
    struct actor *actor = interpreter_actor(in, step);
    struct buf bytes;
    if (!link_is_open(actor->link))
        open_link(in, actor, step);
    if (interpreter_has_ended(in))
        return;
    buf_init(&bytes, SEND_MAX_BYTES);
    if (verb_append_packet(in, actor, MQTT_CONNECT, json_get(step, "with"), &bytes))
        send_bytes(in, actor, step, &bytes);
    buf_fini(&bytes);
}

void verb_send(struct interpreter *in, const cJSON *step)
{
    struct actor *actor = interpreter_actor(in, step);
    enum mqtt_type type = (enum mqtt_type)mqtt_type_named(json_text(step, "packet"));
    struct buf bytes;
    buf_init(&bytes, SEND_MAX_BYTES);
    if (verb_append_packet(in, actor, type, json_get(step, "with"), &bytes))
        send_bytes(in, actor, step, &bytes);
    buf_fini(&bytes);
}

void verb_send_hex(struct interpreter *in, const cJSON *step)
{
    struct actor *actor = interpreter_actor(in, step);
    const cJSON *repeat = json_get(step, "repeat");
    struct buf bytes;
    bool fits = true;
    buf_init(&bytes, SEND_MAX_BYTES);
    for (int64_t i = cJSON_IsNumber(repeat) ? (int64_t)repeat->valuedouble : 1; fits && i > 0; i--)
        fits = append_hex(in, step, &bytes);
    if (fits)
        send_bytes(in, actor, step, &bytes);
    buf_fini(&bytes);
}

void verb_send_together(struct interpreter *in, const cJSON *step)
{
    struct actor *actor = interpreter_actor(in, step);
    struct buf bytes;
    bool fits = true;
    buf_init(&bytes, SEND_MAX_BYTES);
    for (const cJSON *at = json_get(step, "packets")->child; fits && at; at = at->next) {
        const char *name = json_text(at, "packet");
        fits = name ? verb_append_packet(in, actor, (enum mqtt_type)mqtt_type_named(name),
                                         json_get(at, "with"), &bytes)
                    : append_hex(in, at, &bytes);
    }
    if (fits)
        send_bytes(in, actor, step, &bytes);
    buf_fini(&bytes);
}

void verb_disconnect(struct interpreter *in, const cJSON *step)
{
    struct actor *actor = interpreter_actor(in, step);
    struct buf bytes;
    if (!nothing_unread(in, actor))
        return;
    buf_init(&bytes, 16);
    packet_build(MQTT_DISCONNECT, NULL, NULL, &bytes);
    send_bytes(in, actor, step, &bytes);
    buf_fini(&bytes);
    if (interpreter_has_ended(in))
        return;
    actor->end_is_seen = true;
    link_close(actor->link, CHANNEL_FLUSH);
}

void verb_close(struct interpreter *in, const cJSON *step)
{
    struct actor *actor = interpreter_actor(in, step);
    const char *how = json_text(step, "how");
    bool anything = json_get(step, "bytes") != NULL;
    if ((!anything && !nothing_unread(in, actor)) || !verb_must_be_open(in, actor))
        return;
    link_drop(actor->link);
    actor->end_is_seen = true;
    link_close(actor->link, how && strcmp(how, "reset") == 0 ? CHANNEL_RESET : CHANNEL_FLUSH);
}
