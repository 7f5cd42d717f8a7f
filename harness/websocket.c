#include "websocket.h"

#include <stdlib.h>
#include <string.h>

#include "harness/upgrade.h"
#include "lib/base/hex.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

/* What is kept of an answer that is not whole; what one call sends at most; frames told one by one in a transcript. */
enum { ANSWER_MAX_BYTES = 256 * 1024, SEND_MAX_BYTES = 32 * 1024 * 1024, TOLD_MAX = 16 };

struct websocket {
    struct link *link;
    struct recorder *recorder;
    const char *device;
    bool is_open, is_broken;
    struct buf answer; /* while it is not open */
    struct frame_reader reader;
};

/* --- what comes --- */

static void fail(struct websocket *ws, const char *reason, const char *clause)
{
    cJSON *fields = cJSON_CreateObject();
    cJSON_AddStringToObject(fields, "wrong", reason);
    cJSON_AddStringToObject(fields, "clause", clause);
    recorder_layer(ws->recorder, ws->device, RECORDER_IN, "frame", fields, ws->reader.tail.data,
                   ws->reader.tail.len);
    link_break(ws->link, reason, clause);
    ws->is_broken = true;
}

static cJSON *frame_fields(const struct frame *frame)
{
    cJSON *fields = cJSON_CreateObject();
    cJSON_AddStringToObject(fields, "opcode", frame_opcode_name(frame->opcode));
    cJSON_AddBoolToObject(fields, "fin", frame->fin);
    if (frame->rsv)
        cJSON_AddNumberToObject(fields, "rsv", frame->rsv);
    cJSON_AddBoolToObject(fields, "masked", frame->masked);
    cJSON_AddNumberToObject(fields, "length", (double)frame->declared);
    if (frame->opcode == FRAME_CLOSE && frame->n >= 2)
        cJSON_AddNumberToObject(fields, "closeCode", frame_close_code(frame->payload, frame->n));
    return fields;
}

static void note_frame(struct websocket *ws, const struct frame *frame, size_t entry)
{
    uint8_t bytes[1 + FRAME_CONTROL_MAX_BYTES] = {frame->opcode};
    if (frame->n > 0)
        memcpy(bytes + 1, frame->payload, frame->n);
    link_note(ws->link, WEBSOCKET_FRAME, entry, bytes, 1 + frame->n);
}

static void take_frame(struct websocket *ws, const struct frame *frame)
{
    bool is_control = frame->opcode >= FRAME_CLOSE;
    size_t entry = recorder_layer(ws->recorder, ws->device, RECORDER_IN, "frame", frame_fields(frame),
                                  frame->payload, is_control ? frame->n : 0);
    if (is_control)
        note_frame(ws, frame, entry);
    else if (frame->n > 0)
        link_feed(ws->link, frame->payload, frame->n);
}

static void read_frames(struct websocket *ws)
{
    struct frame frame;
    struct frame_fault fault;
    enum frame_result result;
    while ((result = frame_next(&ws->reader, &frame, &fault)) == FRAME_READ)
        take_frame(ws, &frame);
    if (result == FRAME_WRONG)
        fail(ws, fault.reason, fault.clause);
}

static void take_answer(struct websocket *ws, const cJSON *facts)
{
    const cJSON *status = cJSON_GetObjectItemCaseSensitive(facts, "status");
    size_t entry =
        recorder_layer(ws->recorder, ws->device, RECORDER_IN, "http", cJSON_Duplicate(facts, true), NULL, 0);
    char *text = cJSON_PrintUnformatted(facts);
    link_note(ws->link, WEBSOCKET_ANSWER, entry, text, strlen(text));
    cJSON_free(text);
    ws->is_open = (int)status->valuedouble == UPGRADE_SWITCHING;
}

