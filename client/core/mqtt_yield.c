#include "client/include/iotclient/iot_export.h"
#include "lib/base/log.h"
#include "lib/protocol/mqtt_encode.h"
#include "mqtt_client_inner.h"

static void expire_requests(struct mqtt_client *c)
{
    struct unanswered_item *item;
    while (!c->is_closing && (item = unanswered_due_request(&c->unanswered, client_now_ms(c)))) {
        bool subscribes = item->kind == UNANSWERED_SUBSCRIBE;
        uint16_t id = item->id;
        unanswered_drop(&c->unanswered, item);
        if (subscribes)
            subscription_refused(&c->subscriptions, id);
        client_tell(c, subscribes ? IOTX_MQTT_EVENT_SUBCRIBE_TIMEOUT : IOTX_MQTT_EVENT_UNSUBCRIBE_TIMEOUT,
                    (void *)(uintptr_t)id);
    }
}

static void send_again(struct mqtt_client *c)
{
    struct unanswered_item *item;
    while (c->state == CLIENT_ONLINE && !c->is_closing &&
           (item = unanswered_due_publication(&c->unanswered, client_now_ms(c)))) {
        uint16_t id = item->id;
        if (item->sendings < UNANSWERED_SENDINGS_MAX) {
            unanswered_again(item, client_now_ms(c) + client_patience_ms(c));
            client_send(c, item->packet, item->n);
        } else {
            unanswered_drop(&c->unanswered, item);
            client_tell(c, IOTX_MQTT_EVENT_PUBLISH_TIMEOUT, (void *)(uintptr_t)id);
        }
    }
}

static void keep_alive(struct mqtt_client *c)
{
    static const uint8_t pingreq[] = {MQTT_PINGREQ << 4, 0};
    if (c->state != CLIENT_ONLINE)
        return;
    switch (ping_check(&c->ping, client_now_ms(c))) {
    case PING_SEND:
        client_send(c, pingreq, sizeof pingreq);
        break;
    case PING_DEAD:
        log_line(LOG_WARNING, "the platform does not answer: %d PINGREQs in vain", PING_PROBES_MAX);
        client_lose(c);
        break;
    case PING_NOT_YET:
        break;
    }
}

static void see_to_the_loss(struct mqtt_client *c)
{
    static const char text[] = "the connection is lost";
    c->port->ops->unlock(c->port);
    c->port->ops->close(c->port);
    c->port->ops->lock(c->port);
    c->state = CLIENT_OFFLINE;
    backoff_next(&c->backoff, client_now_ms(c));
    log_line(LOG_WARNING, "%s; next attempt in %lld ms", text, (long long)c->backoff.wait_ms);
    client_tell(c, IOTX_MQTT_EVENT_DISCONNECT, (void *)(uintptr_t)text);
}

static void reconnect(struct mqtt_client *c)
{
    static const char text[] = "the connection is back";
    if (client_dial(c) != 0) {
        backoff_next(&c->backoff, client_now_ms(c));
        log_line(LOG_WARNING, "not connected; next attempt in %lld ms", (long long)c->backoff.wait_ms);
        return;
    }
    unanswered_start_again(&c->unanswered); /* in their old order */
    send_again(c);
    client_tell(c, IOTX_MQTT_EVENT_RECONNECT, (void *)(uintptr_t)text);
}

static int64_t earlier(int64_t a_ms, int64_t b_ms)
{
    return a_ms < b_ms ? a_ms : b_ms;
}

/* Until when there is nothing to do but to listen. */
static int64_t idle_until_ms(const struct mqtt_client *c)
{
    int64_t until_ms = unanswered_next_request_ms(&c->unanswered);
    if (c->state == CLIENT_ONLINE)
        return earlier(earlier(until_ms, c->ping.due_ms), unanswered_next_publication_ms(&c->unanswered));
    return earlier(until_ms, c->backoff.due_ms);
}

static void listen(struct mqtt_client *c, int64_t wait_ms)
{
    size_t n;
    void *room = packet_reader_room(&c->reader, &n);
    c->port->ops->unlock(c->port);
    int got = c->port->ops->read(c->port, room, n, wait_ms);
    c->port->ops->lock(c->port);
    if (got > 0)
        packet_reader_came(&c->reader, (size_t)got);
    else if (got < 0)
        client_lose(c);
}

static void sleep_until(struct mqtt_client *c, int64_t until_ms)
{
    int64_t now_ms = client_now_ms(c), wait_ms = until_ms > now_ms ? until_ms - now_ms : 0;
    if (c->state == CLIENT_LOST)
        return;
    c->asleep_until_ms = until_ms;
    if (c->state == CLIENT_ONLINE)
        listen(c, wait_ms);
    else if (wait_ms > 0)
        c->port->ops->wait(c->port, wait_ms);
    c->asleep_until_ms = 0;
}

/* All that is to be done by now. */
static void work(struct mqtt_client *c)
{
    client_receive(c);
    expire_requests(c);
    send_again(c);
    keep_alive(c);
    if (c->state == CLIENT_LOST)
        see_to_the_loss(c);
    if (c->state == CLIENT_OFFLINE && !c->is_closing && client_now_ms(c) >= c->backoff.due_ms)
        reconnect(c);
}

/* Works and sleeps in turn, and works once more when the time is over. */
static void turns(struct mqtt_client *c, int64_t until_ms)
{
    work(c);
    do {
        if (!c->is_closing)
            sleep_until(c, earlier(until_ms, idle_until_ms(c)));
        work(c);
    } while (!c->is_closing && client_now_ms(c) < until_ms);
}

/* One thread yields at a time; the others wait for it, at most until until_ms. */
static bool become_yielder(struct mqtt_client *c, int64_t until_ms)
{
    while (c->yielder && !c->is_closing && client_now_ms(c) < until_ms)
        c->port->ops->wait(c->port, until_ms - client_now_ms(c));
    if (c->yielder || c->is_closing)
        return false;
    c->yielder = c->port->ops->thread(c->port);
    return true;
}

int mqtt_client_yield(struct mqtt_client *c, int timeout_ms)
{
    if (!client_enter(c))
        return MQTT_STATE_ERROR;
    int result = 0;
    int64_t until_ms = client_now_ms(c) + (timeout_ms > 0 ? timeout_ms : 0);
    if (c->yielder == c->port->ops->thread(c->port)) {
        log_line(LOG_WARNING, "IOT_MQTT_Yield does nothing inside a handler");
        result = FAIL_RETURN;
    } else if (become_yielder(c, until_ms)) {
        turns(c, until_ms);
        c->yielder = 0;
        if (c->users > 1)
            c->port->ops->wake(c->port);
    }
    client_leave(c);
    return result;
}
