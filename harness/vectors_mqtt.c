/* Vectors of MQTT bytes: whole packets, streams of them however cut, and bytes that are none. */
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/protocol/mqtt_stream.h"
#include "vectors_packet.h"

enum {
    PACKET_MAX_BYTES = 4 * 1024 * 1024, /* unless the vector says another */
    PIECES_MAX_BYTES = 4096,            /* longer bytes are not tried at every cut */
    PACKETS_MAX = 64
};

static const char ping[] = "\xc0\x00"; /* a PINGREQ */

/* What a stream gave. */
struct heard {
    enum mqtt_type types[PACKETS_MAX];
    size_t sizes[PACKETS_MAX];
    size_t count;
    const struct str *wanted;
    bool same;    /* the last packet's raw bytes were the wanted ones */
    bool goes_on; /* a packet came behind a fault */
};

static bool hear(void *ctx, const struct mqtt_packet *packet, struct str raw)
{
    struct heard *h = ctx;
    if (h->count == PACKETS_MAX)
        return false;
    h->types[h->count] = packet->type;
    h->sizes[h->count++] = packet->size;
    h->same = h->wanted && str_eq(*h->wanted, raw);
    return true;
}

static struct mqtt_context context_of(const struct vector_run *run)
{
    return (struct mqtt_context){.level = (uint8_t)vector_int(run, "level", MQTT_LEVEL_3_1_1),
                                 .packet_max_bytes =
                                     (size_t)vector_int(run, "packet_max_bytes", PACKET_MAX_BYTES)};
}

static enum mqtt_result decode(const struct vector_run *run, struct str bytes, struct mqtt_packet *packet,
                               struct mqtt_fault *fault)
{
    struct mqtt_context context = context_of(run);
    *fault = (struct mqtt_fault){"", 0, ""};
    return mqtt_decode((const uint8_t *)bytes.p, bytes.n, &context, packet, fault);
}

/* Feeds the bytes in pieces of piece bytes, the first one of first bytes when that is not 0. */
static enum mqtt_result feed(const struct vector_run *run, struct str bytes, size_t first, size_t piece,
                             struct heard *heard, struct mqtt_fault *fault)
{
    struct mqtt_context context = context_of(run);
    struct mqtt_stream stream;
    enum mqtt_result result = MQTT_DECODED;
    mqtt_stream_init(&stream, context.packet_max_bytes);
    stream.context.level = context.level;
    *fault = (struct mqtt_fault){"", 0, ""};
    for (size_t at = 0; at < bytes.n && result == MQTT_DECODED;) {
        size_t n = at == 0 && first ? first : piece;
        n = n < bytes.n - at ? n : bytes.n - at;
        /* A copy of its own, so that a sanitizer sees every read past the piece. */
        char *copy = mem_dup(bytes.p + at, n);
        result = mqtt_stream_feed(&stream, (const uint8_t *)copy, n, hear, heard, fault);
        free(copy);
        at += n;
    }
    if (result == MQTT_MALFORMED) {
        size_t before = heard->count;
        struct mqtt_fault ignored;
        mqtt_stream_feed(&stream, (const uint8_t *)ping, 2, hear, heard, &ignored);
        heard->goes_on = heard->count != before;
    }
    if (result == MQTT_DECODED && mqtt_stream_is_inside(&stream))
        result = MQTT_PARTIAL;
    mqtt_stream_fini(&stream);
    return result;
}

static const char *result_name(enum mqtt_result result)
{
    return result == MQTT_DECODED ? "decoded" : result == MQTT_PARTIAL ? "partial" : "malformed";
}

/* Every beginning of a packet is one, and nothing else. */
static void expect_beginnings(struct vector_run *run, struct str bytes)
{
    struct mqtt_packet packet;
    struct mqtt_fault fault;
    for (size_t n = 0; n < bytes.n; n++) {
        if (n == PIECES_MAX_BYTES / 2 && bytes.n > PIECES_MAX_BYTES)
            n = bytes.n - PIECES_MAX_BYTES / 2;
        enum mqtt_result result = decode(run, (struct str){bytes.p, n}, &packet, &fault);
        if (result == MQTT_PARTIAL)
            continue;
        char *what = mem_printf("the first %zu bytes", n);
        vector_expect_word(run, what, "partial", result_name(result));
        free(what);
        return;
    }
}

