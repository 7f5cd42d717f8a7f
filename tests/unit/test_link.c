#include "client/link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/str.h"
#include "tests/unit/peer.h"
#include "tests/unit/unit.h"

static struct peer peer;
static struct wires *wires;

static size_t seen_packets, seen_garbage, seen_sent, seen_ends;

static void on_sent(void *ctx, const void *bytes, size_t n)
{
    (void)ctx;
    (void)bytes;
    seen_sent += n;
}

static size_t on_received(void *ctx, const struct mqtt_packet *packet, const void *bytes, size_t n)
{
    (void)ctx;
    (void)bytes;
    seen_garbage += packet ? 0 : n;
    seen_packets += packet != NULL;
    return 100 + seen_packets;
}

static void on_ended(void *ctx, const struct channel_end *end)
{
    (void)ctx;
    (void)end;
    seen_ends++;
}

static const struct link_observer observer = {on_sent, on_received, on_ended};

static struct link *setup(void)
{
    seen_packets = seen_garbage = seen_sent = seen_ends = 0;
    peer_init(&peer);
    wires = wires_new();
    struct link *l = link_new(wires, &observer, NULL);
    const struct wire_target target = peer_target(&peer);
    CU_ASSERT_TRUE(link_open(l, &target, 5000));
    peer_accept(&peer);
    return l;
}

static void teardown(struct link *l)
{
    peer_close(&peer);
    link_free(l);
    wires_free(wires);
    peer_fini(&peer);
}

static void packets_come_in_order_and_keep(void)
{
    struct link *l = setup();
    CU_ASSERT_PTR_NULL(link_take(l));
    CU_ASSERT_TRUE(link_send(l, "\xc0\x00", 2));
    CU_ASSERT_TRUE(peer_got(&peer, "\xc0\x00", 2));
    peer_say(&peer, "\x20\x02\x00\x00\x30\x04\x00\x02/a", 10);
    CU_ASSERT_EQUAL(link_wait(l, 5000), LINK_PACKET);
    CU_ASSERT_EQUAL(link_peek(l)->packet.type, MQTT_CONNACK);
    struct link_packet *first = link_take(l);
    CU_ASSERT_EQUAL(link_wait(l, 5000), LINK_PACKET);
    struct link_packet *second = link_take(l);
    CU_ASSERT_EQUAL(first->packet.type, MQTT_CONNACK);
    CU_ASSERT_EQUAL(first->mark, 101);
    CU_ASSERT_EQUAL(second->packet.type, MQTT_PUBLISH);
    CU_ASSERT_TRUE(str_is(second->packet.u.publish.topic, "/a"));
    CU_ASSERT_EQUAL(second->n, 6);
    CU_ASSERT_EQUAL(second->mark, 102);
    CU_ASSERT_EQUAL(link_wait(l, 20), LINK_TIMEOUT);
    CU_ASSERT_EQUAL(seen_sent, 2);
    free(first);
    free(second);
    teardown(l);
}

static void cut_bytes_leave_in_pieces(void)
{
    const size_t sizes[] = {1, 3};
    struct link *l = setup();
    CU_ASSERT_TRUE(link_send_cut(l, "abcdefgh", 8, sizes, 2));
    CU_ASSERT_TRUE(peer_got(&peer, "abcdefgh", 8));
    CU_ASSERT_EQUAL(peer_segments(&peer), 3);
    teardown(l);
}

static void the_end_comes_behind_the_packets(void)
{
    struct link *l = setup();
    peer_say(&peer, "\x20\x02\x00\x04", 4);
    peer_close(&peer);
    CU_ASSERT_TRUE(link_wait_end(l, 5000));
    CU_ASSERT_EQUAL(link_wait(l, 0), LINK_PACKET);
    free(link_take(l));
    CU_ASSERT_EQUAL(link_wait(l, 0), LINK_END);
    CU_ASSERT_EQUAL(link_end(l)->kind, CHANNEL_END_FIN);
    CU_ASSERT_EQUAL(seen_ends, 1);
    CU_ASSERT_FALSE(link_is_open(l));
    CU_ASSERT_FALSE(link_send(l, "x", 1));
    teardown(l);
}

static void what_is_no_packet_is_garbage(void)
{
    struct link *l = setup();
    peer_say(&peer, "\xd0\x00\xff\xff\xff\xff\xff\xff", 8);
    CU_ASSERT_EQUAL(link_wait(l, 5000), LINK_PACKET);
    free(link_take(l));
    CU_ASSERT_EQUAL(link_wait(l, 5000), LINK_GARBAGE);
    CU_ASSERT_PTR_NOT_NULL(link_fault(l));
    CU_ASSERT_EQUAL(seen_garbage, 6);
    teardown(l);
}

