#include "device_checks.h"

#include <stdlib.h>
#include <string.h>

#include "harness/judge/device_connection.h"
#include "lib/base/mem.h"
#include "lib/protocol/mqtt_packet.h"

enum {
    MINUTE_MS = 60000,
    CONNECTS_A_MINUTE = 5,
    WAITS_MIN = 4,        /* fewer do not show a course */
    GROWTH_PERCENT = 150, /* of what was before, that what came later has to be at least */
    PING_GRACE_MS = 2000, /* pings of real devices come up to 1.6 s late (device-facts 2.5) */
    PING_GRACE_PERCENT = 5,
    TAKEOVERS_MIN = 3,
    AT_ONCE_MS = 900 /* a second is normal (device-facts 2.10) */
};

/* DEV-08: silence behind a CONNACK that refuses. */
void device_check_quiet_when_refused(const struct device_stream *s, struct device_finding *f)
{
    struct device_connections all;
    bool any = false;
    device_connections_init(&all, s);
    for (size_t i = 0; i < all.count; i++) {
        const struct device_connection *c = &all.items[i];
        bool is_behind = false;
        if (!c->connack || c->is_accepted)
            continue;
        any = true;
        for (size_t k = c->first; k < c->last; k++) {
            const struct observation *o = s->items[k];
            is_behind = is_behind || o == c->connack;
            if (is_behind && o->conn == c->conn && o->from == FROM_DEVICE && mqtt_type_named(o->name) &&
                strcmp(o->name, "DISCONNECT") != 0)
                device_finding_fail_at(f, o, "no packet behind a CONNACK that refuses");
        }
    }
    device_connections_fini(&all);
    if (!any)
        device_finding_missing(f, "no CONNECT of the device was refused");
}

/* --- attempts behind failures --- */

/* An attempt that the device made of its own accord because the one before had failed: the only kind by which its pace is judged. Those
 * that follow a connection that stood, or the start of a trigger, are the judge's doing. */
struct retries {
    const struct observation **at;
    int64_t *waits_ms; /* from the failure to the attempt */
    size_t count;
    bool *is_first; /* of a row of failures */
    int64_t longest_row_ms;
};

static bool has_failed(const struct device_connection *c)
{
    return !c->is_accepted && (c->connect || c->tls_failed);
}

static void retries_init(struct retries *r, const struct device_stream *s)
{
    struct device_connections all;
    const struct device_connection *before = NULL;
    int64_t row_begun_ms = 0;
    bool is_first_of_start = false;
    device_connections_init(&all, s);
    *r = (struct retries){.at = mem_zalloc(all.count + 1, sizeof(const struct observation *)),
                          .waits_ms = mem_zalloc(all.count + 1, sizeof(int64_t)),
                          .is_first = mem_zalloc(all.count + 1, sizeof(bool))};
    for (size_t i = 0; i < all.count; i++) {
        const struct device_connection *c = &all.items[i];
        is_first_of_start = is_first_of_start || c->is_first_of_start;
        if (!c->connect && !c->tls_failed)
            continue; /* a connection for HTTP, or one that somebody else's scanner made */
        if (before && has_failed(before) && !is_first_of_start) {
            int64_t failed_ms = before->ended ? before->ended->at_ms : before->begun->at_ms;
            bool is_next = r->count > 0 && r->at[r->count - 1]->conn == before->conn;
            row_begun_ms = is_next ? row_begun_ms : before->begun->at_ms;
            r->is_first[r->count] = !is_next;
            r->waits_ms[r->count] = c->begun->at_ms > failed_ms ? c->begun->at_ms - failed_ms : 0;
            r->at[r->count++] = c->begun;
            if (c->begun->at_ms - row_begun_ms > r->longest_row_ms)
                r->longest_row_ms = c->begun->at_ms - row_begun_ms;
        }
        before = c;
        is_first_of_start = false;
    }
    device_connections_fini(&all);
}

static void retries_fini(struct retries *r)
{
    free(r->at);
    free(r->waits_ms);
    free(r->is_first);
}