void vector_run_mqtt_packet(struct vector_run *run)
{
    struct str bytes = vector_bytes(run, "hex");
    struct mqtt_packet packet;
    struct mqtt_fault fault;
    struct vector_packet wanted;
    const cJSON *fields = cJSON_GetObjectItemCaseSensitive(run->node, "fields");
    enum mqtt_type type = (enum mqtt_type)mqtt_type_named(vector_word(run, "packet"));
    vector_packet_read(fields, type, &run->texts, &wanted, "fields", NULL);

    enum mqtt_result result = decode(run, bytes, &packet, &fault);
    if (result == MQTT_PARTIAL)
        vector_expect_word(run, "result", "decoded", "partial");
    else if (vector_expect_taken(run, result == MQTT_DECODED, fault.reason)) {
        vector_packet_expect(run, &wanted, &packet);
        vector_expect_int(run, "size", (int64_t)bytes.n, (int64_t)packet.size);
        expect_beginnings(run, bytes);
        struct heard heard = {.wanted = &bytes};
        vector_expect_word(run, "byte by byte", "decoded",
                           result_name(feed(run, bytes, 0, 1, &heard, &fault)));
        vector_expect_int(run, "packets byte by byte", 1, (int64_t)heard.count);
        vector_expect_bool(run, "raw bytes byte by byte", true, heard.same);
    }
    if (!vector_bool(run, "encode", true))
        return;
    struct buf out;
    buf_init(&out, PACKET_MAX_BYTES);
    vector_packet_encode(&wanted, &out);
    vector_expect_text(run, "encoded", bytes, buf_str(&out));
    buf_fini(&out);
}

void vector_check_mqtt_packet(const struct vector_load *load)
{
    struct texts texts = {0};
    struct vector_packet packet;
    char path[JSON_PATH_SIZE];
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(load->node, "packet");
    unsigned type = mqtt_type_named(name->valuestring);
    vector_check_packet(load);
    json_path(path, sizeof path, load->path, "fields", 0);
    if (type)
        vector_packet_read(cJSON_GetObjectItemCaseSensitive(load->node, "fields"), (enum mqtt_type)type,
                           &texts, &packet, path, load->problems);
    texts_fini(&texts);
}

static void expect_heard(struct vector_run *run, const char *how, const struct heard *heard)
{
    const cJSON *packets = cJSON_GetObjectItemCaseSensitive(run->node, "packets"), *at;
    char *what = mem_printf("%spackets", how);
    size_t index = 0;
    vector_expect_int(run, what, cJSON_GetArraySize(packets), (int64_t)heard->count);
    cJSON_ArrayForEach(at, packets)
    {
        if (index < heard->count)
            vector_expect_word(run, what, at->valuestring, mqtt_type_name(heard->types[index]));
        index++;
    }
    free(what);
}

/* One way of cutting. False when it brought a finding. */
static bool run_cut(struct vector_run *run, struct str bytes, size_t first, size_t piece)
{
    char how[64];
    struct heard heard = {0};
    struct mqtt_fault fault;
    int before = cJSON_GetArraySize(run->findings);
    snprintf(how, sizeof how, "cut at %zu, then each %zu: ", first, piece);
    enum mqtt_result result = feed(run, bytes, first, piece, &heard, &fault);
    vector_expect_word(run, how, run->want == VECTOR_INVALID ? "malformed" : "decoded", result_name(result));
    if (result == MQTT_MALFORMED && run->want == VECTOR_INVALID)
        vector_expect_fault(run, how, fault.clause, fault.offset);
    expect_heard(run, how, &heard);
    return cJSON_GetArraySize(run->findings) == before;
}

