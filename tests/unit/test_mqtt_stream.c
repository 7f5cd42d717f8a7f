#include "lib/protocol/mqtt_stream.h"

#include "lib/base/mem.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/mqtt_samples.h"
#include "tests/unit/unit.h"

enum { MAX = 300, TYPES = 14 };

/* A stream and what it gave. */
struct run {
    struct mqtt_stream stream;
    struct buf raw; /* of all packets, the one behind the other */
    unsigned types[3 * TYPES];
    size_t count, stop_after; /* stop_after 0: never */
    enum mqtt_result result;
    struct mqtt_fault fault;
    uint8_t level_after_connect;
};

static bool on_packet(void *ctx, const struct mqtt_packet *packet, struct str raw)
{
    struct run *r = ctx;
    CU_ASSERT_EQUAL(packet->size, raw.n);
    CU_ASSERT_TRUE(buf_append_str(&r->raw, raw));
    r->types[r->count++ % (3 * TYPES)] = packet->type;
    if (packet->type == MQTT_CONNECT && r->level_after_connect)
        r->stream.context.level = r->level_after_connect;
    return r->count != r->stop_after;
}

static void run_init(struct run *r)
{
    *r = (struct run){.result = MQTT_DECODED};
    mqtt_stream_init(&r->stream, MAX);
    r->stream.context.level = MQTT_LEVEL_3_1_1;
    buf_init(&r->raw, 1 << 20);
}

static void run_fini(struct run *r)
{
    mqtt_stream_fini(&r->stream);
    buf_fini(&r->raw);
}

/* Feeds a piece in a block of its own size. */
static void feed(struct run *r, const uint8_t *bytes, size_t n)
{
    if (r->result != MQTT_DECODED)
        return;
    uint8_t *exact = mem_alloc(n ? n : 1);
    if (n)
        memcpy(exact, bytes, n);
    r->result = mqtt_stream_feed(&r->stream, exact, n, on_packet, r, &r->fault);
    free(exact);
}

static void all_types(struct buf *bytes)
{
    buf_init(bytes, 4096);
    for (size_t i = 0; i < TYPES; i++)
        mqtt_samples_append(bytes, mqtt_good[i]);
}

static void expect_all_types(const struct run *r, const struct buf *bytes)
{
    CU_ASSERT_EQUAL(r->result, MQTT_DECODED);
    CU_ASSERT_EQUAL(r->count, TYPES);
    for (unsigned i = 0; i < TYPES; i++)
        CU_ASSERT_EQUAL(r->types[i], i + 1);
    CU_ASSERT_TRUE(str_eq(buf_str(&r->raw), buf_str(bytes)));
    CU_ASSERT_FALSE(mqtt_stream_is_inside(&r->stream));
    CU_ASSERT_EQUAL(r->stream.tail.cap, 0); /* no memory while no packet is cut */
}

static void all_in_one_buffer_without_memory(void)
{
    struct buf bytes;
    struct run r;
    all_types(&bytes);
    run_init(&r);
    feed(&r, bytes.data, bytes.len);
    expect_all_types(&r, &bytes);
    run_fini(&r);
    buf_fini(&bytes);
}

static void packet_by_packet_without_memory(void)
{
    struct run r;
    run_init(&r);
    for (unsigned i = 0; i < TYPES; i++) {
        struct buf bytes;
        buf_init(&bytes, 1000);
        mqtt_samples_append(&bytes, mqtt_good[i]);
        feed(&r, bytes.data, bytes.len);
        CU_ASSERT_TRUE(r.count == i + 1 && r.types[i] == i + 1 && r.stream.tail.cap == 0);
        buf_fini(&bytes);
    }
    run_fini(&r);
}

static void byte_by_byte(void)
{
    struct buf bytes;
    struct run r;
    all_types(&bytes);
    run_init(&r);
    for (size_t i = 0; i < bytes.len; i++) {
        feed(&r, bytes.data + i, 1);
        feed(&r, NULL, 0); /* nothing changes nothing */
    }
    expect_all_types(&r, &bytes);
    run_fini(&r);
    buf_fini(&bytes);
}

static void cut_at_any_two_places(void)
{
    struct buf bytes;
    all_types(&bytes);
    for (size_t a = 0; a <= bytes.len; a++) {
        for (size_t b = a; b <= bytes.len; b++) {
            struct run r;
            run_init(&r);
            feed(&r, bytes.data, a);
            feed(&r, bytes.data + a, b - a);
            feed(&r, bytes.data + b, bytes.len - b);
            CU_ASSERT_TRUE(r.result == MQTT_DECODED && r.count == TYPES && r.stream.tail.cap == 0);
            CU_ASSERT_TRUE(str_eq(buf_str(&r.raw), buf_str(&bytes)));
            run_fini(&r);
        }
    }
    buf_fini(&bytes);
}

