#include "metrics.h"

#include "broker.h"
#include "session.h"

#include "lib/base/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

void metrics_refused(struct metrics *m, const char *rule)
{
    size_t i = 0;
    while (i < METRICS_RULES_MAX - 1 && m->rules[i].rule && strcmp(m->rules[i].rule, rule) != 0)
        i++;
    if (!m->rules[i].rule)
        m->rules[i].rule = i < METRICS_RULES_MAX - 1 ? rule : "other";
    m->rules[i].refused++;
}

static size_t count_online(const struct broker *b)
{
    size_t n = 0;
    LIST_EACH(&b->sessions, at)
    n += session_online(LIST_ITEM(at, struct session, link)) != NULL;
    return n;
}

static size_t count_sessions(const struct broker *b)
{
    size_t n = 0;
    LIST_EACH(&b->sessions, at)
    n++;
    return n;
}

/* The memory that the process really has; 0 where /proc does not tell. */
static uint64_t resident_bytes(void)
{
    unsigned long long all, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file)
        return 0;
    if (fscanf(file, "%llu %llu", &all, &resident) != 2)
        resident = 0;
    fclose(file);
    return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void head(struct buf *out, const char *name, const char *type, const char *help)
{
    CHECK(buf_printf(out, "# HELP mock_broker_%s %s\n# TYPE mock_broker_%s %s\n", name, help, name, type));
}

static void one(struct buf *out, const char *name, const char *labels, uint64_t value)
{
    CHECK(buf_printf(out, "mock_broker_%s%s %" PRIu64 "\n", name, labels, value));
}

static void sign_ins(const struct metrics *m, struct buf *out)
{
    head(out, "sign_ins_total", "counter", "CONNECTs judged, by outcome and by the rule that refused.");
    one(out, "sign_ins_total", "{outcome=\"accepted\"}", m->accepted);
    for (size_t i = 0; i < METRICS_RULES_MAX && m->rules[i].rule; i++) {
        char labels[128];
        snprintf(labels, sizeof labels, "{outcome=\"refused\",rule=\"%s\"}", m->rules[i].rule);
        one(out, "sign_ins_total", labels, m->rules[i].refused);
    }
}

void metrics_render(const struct broker *b, struct buf *out)
{
    const struct metrics *m = &b->metrics;
    head(out, "connections", "gauge", "Connections on the device ports.");
    one(out, "connections", "", b->connection_count);
    head(out, "online", "gauge", "Devices online.");
    one(out, "online", "", count_online(b));
    head(out, "sessions", "gauge", "Sessions, of devices online and stored ones.");
    one(out, "sessions", "", count_sessions(b));
    sign_ins(m, out);
    head(out, "messages_total", "counter",
         "PUBLISH packets taken from devices (in), messages handed to sessions (out).");
    one(out, "messages_total", "{direction=\"in\"}", m->messages_in);
    one(out, "messages_total", "{direction=\"out\"}", m->messages_out);
    head(out, "bytes_total", "counter", "Bytes from and to devices, inside TLS.");
    one(out, "bytes_total", "{direction=\"in\"}", m->bytes_in);
    one(out, "bytes_total", "{direction=\"out\"}", m->bytes_out);
    head(out, "faults_total", "counter", "Packets that a fault has struck.");
    one(out, "faults_total", "", m->faults);
    head(out, "journal_events_total", "counter", "Events of the journal.");
    one(out, "journal_events_total", "", journal_last(b->journal));
    head(out, "journal_lost_total", "counter", "Events that the ring holds no more.");
    one(out, "journal_lost_total", "", journal_lost(b->journal));
    head(out, "memory_bytes", "gauge", "Resident memory of the process.");
    one(out, "memory_bytes", "", resident_bytes());
}
