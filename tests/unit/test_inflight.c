#include "mock-broker/inflight.h"

#include "lib/base/mem.h"
#include "mock-broker/message.h"
#include "tests/unit/unit.h"

#include <stdlib.h>

static const struct inflight_limits limits = {2, 3};

/* Pushes a message that says one letter; false when the queue is full. */
static bool push(struct inflight *f, char letter)
{
    struct message *m = message_new(STR("/t"), (struct str){&letter, 1});
    bool taken = inflight_push(f, m, 0, &limits);
    message_drop(m);
    return taken;
}

static char letter_of(const struct inflight_item *item)
{
    return item ? (char)item->message->bytes[item->message->size - 1] : '-';
}

static void stops_at_the_window_and_goes_on_with_an_acknowledgement(void)
{
    struct inflight f = {0};
    CU_ASSERT_TRUE(push(&f, 'a'));
    CU_ASSERT_EQUAL(letter_of(inflight_next(&f, &limits)), 'a');
    CU_ASSERT_TRUE(push(&f, 'b'));
    CU_ASSERT_EQUAL(letter_of(inflight_next(&f, &limits)), 'b');
    for (const char *c = "cde"; *c; c++)
        CU_ASSERT_TRUE(push(&f, *c));
    CU_ASSERT_PTR_NULL(inflight_next(&f, &limits));
    CU_ASSERT_EQUAL(f.sent, 2);
    CU_ASSERT_EQUAL(inflight_queued(&f), 3);
    CU_ASSERT_FALSE(push(&f, 'x'));
    CU_ASSERT_TRUE(inflight_acknowledge(&f, 1));
    CU_ASSERT_FALSE(inflight_acknowledge(&f, 1));
    CU_ASSERT_EQUAL(letter_of(inflight_next(&f, &limits)), 'c');
    CU_ASSERT_TRUE(push(&f, 'f'));
    inflight_fini(&f);
}

static void acknowledged_in_any_order(void)
{
    struct inflight f = {0};
    for (const char *c = "abc"; *c; c++)
        push(&f, *c);
    uint16_t a = inflight_next(&f, &limits)->packet_id, b = inflight_next(&f, &limits)->packet_id;
    CU_ASSERT_TRUE(inflight_acknowledge(&f, b));
    CU_ASSERT_EQUAL(letter_of(inflight_next(&f, &limits)), 'c');
    CU_ASSERT_EQUAL(letter_of(inflight_sent(&f, 0)), 'a');
    CU_ASSERT_EQUAL(letter_of(inflight_sent(&f, 1)), 'c');
    CU_ASSERT_TRUE(inflight_acknowledge(&f, a));
    CU_ASSERT_EQUAL(f.sent, 1);
    CU_ASSERT_EQUAL(f.count, 1);
    inflight_fini(&f);
}

static void identifiers_skip_zero_and_those_in_use(void)
{
    struct inflight f = {0};
    push(&f, 'a');
    CU_ASSERT_EQUAL(inflight_next(&f, &limits)->packet_id, 1);
    f.last_id = 65535;
    push(&f, 'b');
    CU_ASSERT_EQUAL(inflight_next(&f, &limits)->packet_id, 2);
    inflight_fini(&f);
}

/* The counter goes round past 65535 while two old messages stay in flight: each identifier is taken once, and never theirs. */
static void identifiers_go_round_those_in_flight(void)
{
    static const struct inflight_limits three = {3, 0};
    struct inflight f = {0};
    struct message *m = message_new(STR("/t"), STR("x"));
    uint16_t kept[2], last = 0;
    for (int i = 0; i < 2; i++) {
        CU_ASSERT_TRUE_FATAL(inflight_push(&f, m, 0, &three));
        kept[i] = inflight_next(&f, &three)->packet_id;
    }
    unsigned wrong = 0;
    for (int i = 0; i < 2 * 65533; i++) {
        CU_ASSERT_TRUE_FATAL(inflight_push(&f, m, 0, &three));
        uint16_t id = inflight_next(&f, &three)->packet_id;
        wrong +=
            id == 0 || id == kept[0] || id == kept[1] || id != (last == 65535 || last == 0 ? 3 : last + 1);
        last = id;
        CU_ASSERT_TRUE_FATAL(inflight_acknowledge(&f, id));
    }
    CU_ASSERT_EQUAL(wrong, 0);
    CU_ASSERT_EQUAL(last, 65535);
    CU_ASSERT_EQUAL(f.sent, 2);
    CU_ASSERT_TRUE(inflight_acknowledge(&f, kept[1]));
    CU_ASSERT_TRUE(inflight_acknowledge(&f, kept[0]));
    inflight_fini(&f);
    message_drop(m);
}