static void half_a_packet_before_the_end_is_garbage(void)
{
    struct link *l = setup();
    peer_say(&peer, "\xd0\x00\x20\x02", 4);
    peer_close(&peer);
    CU_ASSERT_TRUE(link_wait_end(l, 5000));
    free(link_take(l));
    CU_ASSERT_EQUAL(link_wait(l, 0), LINK_GARBAGE);
    CU_ASSERT_EQUAL(seen_garbage, 2);
    teardown(l);
}

static void closing_and_opening_again(void)
{
    struct link *l = setup();
    const struct wire_target target = peer_target(&peer);
    peer_say(&peer, "\xd0\x00", 2);
    CU_ASSERT_EQUAL(link_wait(l, 5000), LINK_PACKET);
    link_close(l, CHANNEL_RESET);
    CU_ASSERT_EQUAL(link_end(l)->kind, CHANNEL_END_LOCAL);
    CU_ASSERT_TRUE(link_open(l, &target, 5000));
    CU_ASSERT_PTR_NULL(link_peek(l)); /* what came on the first connection is gone */
    CU_ASSERT_PTR_NULL(link_end(l));
    teardown(l);
}

static void nobody_listens(void)
{
    struct link *l = setup();
    struct link *other = link_new(wires, NULL, NULL);
    const struct wire_target target = {.host = "127.0.0.1", .port = 1, .transport = TRANSPORT_TCP};
    CU_ASSERT_FALSE(link_open(other, &target, 5000));
    CU_ASSERT_EQUAL(link_end(other)->kind, CHANNEL_END_FAILED);
    link_free(other);
    teardown(l);
}

static void one_is_read_while_another_is_waited_for(void)
{
    struct link *l = setup();
    struct peer other_peer;
    peer_init(&other_peer);
    struct link *other = link_new(wires, NULL, NULL);
    const struct wire_target target = peer_target(&other_peer);
    CU_ASSERT_TRUE(link_open(other, &target, 5000));
    peer_accept(&other_peer);
    peer_say(&peer, "\xd0\x00", 2);
    CU_ASSERT_EQUAL(link_wait(other, 20), LINK_TIMEOUT);
    CU_ASSERT_PTR_NOT_NULL(link_peek(l));
    peer_close(&other_peer);
    link_free(other);
    peer_fini(&other_peer);
    teardown(l);
}

static void the_address_of_the_other_end(void)
{
    struct link *l = setup();
    char expected[32];
    snprintf(expected, sizeof expected, "127.0.0.1:%d", peer.port);
    CU_ASSERT_STRING_EQUAL(link_peer(l), expected);
    link_close(l, CHANNEL_RESET);
    CU_ASSERT_PTR_NULL(link_peer(l));
    teardown(l);
}

/* A layer that takes one byte off each read, notes it, and breaks at a 'b'. */
static void receive(void *ctx, const uint8_t *bytes, size_t n)
{
    struct link *l = ctx;
    link_note(l, bytes[0] == 'b' ? 2 : 1, 77, bytes, 1);
    if (bytes[0] == 'b')
        link_break(l, "a reason", "a clause");
    else if (n > 1)
        link_feed(l, bytes + 1, n - 1);
}

static void a_layer_gives_packets_on_and_notes_the_rest(void)
{
    static const struct link_layer layer = {receive};
    struct link *l = setup();
    link_set_layer(l, &layer, l);
    CU_ASSERT_TRUE(link_write(l, "x", 1, NULL, 0));
    peer_say(&peer, "n\x20\x02\x00\x00", 5);
    CU_ASSERT_EQUAL(seen_sent, 0);
    CU_ASSERT_EQUAL(link_wait(l, 5000), LINK_NOTE);
    struct link_packet *note = link_take(l);
    CU_ASSERT_TRUE(note->note == 1 && note->mark == 77 && note->n == 1 && note->bytes[0] == 'n');
    free(note);
    CU_ASSERT_EQUAL(link_wait(l, 5000), LINK_PACKET);
    CU_ASSERT_EQUAL(link_peek(l)->note, 0);
    CU_ASSERT_EQUAL(seen_packets, 1);
    link_drop(l);
    peer_say(&peer, "b", 1);
    CU_ASSERT_EQUAL(link_wait(l, 5000), LINK_NOTE);
    link_drop(l);
    CU_ASSERT_EQUAL(link_wait(l, 5000), LINK_GARBAGE);
    CU_ASSERT_STRING_EQUAL(link_fault(l)->clause, "a clause");
    teardown(l);
}

void unit_link(void)
{
    UNIT(a_layer_gives_packets_on_and_notes_the_rest);
    UNIT(packets_come_in_order_and_keep);
    UNIT(cut_bytes_leave_in_pieces);
    UNIT(the_end_comes_behind_the_packets);
    UNIT(what_is_no_packet_is_garbage);
    UNIT(half_a_packet_before_the_end_is_garbage);
    UNIT(closing_and_opening_again);
    UNIT(nobody_listens);
    UNIT(one_is_read_while_another_is_waited_for);
    UNIT(the_address_of_the_other_end);
}