void device_check_connect_rate(const struct device_stream *s, struct device_finding *f)
{
    struct retries r;
    retries_init(&r, s);
    for (size_t i = 0, first = 0; i < r.count; i++) {
        first = r.is_first[i] ? i : first;
        if (i - first < CONNECTS_A_MINUTE)
            continue;
        int64_t span_ms = r.at[i]->at_ms - r.at[i - CONNECTS_A_MINUTE]->at_ms;
        if (span_ms >= MINUTE_MS)
            continue;
        char *actual = mem_printf("%d attempts within %.1f s, each after one that had failed",
                                  CONNECTS_A_MINUTE + 1, (double)span_ms / 1000);
        device_finding_fail(f, r.at[i], "at most 5 attempts to connect a minute", actual);
        free(actual);
    }
    if (r.longest_row_ms < MINUTE_MS)
        device_finding_missing(
            f, "the device was not kept from signing in for a whole minute, while it went on trying");
    retries_fini(&r);
}

/* The longest row of waits between attempts, from one that had failed to the next. */
static size_t longest_row(const struct retries *r, size_t *from)
{
    size_t best = 0, first = 0;
    for (size_t i = 0; i < r->count; i++) {
        first = r->is_first[i] ? i : first;
        if (i + 1 - first <= best)
            continue;
        best = i + 1 - first;
        *from = first;
    }
    return best;
}

static char *waits_text(const struct retries *r, size_t from, size_t count)
{
    enum { SHOWN = 12 };
    struct buf out;
    buf_init(&out, 1024);
    buf_printf(&out, "waits of");
    for (size_t i = 0; i < count && i < SHOWN; i++)
        buf_printf(&out, "%s %.1f", i ? "," : "", (double)r->waits_ms[from + i] / 1000);
    buf_printf(&out, " s%s", count > SHOWN ? " …" : "");
    char *text = mem_strdup(buf_cstr(&out));
    buf_fini(&out);
    return text;
}

static int64_t sum_ms(const struct retries *r, size_t from, size_t count)
{
    int64_t sum = 0;
    for (size_t i = from; i < from + count; i++)
        sum += r->waits_ms[i];
    return sum;
}

static bool is_longer(int64_t after_ms, int64_t before_ms)
{
    return after_ms > 0 && after_ms * 100 >= before_ms * GROWTH_PERCENT;
}

/* From the first to the last; or, as those of a device with jitter vary, by halves. */
static bool has_grown(const struct retries *r, size_t from, size_t count)
{
    size_t half = count / 2;
    return is_longer(r->waits_ms[from + count - 1], r->waits_ms[from]) ||
           is_longer(sum_ms(r, from + count - half, half), sum_ms(r, from, half));
}

void device_check_back_off(const struct device_stream *s, struct device_finding *f)
{
    struct retries r;
    size_t from = 0;
    retries_init(&r, s);
    size_t count = longest_row(&r, &from);
    if (count < WAITS_MIN) {
        device_finding_missing(f, "there were no 4 attempts in a row, each after one that had failed");
    } else if (!has_grown(&r, from, count)) {
        char *actual = waits_text(&r, from, count);
        device_finding_fail(f, r.at[from + count - 1], "waits between attempts that grow", actual);
        free(actual);
    }
    retries_fini(&r);
}

/* Whether devices that lose their platform together come back together. Waits that are round ones have no jitter, though a busy machine is
 * late for some; more cannot be said from one device. Of random waits one in five is round. */
void device_check_jitter(const struct device_stream *s, struct device_finding *f)
{
    struct retries r;
    size_t from = 0, round = 0;
    retries_init(&r, s);
    size_t count = longest_row(&r, &from);
    for (size_t i = from; i < from + count; i++)
        round += r.waits_ms[i] % 500 <= 50 || r.waits_ms[i] % 500 >= 450;
    if (count < WAITS_MIN) {
        device_finding_missing(f, "there were no 4 attempts in a row, each after one that had failed");
    } else {
        char *waits = waits_text(&r, from, count);
        char *text = mem_printf("%s: %s", waits,
                                round * 4 >= count * 3 ? "round ones, so no jitter can be seen"
                                                       : "they look as if they had jitter");
        device_finding_remark(f, text);
        free(text);
        free(waits);
    }
    retries_fini(&r);
}