static void expect_fault(const struct run *r, const struct mqtt_bad *bad)
{
    CU_ASSERT_EQUAL(r->result, MQTT_MALFORMED);
    CU_ASSERT_TRUE(r->count == 1 && r->types[0] == MQTT_PINGREQ); /* the good one before it was given */
    if (r->result != MQTT_MALFORMED) {
        fprintf(stderr, "\nnot refused: %s\n", bad->digits);
        return;
    }
    CU_ASSERT_STRING_EQUAL(r->fault.reason, bad->reason);
    CU_ASSERT_EQUAL(r->fault.offset, bad->offset);
    CU_ASSERT_STRING_EQUAL(r->fault.clause, bad->clause);
}

/* Behind a good packet, cut at each place and at all of them; some packets follow that are not given any more. */
static void a_fault_is_the_same_however_it_is_cut(void)
{
    for (const struct mqtt_bad *bad = mqtt_bad; bad->digits; bad++) {
        struct buf bytes;
        buf_init(&bytes, 4096);
        mqtt_samples_append(&bytes, "c0 00");
        mqtt_samples_append(&bytes, bad->digits);
        size_t fatal = bytes.len;
        mqtt_samples_append(&bytes, "c0 00 e0 00");
        for (size_t cut = 0; cut <= bytes.len; cut++) {
            struct run r;
            run_init(&r);
            feed(&r, bytes.data, cut);
            feed(&r, bytes.data + cut, bytes.len - cut);
            expect_fault(&r, bad);
            run_fini(&r);
        }
        struct run r;
        run_init(&r);
        size_t i = 0;
        while (i < bytes.len && r.result == MQTT_DECODED)
            feed(&r, bytes.data + i++, 1);
        expect_fault(&r, bad);
        CU_ASSERT_TRUE(i <= fatal); /* nothing behind the packet is needed to see its fault */
        CU_ASSERT_EQUAL(r.stream.tail.cap, 0);
        run_fini(&r);
        buf_fini(&bytes);
    }
}

static void after_a_fault_all_is_ignored(void)
{
    struct run r;
    run_init(&r);
    feed(&r, (const uint8_t *)"\xf0", 1);
    CU_ASSERT_EQUAL(r.result, MQTT_MALFORMED);
    CU_ASSERT_TRUE(r.stream.failed);
    r.result = MQTT_DECODED;
    feed(&r, (const uint8_t *)"\xc0\x00\xf0", 3);
    CU_ASSERT_EQUAL(r.result, MQTT_DECODED);
    CU_ASSERT_EQUAL(r.count, 0);
    run_fini(&r);
}

static void the_callback_can_stop(void)
{
    struct buf bytes;
    all_types(&bytes);
    for (size_t cut = 0; cut <= bytes.len; cut++) {
        struct run r;
        run_init(&r);
        r.stop_after = 3;
        feed(&r, bytes.data, cut);
        feed(&r, bytes.data + cut, bytes.len - cut);
        CU_ASSERT_TRUE(r.result == MQTT_PARTIAL && r.count == 3);
        CU_ASSERT_EQUAL(r.stream.tail.cap, 0); /* what is behind was dropped */
        run_fini(&r);
    }
    buf_fini(&bytes);
}

/* A SUBSCRIBE with the DUP flag of 3.1, right behind the CONNECT that says 3.1. */
static void the_level_of_a_connect_counts_for_what_follows_it(void)
{
    struct buf bytes;
    buf_init(&bytes, 100);
    mqtt_samples_append(&bytes, "10 10 0006 4d5149736470 03 02 003c 0002 6162  8a 06 0001 0001 61 00");
    for (size_t cut = 0; cut <= bytes.len; cut++) {
        struct run r;
        run_init(&r);
        r.stream.context.level = 0;
        r.level_after_connect = MQTT_LEVEL_3_1;
        feed(&r, bytes.data, cut);
        feed(&r, bytes.data + cut, bytes.len - cut);
        CU_ASSERT_TRUE(r.result == MQTT_DECODED && r.count == 2);
        run_fini(&r);
    }
    buf_fini(&bytes);
}

static void inside_a_packet(void)
{
    struct run r;
    run_init(&r);
    CU_ASSERT_FALSE(mqtt_stream_is_inside(&r.stream));
    feed(&r, (const uint8_t *)"\xc0", 1);
    CU_ASSERT_TRUE(mqtt_stream_is_inside(&r.stream));
    feed(&r, (const uint8_t *)"\x00", 1);
    CU_ASSERT_FALSE(mqtt_stream_is_inside(&r.stream));
    feed(&r, (const uint8_t *)"\xc0\x00\xc0", 3);
    CU_ASSERT_TRUE(mqtt_stream_is_inside(&r.stream));
    CU_ASSERT_EQUAL(r.count, 2);
    run_fini(&r);
}