void vector_run_mqtt_stream(struct vector_run *run)
{
    struct str bytes = vector_bytes(run, "hex");
    bool good = run_cut(run, bytes, 0, bytes.n) && run_cut(run, bytes, 0, 1) && run_cut(run, bytes, 0, 2) &&
                run_cut(run, bytes, 1, 3);
    for (size_t first = 1; good && first < bytes.n && bytes.n <= PIECES_MAX_BYTES; first++)
        good = run_cut(run, bytes, first, bytes.n);
}

void vector_check_mqtt_stream(const struct vector_load *load)
{
    const cJSON *at;
    cJSON_ArrayForEach(at, cJSON_GetObjectItemCaseSensitive(load->node, "packets"))
    {
        if (!mqtt_type_named(at->valuestring))
            problems_add(load->problems, load->path, "'%s' is no packet of MQTT", at->valuestring);
    }
}

/* The fault however it comes: at once, byte by byte, and behind a packet that is good. */
void vector_run_mqtt_malformed(struct vector_run *run)
{
    struct str bytes = vector_bytes(run, "hex");
    struct mqtt_packet packet;
    struct mqtt_fault fault;
    enum mqtt_result result = decode(run, bytes, &packet, &fault);
    if (result == MQTT_PARTIAL)
        vector_expect_word(run, "result", "malformed", "partial");
    else
        vector_expect_taken(run, result == MQTT_DECODED, fault.reason);
    if (result != MQTT_MALFORMED || run->want != VECTOR_INVALID)
        return;
    vector_expect_fault(run, "", fault.clause, fault.offset);

    struct heard heard = {0};
    result = feed(run, bytes, 0, 1, &heard, &fault);
    vector_expect_word(run, "byte by byte", "malformed", result_name(result));
    vector_expect_fault(run, "byte by byte: ", fault.clause, fault.offset);
    vector_expect_int(run, "packets byte by byte", 0, (int64_t)heard.count);
    vector_expect_bool(run, "reads on behind the fault", false, heard.goes_on);

    struct buf behind;
    buf_init(&behind, PACKET_MAX_BYTES);
    buf_append(&behind, ping, 2);
    buf_append_str(&behind, bytes);
    heard = (struct heard){0};
    result = feed(run, buf_str(&behind), 0, behind.len, &heard, &fault);
    vector_expect_word(run, "behind a PINGREQ", "malformed", result_name(result));
    vector_expect_fault(run, "behind a PINGREQ: ", fault.clause, fault.offset);
    vector_expect_int(run, "packets behind a PINGREQ", 1, (int64_t)heard.count);
    buf_fini(&behind);
}

void vector_run_mqtt_size(struct vector_run *run)
{
    struct str bytes = vector_bytes(run, "hex");
    struct mqtt_fault fault = {"", 0, ""};
    size_t size = 0;
    enum mqtt_result result = mqtt_packet_size((const uint8_t *)bytes.p, bytes.n, &size, &fault);
    if (result == MQTT_PARTIAL)
        vector_expect_word(run, "result", "decoded or malformed", "partial");
    else if (vector_expect_taken(run, result == MQTT_DECODED, fault.reason))
        vector_expect_int(run, "size", vector_int(run, "size", 0), (int64_t)size);
    else if (result == MQTT_MALFORMED && run->want == VECTOR_INVALID)
        vector_expect_fault(run, "", fault.clause, fault.offset);
}

void vector_run_mqtt_partial(struct vector_run *run)
{
    struct str bytes = vector_bytes(run, "hex");
    struct mqtt_packet packet;
    struct mqtt_fault fault;
    vector_expect_word(run, "result", "partial", result_name(decode(run, bytes, &packet, &fault)));
    expect_beginnings(run, bytes);
    struct heard heard = {0};
    enum mqtt_result result = feed(run, bytes, 0, 1, &heard, &fault);
    vector_expect_word(run, "byte by byte", bytes.n ? "partial" : "decoded", result_name(result));
    vector_expect_int(run, "packets", 0, (int64_t)heard.count);
}