/* Answers until one opens the WebSocket; what is behind that one is frames. */
static void read_answers(struct websocket *ws)
{
    const char *reason = NULL;
    size_t used;
    cJSON *facts;
    while (!ws->is_open && (facts = upgrade_answer(&ws->answer, &used, &reason)) != NULL) {
        buf_consume(&ws->answer, used);
        take_answer(ws, facts);
        cJSON_Delete(facts);
    }
    if (reason)
        fail(ws, reason, "RFC 9112");
    if (!ws->is_open || !frame_feed(&ws->reader, ws->answer.data, ws->answer.len))
        return;
    buf_fini(&ws->answer);
    read_frames(ws);
}

static void receive(void *ctx, const uint8_t *bytes, size_t n)
{
    struct websocket *ws = ctx;
    if (ws->is_broken)
        return;
    if (!(ws->is_open ? frame_feed(&ws->reader, bytes, n) : buf_append(&ws->answer, bytes, n)))
        fail(ws, "more bytes than anything that was asked for", "ours");
    else if (ws->is_open)
        read_frames(ws);
    else
        read_answers(ws);
}

static const struct link_layer layer = {receive};

struct websocket *websocket_new(struct link *link, struct recorder *recorder, const char *device)
{
    struct websocket *ws = mem_zalloc(1, sizeof *ws);
    ws->link = link;
    ws->recorder = recorder;
    ws->device = device;
    buf_init(&ws->answer, ANSWER_MAX_BYTES);
    frame_reader_init(&ws->reader);
    link_set_layer(link, &layer, ws);
    return ws;
}

void websocket_free(struct websocket *ws)
{
    if (!ws)
        return;
    link_set_layer(ws->link, NULL, NULL);
    buf_fini(&ws->answer);
    frame_reader_fini(&ws->reader);
    free(ws);
}

bool websocket_is_open(const struct websocket *ws)
{
    return ws->is_open;
}

/* --- what is sent --- */

/* Text that may be megabytes of filling is shown as its beginning, masked before it is cut. */
bool websocket_send_text(struct websocket *ws, struct str text, const struct pieces *cut)
{
    enum { SHOWN = 1024 };
    cJSON *fields = cJSON_CreateObject();
    char *whole = mem_dup(text.p, text.n), *masked = recorder_masked(ws->recorder, whole);
    char *shown = mem_dup(masked, strnlen(masked, SHOWN));
    cJSON_AddStringToObject(fields, "text", shown);
    free(whole);
    free(masked);
    cJSON_AddNumberToObject(fields, "length", (double)text.n);
    recorder_layer(ws->recorder, ws->device, RECORDER_OUT, "http", fields, NULL, 0);
    free(shown);
    return link_write(ws->link, text.p, text.n, cut->sizes, cut->count);
}

bool websocket_send_frame(struct websocket *ws, const struct frame *frame, size_t times,
                          const struct pieces *cut, bool payload_is_mqtt)
{
    struct buf wire;
    cJSON *fields = frame_fields(frame);
    bool fits = true;
    if (times > 1)
        cJSON_AddNumberToObject(fields, "times", (double)times);
    recorder_layer(ws->recorder, ws->device, RECORDER_OUT, "frame", fields, frame->payload,
                   payload_is_mqtt ? 0 : frame->n);
    if (payload_is_mqtt)
        recorder_bytes(ws->recorder, ws->device, RECORDER_OUT, NULL, frame->payload, frame->n);
    buf_init(&wire, SEND_MAX_BYTES);
    for (size_t i = 0; fits && i < times; i++)
        fits = frame_write(frame, &wire);
    fits = fits && link_write(ws->link, wire.data, wire.len, cut->sizes, cut->count);
    buf_fini(&wire);
    return fits;
}

/* "binary 1, ping 2, continuation 30": the frames that a packet or more went in, each with its length. */
struct tale {
    struct buf words;
    size_t count;
};