/* The maximum is 300 bytes: 297 remaining ones with three of header fit, 298 do not. */
static void a_packet_over_the_maximum_is_refused_by_its_header(void)
{
    static const uint8_t fits[] = {0x30, 0xa9, 0x02}, over[] = {0x30, 0xaa, 0x02},
                         huge[] = {0x30, 0xff, 0xff, 0xff, 0x7f};
    struct run r;
    run_init(&r);
    feed(&r, fits, sizeof fits);
    CU_ASSERT_TRUE(r.result == MQTT_DECODED && mqtt_stream_is_inside(&r.stream));
    run_fini(&r);
    const uint8_t *const headers[] = {over, huge};
    const size_t sizes[] = {sizeof over, sizeof huge};
    for (size_t i = 0; i < 2; i++) {
        run_init(&r);
        feed(&r, headers[i], sizes[i] - 1);
        CU_ASSERT_EQUAL(r.result, MQTT_DECODED);
        feed(&r, headers[i] + sizes[i] - 1, 1);
        CU_ASSERT_EQUAL(r.result, MQTT_MALFORMED);
        CU_ASSERT_STRING_EQUAL(r.fault.reason, "the packet is larger than the maximum");
        CU_ASSERT_EQUAL(r.fault.offset, 1);
        run_fini(&r);
    }
}

/* The largest packet there may be, and headers longer than that, byte by byte: the tail has room for all of them. */
static void the_tail_has_room_for_what_may_come(void)
{
    struct run r;
    struct buf bytes;
    run_init(&r);
    buf_init(&bytes, MAX);
    mqtt_samples_append(&bytes, "30 a902 0001 61");
    while (bytes.len < MAX)
        buf_append_byte(&bytes, 'x');
    for (size_t i = 0; i < MAX; i++)
        feed(&r, bytes.data + i, 1);
    CU_ASSERT_TRUE(r.result == MQTT_DECODED && r.count == 1 && r.raw.len == MAX);
    run_fini(&r);
    for (size_t most = 0; most <= 5; most++) {
        run_init(&r);
        mqtt_stream_fini(&r.stream);
        mqtt_stream_init(&r.stream, most);
        const uint8_t header[] = {0x30, 0xff, 0xff, 0xff, 0xff};
        for (size_t i = 0; i < sizeof header; i++)
            feed(&r, header + i, 1);
        CU_ASSERT_EQUAL(r.result, MQTT_MALFORMED);
        run_fini(&r);
    }
    buf_fini(&bytes);
}

/* 256 MiB announced and allowed: memory grows with what came, not with what was promised. */
static void no_memory_for_a_promise(void)
{
    enum { CAME = 100000 };
    static const uint8_t header[] = {0x30, 0xff, 0xff, 0xff, 0x7f, 0, 1, 'a'};
    struct run r;
    run_init(&r);
    mqtt_stream_fini(&r.stream);
    mqtt_stream_init(&r.stream, 268435460);
    feed(&r, header, sizeof header);
    CU_ASSERT_TRUE(r.stream.tail.cap <= 64);
    uint8_t *payload = mem_zalloc(1000, 1);
    for (size_t came = 0; came < CAME; came += 1000)
        feed(&r, payload, 1000);
    free(payload);
    CU_ASSERT_EQUAL(r.result, MQTT_DECODED);
    CU_ASSERT_EQUAL(r.stream.tail.len, CAME + sizeof header);
    CU_ASSERT_TRUE(r.stream.tail.cap <= 2 * (CAME + sizeof header));
    run_fini(&r);
}

/* One read that ends the packet in the tail and brings others: the tail takes its own bytes only. */
static void the_tail_never_holds_more_than_one_packet(void)
{
    struct run r;
    struct buf bytes;
    run_init(&r);
    buf_init(&bytes, 70000);
    mqtt_samples_append(&bytes, "32 09 0003 2f61");
    feed(&r, bytes.data, bytes.len);
    size_t cap = r.stream.tail.cap;
    CU_ASSERT_TRUE(cap > 0 && cap <= 64);
    buf_clear(&bytes);
    mqtt_samples_append(&bytes, "2f 0010 6869");
    for (int i = 0; i < 1000; i++)
        mqtt_samples_append(&bytes, "c0 00");
    feed(&r, bytes.data, bytes.len);
    CU_ASSERT_TRUE(r.result == MQTT_DECODED && r.count == 1001 && r.stream.tail.cap == 0);
    run_fini(&r);
    buf_fini(&bytes);
}

void unit_mqtt_stream(void)
{
    UNIT(all_in_one_buffer_without_memory);
    UNIT(packet_by_packet_without_memory);
    UNIT(byte_by_byte);
    UNIT(cut_at_any_two_places);
    UNIT(a_fault_is_the_same_however_it_is_cut);
    UNIT(after_a_fault_all_is_ignored);
    UNIT(the_callback_can_stop);
    UNIT(the_level_of_a_connect_counts_for_what_follows_it);
    UNIT(inside_a_packet);
    UNIT(a_packet_over_the_maximum_is_refused_by_its_header);
    UNIT(the_tail_has_room_for_what_may_come);
    UNIT(no_memory_for_a_promise);
    UNIT(the_tail_never_holds_more_than_one_packet);
}
