#include "seen.h"

#include <stdlib.h>

#include "harness/packet_build.h"
#include "harness/packet_fields.h"
#include "lib/base/mem.h"

char *seen_packet(const struct mqtt_packet *packet)
{
    struct buf out;
    cJSON *fields = packet_fields_shown(packet);
    buf_init(&out, 64 * 1024);
    buf_printf(&out, "%s%s", mqtt_type_name(packet->type), fields->child ? " with " : "");
    matcher_describe(fields, &out);
    char *text = mem_dup(out.data, out.len);
    buf_fini(&out);
    cJSON_Delete(fields);
    return text;
}

static const char *end_name(enum channel_end_kind kind)
{
    switch (kind) {
    case CHANNEL_END_FIN:
        return "FIN";
    case CHANNEL_END_RESET:
        return "reset";
    case CHANNEL_END_TLS:
        return "TLS failure";
    case CHANNEL_END_WS:
        return "WebSocket failure";
    case CHANNEL_END_LOCAL:
        return "closed by the device";
    case CHANNEL_END_OVERFLOW:
    case CHANNEL_END_FAILED:
        break;
    }
    return "failed";
}

char *seen_end(const struct link *link)
{
    const struct channel_end *end = link_end(link);
    if (!end)
        return mem_strdup("a connection that was never opened");
    return mem_printf("the end of the connection (%s%s%s)", end_name(end->kind), *end->detail ? ": " : "",
                      end->detail);
}

static void timed_out(struct interpreter *in, struct actor *actor, const char *expected, int64_t waited_ms)
{
    cJSON *fields = cJSON_CreateObject();
    char *actual = mem_printf("nothing within %lld ms", (long long)waited_ms);
    cJSON_AddNumberToObject(fields, "waited_ms", (double)waited_ms);
    size_t entry = recorder_event(in->recorder, actor->name, "clock", fields);
    interpreter_deviation(in, "timeout", entry, expected, actual);
    free(actual);
}

void seen_deviation(struct interpreter *in, struct actor *actor, enum link_event event, const char *expected,
                    int64_t waited_ms)
{
    char *actual = NULL;
    size_t last = recorder_count(in->recorder) - 1;
    if (event == LINK_TIMEOUT) {
        timed_out(in, actor, expected, waited_ms);
    } else if (event == LINK_NOTE) {
        actual = websocket_note_text(link_peek(actor->link));
        interpreter_deviation(in, "wrong-frame", link_peek(actor->link)->mark, expected, actual);
    } else if (event == LINK_GARBAGE) {
        const struct mqtt_fault *fault = link_fault(actor->link);
        actual = mem_printf("bytes that are no %s: %s (byte %zu%s%s)",
                            actor->websocket ? "MQTT in WebSocket" : "MQTT", fault->reason, fault->offset,
                            *fault->clause ? ", " : "", fault->clause);
        interpreter_deviation(in, "malformed", last, expected, actual);
    } else {
        actual = seen_end(actor->link);
        interpreter_deviation(in, "closed-early", actor->end_entry, expected, actual);
    }
    free(actual);
}

void seen_wrong_field(struct interpreter *in, const struct link_packet *p, const struct mismatch *mismatch)
{
    const char *packet = mqtt_type_name(p->packet.type);
    char *expected = mem_printf("%s with %s %s", packet, mismatch->field, mismatch->expected);
    char *actual = mem_printf("%s %s", mismatch->field, mismatch->actual);
    interpreter_deviation(in, "wrong-field", p->mark, expected, actual);
    free(expected);
    free(actual);
}

void seen_fence(struct interpreter *in, struct actor *actor, int64_t patience_ms, const char *reason)
{
    static const char expected[] = "PINGRESP, and nothing before it";
    static const struct pieces whole = {NULL, 0};
    struct buf bytes;
    buf_init(&bytes, 16);
    packet_build(MQTT_PINGREQ, NULL, NULL, &bytes);
    if (actor->websocket)
        websocket_send_mqtt(actor->websocket, bytes.data, bytes.len, NULL, &whole);
    else
        link_send(actor->link, bytes.data, bytes.len);
    buf_fini(&bytes);
    enum link_event event = link_wait(actor->link, patience_ms);
    if (event != LINK_PACKET) {
        seen_deviation(in, actor, event, expected, patience_ms);
        return;
    }
    struct link_packet *p = link_take(actor->link);
    if (p->packet.type != MQTT_PINGRESP) {
        char *actual = seen_packet(&p->packet);
        interpreter_deviation(in, reason, p->mark, expected, actual);
        free(actual);
    }
    free(p);
}

void seen_event(struct interpreter *in, const char *name, const cJSON *where)
{
    struct buf expected, actual;
    struct mismatch mismatch;
    if (events_take(in->events, name, where))
        return;
    buf_init(&expected, 64 * 1024);
    buf_init(&actual, 64 * 1024);
    buf_printf(&expected, "a journal event '%s'%s", name, where && where->child ? " with " : "");
    if (where && where->child)
        matcher_describe(where, &expected);
    const cJSON *near = events_near(in->events, name, where, &mismatch);
    size_t entry;
    if (near) {
        buf_printf(&actual, "one with %s %s", mismatch.field, mismatch.actual);
        entry = events_mark(in->events, near);
    } else {
        cJSON *fields = cJSON_CreateObject();
        cJSON_AddStringToObject(fields, "missing", name);
        entry = recorder_event(in->recorder, NULL, "journal", fields);
        buf_printf(&actual, "none of this name");
    }
    if (!near && (near = events_left(in->events)) != NULL) {
        buf_printf(&actual, ", but ");
        events_describe(near, &actual);
    }
    interpreter_deviation(in, "journal", entry, buf_cstr(&expected), buf_cstr(&actual));
    buf_fini(&expected);
    buf_fini(&actual);
}

bool seen_settled(struct interpreter *in, struct actor *actor)
{
    if (interpreter_has_control(in))
        return interpreter_fetch_events(in);
    if (actor->is_accepted && link_is_open(actor->link) && link_wait(actor->link, 0) == LINK_TIMEOUT)
        seen_fence(in, actor, interpreter_patience_ms(in, NULL), "unread");
    return !interpreter_has_ended(in);
}