static bool put_frame(const struct frame *frame, struct buf *wire, struct tale *tale)
{
    if (tale->count++ < TOLD_MAX)
        buf_printf(&tale->words, "%s%s %zu%s", tale->count > 1 ? ", " : "", frame_opcode_name(frame->opcode),
                   frame->n, frame->fin ? "" : " (not the last)");
    return frame_write(frame, wire);
}

static bool put_all(const uint8_t *bytes, size_t n, const struct websocket_framing *framing, struct buf *wire,
                    struct tale *tale)
{
    struct frame frame = {
        .fin = true, .masked = true, .opcode = FRAME_BINARY, .mask = {0x37, 0xfa, 0x21, 0x3d}};
    bool fits = true;
    for (size_t i = 0; fits && n > 0; i++) {
        size_t piece =
            i < framing->frames.count && framing->frames.sizes[i] < n ? framing->frames.sizes[i] : n;
        frame.payload = bytes;
        frame.n = frame.declared = piece;
        frame.fin = !framing->is_fragments || piece == n;
        fits = put_frame(&frame, wire, tale);
        if (framing->is_fragments)
            frame.opcode = FRAME_CONTINUATION;
        bytes += piece;
        n -= piece;
        if (fits && framing->between && n > 0)
            fits = put_frame(framing->between, wire, tale);
    }
    return fits;
}

bool websocket_send_mqtt(struct websocket *ws, const void *bytes, size_t n,
                         const struct websocket_framing *framing, const struct pieces *cut)
{
    static const struct websocket_framing one = {{NULL, 0}, false, NULL};
    struct buf wire;
    struct tale tale = {.count = 0};
    cJSON *fields = cJSON_CreateObject();
    buf_init(&wire, SEND_MAX_BYTES);
    buf_init(&tale.words, 4096);
    bool fits = put_all(bytes, n, framing ? framing : &one, &wire, &tale);
    cJSON_AddStringToObject(fields, "frames", tale.words.len ? buf_cstr(&tale.words) : "none");
    cJSON_AddNumberToObject(fields, "count", (double)tale.count);
    recorder_layer(ws->recorder, ws->device, RECORDER_OUT, "frame", fields, NULL, 0);
    recorder_bytes(ws->recorder, ws->device, RECORDER_OUT, NULL, bytes, n);
    fits = fits && link_write(ws->link, wire.data, wire.len, cut->sizes, cut->count);
    buf_fini(&tale.words);
    buf_fini(&wire);
    return fits;
}

/* --- in words --- */

static void put_payload(struct buf *out, const uint8_t *bytes, size_t n)
{
    bool is_text = n > 0;
    for (size_t i = 0; i < n; i++)
        is_text = is_text && bytes[i] >= 0x20 && bytes[i] < 0x7f;
    if (is_text) {
        buf_printf(out, " '%.*s'", (int)n, (const char *)bytes);
    } else if (n > 0) {
        buf_printf(out, " ");
        hex_append(out, bytes, n, true);
    }
}

char *websocket_note_text(const struct link_packet *note)
{
    struct buf out;
    buf_init(&out, ANSWER_MAX_BYTES);
    if (note->note == WEBSOCKET_ANSWER) {
        cJSON *facts = json_parse_peer((struct str){(const char *)note->bytes, note->n});
        const cJSON *status = cJSON_GetObjectItemCaseSensitive(facts, "status");
        buf_printf(&out, "an answer of HTTP with status %d", status ? (int)status->valuedouble : 0);
        cJSON_Delete(facts);
    } else {
        const uint8_t *payload = note->bytes + 1;
        size_t n = note->n - 1, code = 0;
        buf_printf(&out, "a frame %s", frame_opcode_name(note->bytes[0]));
        if (note->bytes[0] == FRAME_CLOSE && n >= 2) {
            code = 2;
            buf_printf(&out, " %d", frame_close_code(payload, n));
        }
        put_payload(&out, payload + code, n - code);
    }
    char *text = mem_dup(out.data, out.len);
    buf_fini(&out);
    return text;
}