static bool push_at(struct inflight *f, char letter, int64_t now_ms)
{
    struct message *m = message_new(STR("/t"), (struct str){&letter, 1});
    bool taken = inflight_push(f, m, now_ms, &limits);
    message_drop(m);
    return taken;
}

/* In flight and waiting alike, the oldest first; acknowledged in between does not matter. */
static void what_is_too_old_is_dropped(void)
{
    struct inflight f = {0};
    int64_t oldest = -1;
    CU_ASSERT_FALSE(inflight_oldest(&f, &oldest));
    CU_ASSERT_EQUAL(inflight_expire(&f, 1000), 0);
    for (int i = 0; i < 5; i++) {
        CU_ASSERT_TRUE(push_at(&f, (char)('a' + i), 10 * i));
        inflight_next(&f, &limits);
    }
    CU_ASSERT_TRUE(inflight_oldest(&f, &oldest));
    CU_ASSERT_EQUAL(oldest, 0);
    CU_ASSERT_EQUAL(inflight_expire(&f, -1), 0);
    CU_ASSERT_EQUAL(inflight_expire(&f, 9), 1);
    CU_ASSERT_EQUAL(f.sent, 1);
    CU_ASSERT_EQUAL(inflight_queued(&f), 3);
    CU_ASSERT_EQUAL(letter_of(inflight_sent(&f, 0)), 'b');
    CU_ASSERT_FALSE(inflight_acknowledge(&f, 1));
    CU_ASSERT_EQUAL(inflight_expire(&f, 20), 2);
    CU_ASSERT_EQUAL(f.sent, 0);
    CU_ASSERT_EQUAL(inflight_queued(&f), 2);
    CU_ASSERT_TRUE(inflight_oldest(&f, &oldest));
    CU_ASSERT_EQUAL(oldest, 30);
    CU_ASSERT_EQUAL(letter_of(inflight_next(&f, &limits)), 'd');
    CU_ASSERT_EQUAL(inflight_expire(&f, 100), 2);
    CU_ASSERT_EQUAL(f.bytes, 0);
    CU_ASSERT_EQUAL(f.count, 0);
    inflight_fini(&f);
}

static void a_long_run_keeps_its_memory_small(void)
{
    struct inflight f = {0};
    for (int i = 0; i < 100000; i++) {
        CU_ASSERT_TRUE_FATAL(push(&f, 'x'));
        const struct inflight_item *item = inflight_next(&f, &limits);
        CU_ASSERT_PTR_NOT_NULL_FATAL(item);
        CU_ASSERT_TRUE_FATAL(item->packet_id != 0);
        CU_ASSERT_TRUE_FATAL(inflight_acknowledge(&f, item->packet_id));
    }
    CU_ASSERT_TRUE(f.capacity <= 8);
    CU_ASSERT_EQUAL(f.bytes, 0);
    inflight_fini(&f);
}

static void bounded_by_bytes_too(void)
{
    static const struct inflight_limits many = {1, 1000};
    struct inflight f = {0};
    char *payload = mem_zalloc(1, 1024 * 1024);
    struct message *m = message_new(STR("/t"), (struct str){payload, 1024 * 1024});
    free(payload);
    CU_ASSERT_TRUE(inflight_push(&f, m, 0, &many));
    CU_ASSERT_TRUE(inflight_push(&f, m, 0, &many));
    CU_ASSERT_TRUE(inflight_push(&f, m, 0, &many));
    CU_ASSERT_FALSE(inflight_push(&f, m, 0, &many));
    CU_ASSERT_EQUAL(m->references, 4);
    inflight_fini(&f);
    CU_ASSERT_EQUAL(m->references, 1);
    message_drop(m);
}

static void a_queue_of_none_still_sends_what_fits_the_window(void)
{
    static const struct inflight_limits none = {1, 0};
    struct inflight f = {0};
    struct message *m = message_new(STR("/t"), STR("x"));
    CU_ASSERT_TRUE(inflight_push(&f, m, 0, &none));
    CU_ASSERT_PTR_NOT_NULL(inflight_next(&f, &none));
    CU_ASSERT_FALSE(inflight_push(&f, m, 0, &none));
    inflight_fini(&f);
    message_drop(m);
}

void unit_inflight(void)
{
    UNIT(stops_at_the_window_and_goes_on_with_an_acknowledgement);
    UNIT(acknowledged_in_any_order);
    UNIT(identifiers_skip_zero_and_those_in_use);
    UNIT(identifiers_go_round_those_in_flight);
    UNIT(what_is_too_old_is_dropped);
    UNIT(a_long_run_keeps_its_memory_small);
    UNIT(bounded_by_bytes_too);
    UNIT(a_queue_of_none_still_sends_what_fits_the_window);
}
