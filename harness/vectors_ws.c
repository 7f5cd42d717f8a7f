/* Vectors of WebSocket (RFC 6455): the two heads of an opening, and streams of frames. */
#include <stdlib.h>

#include "lib/base/buf.h"
#include "lib/base/hex.h"
#include "lib/base/mem.h"
#include "lib/net/ws_reader.h"
#include "lib/protocol/http_head.h"
#include "vectors_run.h"

/* The head is whole, and no beginning of it is. */
static void expect_end(struct vector_run *run, struct str head)
{
    size_t first = 0;
    for (size_t n = 1; n <= head.n && !first; n++)
        first = http_head_end((struct str){head.p, n}, n - 1) ? n : 0;
    vector_expect_int(run, "size of the head, byte by byte", (int64_t)head.n, (int64_t)first);
}

void vector_run_ws_request(struct vector_run *run)
{
    struct ws_request request;
    struct ws_fault fault = {0};
    struct str head = vector_text(run, "head");
    const char *protocol = vector_word(run, "protocol"), *accept = vector_word(run, "accept");
    expect_end(run, head);
    vector_expect_bool(run, "meant for WebSocket", true, ws_request_is_meant(head));
    bool good = ws_request_parse(head, &request, &fault);
    if (!good && run->want == VECTOR_INVALID) {
        vector_expect_int(run, "status", vector_int(run, "status", 0), fault.code);
        vector_expect_clause(run, "", fault.clause);
    }
    if (!vector_expect_taken(run, good, fault.reason ? fault.reason : ""))
        return;
    char answer[WS_ACCEPT_SIZE];
    ws_accept(request.key, answer);
    vector_expect_text(run, "path", str_of(vector_word(run, "path")), request.path);
    vector_expect_text(run, "protocol", str_of(protocol), str_of(request.protocol));
    if (accept)
        vector_expect_word(run, "accept", accept, answer);
}

void vector_run_ws_answer(struct vector_run *run)
{
    struct str protocol, head = vector_text(run, "head");
    struct ws_fault fault = {0};
    const char *wanted = vector_word(run, "protocol");
    expect_end(run, head);
    bool good =
        ws_answer_check(head, vector_word(run, "key"), vector_word(run, "protocols"), &protocol, &fault);
    if (!good && run->want == VECTOR_INVALID)
        vector_expect_clause(run, "", fault.clause);
    if (vector_expect_taken(run, good, fault.reason ? fault.reason : ""))
        vector_expect_text(run, "protocol", str_of(wanted), protocol);
}

/* What came of a stream of frames. */
struct heard {
    struct buf data, control; /* control: "ping 48656c6c6f\n" … */
    struct ws_fault fault;
};

static void hear_control(struct heard *heard, const struct ws_piece *piece)
{
    uint16_t code;
    const char *name = piece->opcode == WS_PING ? "ping" : piece->opcode == WS_PONG ? "pong" : "close";
    if (piece->opcode == WS_CLOSE && !ws_close_parse(piece->bytes, piece->n, &code, &heard->fault))
        return;
    buf_printf(&heard->control, "%s%s", name, piece->n ? " " : "");
    hex_append(&heard->control, piece->bytes, piece->n, false);
    buf_append_byte(&heard->control, '\n');
}

static void feed(struct vector_run *run, struct str bytes, size_t piece, struct heard *heard)
{
    struct ws_reader *reader = ws_reader_take();
    struct ws_message message = {.is_client = vector_word(run, "from")[0] == 's'};
    struct ws_piece got;
    *heard = (struct heard){0};
    buf_init(&heard->data, bytes.n);
    buf_init(&heard->control, 4096);
    for (size_t at = 0; at < bytes.n && !heard->fault.code; at += piece) {
        size_t n = bytes.n - at < piece ? bytes.n - at : piece;
        /* A copy of its own, so that a sanitizer sees every read past the piece. */
        char *copy = mem_dup(bytes.p + at, n);
        ws_reader_feed(reader, (const uint8_t *)copy, n);
        while (!heard->fault.code && ws_reader_next(reader, &message, &got, &heard->fault)) {
            if (got.opcode < WS_CLOSE)
                buf_append(&heard->data, got.bytes, got.n);
            else
                hear_control(heard, &got);
        }
        free(copy);
    }
    ws_reader_drop(reader);
}

static void expect_heard(struct vector_run *run, const char *how, struct heard *heard)
{
    struct buf control;
    const cJSON *wanted;
    char *what = mem_printf("%sdata", how), *also = mem_printf("%scontrol frames", how),
         *code = mem_printf("%scode", how);
    buf_init(&control, 4096);
    cJSON_ArrayForEach(wanted, cJSON_GetObjectItemCaseSensitive(run->node, "control"))
        buf_printf(&control, "%s\n", wanted->valuestring);
    vector_expect_taken(run, !heard->fault.code, heard->fault.code ? heard->fault.reason : "");
    struct str data = vector_bytes(run, "data"), got = buf_str(&heard->data);
    vector_expect_text(run, what, (struct str){data.p ? data.p : "", data.n},
                       (struct str){got.p ? got.p : "", got.n});
    vector_expect_word(run, also, buf_cstr(&control), buf_cstr(&heard->control));
    vector_expect_int(run, code, vector_int(run, "code", 0), heard->fault.code);
    if (heard->fault.code)
        vector_expect_clause(run, how, heard->fault.clause);
    buf_fini(&control);
    free(what);
    free(also);
    free(code);
}

void vector_run_ws_frames(struct vector_run *run)
{
    static const struct {
        const char *how;
        size_t piece;
    } ways[] = {{"", SIZE_MAX}, {"byte by byte, ", 1}, {"in threes, ", 3}};
    struct str bytes = vector_bytes(run, "hex");
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        struct heard heard;
        feed(run, bytes, ways[i].piece < bytes.n ? ways[i].piece : bytes.n, &heard);
        expect_heard(run, ways[i].how, &heard);
        buf_fini(&heard.data);
        buf_fini(&heard.control);
    }
}

void vector_check_ws_frames(const struct vector_load *load)
{
    const cJSON *from = cJSON_GetObjectItemCaseSensitive(load->node, "from");
    if (!cJSON_IsString(from) ||
        (strcmp(from->valuestring, "client") != 0 && strcmp(from->valuestring, "server") != 0))
        problems_add(load->problems, load->path, "from wants \"client\" or \"server\"");
}