/* --- the heartbeat --- */

static int64_t keep_alive_ms(const struct device_connection *c)
{
    const cJSON *seconds = cJSON_GetObjectItemCaseSensitive(c->connect->fields, "keepAlive");
    return cJSON_IsNumber(seconds) ? (int64_t)seconds->valuedouble * 1000 : 0;
}

static void look_at_gap(struct device_finding *f, const struct device_connection *c,
                        const struct observation *at, int64_t gap_ms)
{
    int64_t limit_ms = keep_alive_ms(c);
    if (gap_ms <= limit_ms + PING_GRACE_MS + limit_ms * PING_GRACE_PERCENT / 100)
        return;
    char *expected = mem_printf("a packet in every %lld s (keep alive)", (long long)limit_ms / 1000);
    char *actual = mem_printf("none for %.1f s", (double)gap_ms / 1000);
    device_finding_fail(f, at, expected, actual);
    free(actual);
    free(expected);
}

/* True when a PINGREQ has shown that the device keeps the time, though the connection may be younger than its keep alive. */
static bool look_at_heartbeat(const struct device_stream *s, const struct device_connection *c,
                              struct device_finding *f)
{
    int64_t latest_ms = c->connect->at_ms;
    bool shown = false;
    for (size_t i = c->first; i < c->last; i++) {
        const struct observation *o = s->items[i];
        bool is_packet = o->conn == c->conn && o->from == FROM_DEVICE && mqtt_type_named(o->name);
        if (!is_packet && o != c->ended)
            continue;
        look_at_gap(f, c, o, o->at_ms - latest_ms);
        shown = shown || (o->at_ms > latest_ms && device_stream_is(o, "PINGREQ", FROM_DEVICE));
        latest_ms = o->at_ms;
    }
    if (c->ended && c->ended->from == FROM_JUDGE)
        look_at_gap(f, c, c->ended, c->ended->at_ms - latest_ms);
    if (!c->ended && s->count > 0)
        look_at_gap(f, c, s->items[s->count - 1], s->items[s->count - 1]->at_ms - latest_ms);
    return shown;
}

void device_check_keep_alive(const struct device_stream *s, struct device_finding *f)
{
    struct device_connections all;
    bool any = false;
    device_connections_init(&all, s);
    for (size_t i = 0; i < all.count; i++) {
        const struct device_connection *c = &all.items[i];
        if (!c->is_accepted || !c->connect || c->is_registering || keep_alive_ms(c) == 0)
            continue;
        int64_t end_ms = c->ended ? c->ended->at_ms : s->items[s->count - 1]->at_ms;
        any = any || end_ms - c->connect->at_ms > keep_alive_ms(c);
        any = look_at_heartbeat(s, c, f) || any;
    }
    device_connections_fini(&all);
    if (!any)
        device_finding_missing(f, "no connection lasted longer than its keep alive, and no PINGREQ came");
}

/* Behind a CONNACK that was withheld the next CONNECT is on a new connection, which the platform's end of the old one has not brought about. */
void device_check_connack_missed(const struct device_stream *s, struct device_finding *f)
{
    const struct observation *withheld = NULL, *ended = NULL;
    for (size_t i = 0; i < s->count; i++) {
        const struct observation *o = s->items[i];
        if (!withheld && device_stream_is(o, "CONNACK", FROM_FAULT))
            withheld = o;
        else if (withheld && o->conn == withheld->conn && device_stream_is(o, "ended", FROM_PLATFORM))
            ended = o;
        if (!withheld || !device_stream_is(o, "CONNECT", FROM_DEVICE))
            continue;
        if (o->conn == withheld->conn)
            device_finding_fail_at(f, o,
                                   "a new connection instead of another CONNECT on the one without CONNACK");
        else if (ended)
            device_finding_fail(f, ended, "the device to give up a connection without CONNACK",
                                "the platform had to end it");
        return;
    }
    device_finding_missing(f, "no CONNACK was withheld, or the device did not connect again");
}

