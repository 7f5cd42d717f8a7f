#include "rows.h"

#include "dispatch.h"
#include "fault_kinds.h"
#include "journal_fields.h"
#include "system_topic.h"
#include "topic_class.h"

#include "lib/base/str.h"
#include "lib/base/without.h"
#include "lib/protocol/mqtt_packet.h"
#include "lib/rules/connect_rules.h"
#include "lib/rules/explain.h"

#include <string.h>

/* Each gives the n-th row's id; NULL behind the last. */
static const char *rule_id(size_t n)
{
    size_t count;
    const struct connect_rule *rules = connect_rules_table(&count);
    return n < count ? rules[n].id : NULL;
}

static const char *mistake_id(size_t n)
{
    size_t count;
    const struct explain_mistake *mistakes = explain_table(&count);
    return n < count ? mistakes[n].id : NULL;
}

static const char *packet_id(size_t n)
{
    for (unsigned type = MQTT_CONNECT; type <= MQTT_DISCONNECT; type++)
        if (dispatch_has(type) && n-- == 0)
            return mqtt_type_name(type);
    return NULL;
}

static const char *event_id(size_t n)
{
    return n < JOURNAL_KINDS ? journal_shape((enum journal_kind)n)->name : NULL;
}

static const char *topic_id(size_t n)
{
    const struct system_topic *rows;
    return n < system_topics(&rows) ? rows[n].pattern : NULL;
}

static const char *reply_id(size_t n)
{
    const struct system_topic *rows;
    size_t count = system_topics(&rows);
    for (size_t i = 0; i < count; i++)
        if (rows[i].answer && n-- == 0)
            return rows[i].pattern;
    return NULL;
}

static const char *fault_id(size_t n)
{
    size_t count;
    const struct fault_kind *kinds = fault_kinds(&count);
    return n < count ? kinds[n].name : NULL;
}

static const struct {
    const char *name;
    const char *(*id)(size_t n);
} tables[] = {
    {"rule", rule_id},              /* lib/rules/connect_rules */
    {"mistake", mistake_id},        /* lib/rules/explain_table */
    {"packet", packet_id},          /* dispatch: a packet's handler */
    {"event", event_id},            /* journal_fields: an event is not recorded */
    {"topic", topic_id},            /* system_topic */
    {"reply", reply_id},            /* system_topic: the platform says nothing */
    {"fault", fault_id},            /* fault_kinds: it strikes, and does nothing */
    {"class", topic_class_default}, /* topic_class: the defaults of every product */
};

enum { TABLES = sizeof tables / sizeof tables[0] };

void rows_print(FILE *to)
{
    for (size_t t = 0; t < TABLES; t++)
        for (size_t n = 0; tables[t].id(n); n++)
            fprintf(to, "%s:%s\n", tables[t].name, tables[t].id(n));
}

static bool is_row(const char *row)
{
    struct str table = {row, str_find(str_of(row), ':')};
    for (size_t t = 0; t < TABLES; t++)
        for (size_t n = 0; row[table.n] && str_is(table, tables[t].name) && tables[t].id(n); n++)
            if (strcmp(row + table.n + 1, tables[t].id(n)) == 0)
                return true;
    return false;
}

void rows_take_out(const char *row, struct problems *problems)
{
    if (is_row(row))
        without_add(row);
    else
        problems_add(problems, "--without", "there is no row \"%s\"; --rows lists them", row);
}