/* From the first PINGREQ that was not answered to the next CONNECT: no more than twice the keep alive. The CONNECT before may be older than
 * what is looked at; the one behind asks for the same. */
void device_check_pingresp_missed(const struct device_stream *s, struct device_finding *f)
{
    const struct observation *ping = NULL, *withheld = NULL, *back = NULL;
    for (size_t i = 0; i < s->count && !back; i++) {
        const struct observation *o = s->items[i];
        if (!withheld && device_stream_is(o, "PINGREQ", FROM_DEVICE))
            ping = o;
        else if (!withheld && ping && device_stream_is(o, "PINGRESP", FROM_FAULT))
            withheld = o;
        else if (withheld && device_stream_is(o, "CONNECT", FROM_DEVICE))
            back = o;
    }
    if (!back) {
        device_finding_missing(f, "no PINGRESP was withheld, or the device did not connect again");
        return;
    }
    const cJSON *seconds = cJSON_GetObjectItemCaseSensitive(back->fields, "keepAlive");
    int64_t limit_ms = cJSON_IsNumber(seconds) ? 2000 * (int64_t)seconds->valuedouble : INT64_MAX;
    if (back->at_ms - ping->at_ms <= limit_ms)
        return;
    char *expected =
        mem_printf("CONNECT within %.1f s of the PINGREQ (twice the keep alive)", (double)limit_ms / 1000);
    char *actual = mem_printf("after %.1f s", (double)(back->at_ms - ping->at_ms) / 1000);
    device_finding_fail(f, back, expected, actual);
    free(actual);
    free(expected);
}

/* --- take-over --- */

/* A device that dials at once after each of several take-overs drives the other one out as fast as it can. */
void device_check_fighting(const struct device_stream *s, struct device_finding *f)
{
    size_t takeovers = 0, at_once = 0;
    int64_t taken_ms = -1;
    for (size_t i = 0; i < s->count; i++) {
        const struct observation *o = s->items[i];
        if (observation_is_deed(o, "takeover")) {
            takeovers++;
            taken_ms = o->at_ms;
        } else if (device_stream_is(o, "start", FROM_JUDGE)) {
            taken_ms = -1;
        } else if (taken_ms >= 0 && device_stream_is(o, "CONNECT", FROM_DEVICE)) {
            at_once += o->at_ms - taken_ms < AT_ONCE_MS;
            taken_ms = -1;
            if (at_once >= TAKEOVERS_MIN)
                device_finding_fail(f, o, "a wait before it dials again, of a second or more",
                                    "after each of three take-overs it dialled within 0.9 s");
        }
    }
    if (takeovers < TAKEOVERS_MIN)
        device_finding_missing(f, "there were no three take-overs");
}

void device_check_crashes(const struct device_stream *s, struct device_finding *f)
{
    bool any = false;
    const char *odd = NULL;
    for (size_t i = 0; i < s->count; i++) {
        const struct observation *o = s->items[i];
        if (!device_stream_is(o, "ended-by-itself", FROM_JUDGE)) {
            any = any || device_stream_is(o, "start", FROM_JUDGE);
            continue;
        }
        const char *how = device_connection_text(o, "how");
        static const char *const crashes[] = {"signal 4",      "signal 5",      "signal 6",
                                              "signal 7",      "signal 8",      "signal 11",
                                              "exit code 132", "exit code 133", "exit code 134",
                                              "exit code 135", "exit code 136", "exit code 139"};
        for (size_t k = 0; k < sizeof crashes / sizeof crashes[0]; k++)
            if (strcmp(how, crashes[k]) == 0)
                device_finding_fail(f, o, "a device that ends by itself only on purpose", how);
        if (!odd && strcmp(how, "exit code 0") != 0)
            odd = how;
    }
    if (odd) {
        char *text = mem_printf("the device ended by itself, though by no crash: %s", odd);
        device_finding_remark(f, text);
        free(text);
    }
    if (!any)
        device_finding_remark(f,
                              "the device was not started by a trigger, so a crash looks like any other end");
}
