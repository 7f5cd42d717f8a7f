#include "topic.h"

#include "mqtt_text.h"

static const char *fault(const char *reason, const char *in_clause, size_t at, size_t *offset,
                         const char **clause)
{
    if (offset)
        *offset = at;
    if (clause)
        *clause = in_clause;
    return reason;
}

/* What names and filters have in common. */
static const char *text_fault(struct str topic, size_t *offset, const char **clause)
{
    if (topic.n == 0)
        return fault("it is empty", "MQTT-4.7.3-1", 0, offset, clause);
    if (topic.n > UINT16_MAX)
        return fault("it has more than 65535 bytes", "MQTT-4.7.3-3", UINT16_MAX, offset, clause);
    size_t at;
    const char *in_clause, *reason = mqtt_text_fault(topic, &at, &in_clause);
    if (reason)
        return fault(reason, topic.p[at] ? in_clause : "MQTT-4.7.3-2", at, offset, clause);
    return NULL;
}

const char *topic_name_fault(struct str topic, size_t *offset, const char **clause)
{
    const char *reason = text_fault(topic, offset, clause);
    if (reason)
        return reason;
    for (size_t i = 0; i < topic.n; i++)
        if (topic.p[i] == '+' || topic.p[i] == '#')
            return fault("a topic name holds a wildcard character", "MQTT-3.3.2-2", i, offset, clause);
    return NULL;
}

const char *topic_filter_fault(struct str filter, size_t *offset, const char **clause)
{
    const char *reason = text_fault(filter, offset, clause);
    if (reason)
        return reason;
    for (size_t i = 0; i < filter.n; i++) {
        char c = filter.p[i];
        if (c != '+' && c != '#')
            continue;
        bool begins = i == 0 || filter.p[i - 1] == '/';
        bool last = i + 1 == filter.n;
        if (c == '#' && !(begins && last))
            return fault("'#' is not the whole last level", "MQTT-4.7.1-2", i, offset, clause);
        if (c == '+' && !(begins && (last || filter.p[i + 1] == '/')))
            return fault("'+' is not a whole level", "MQTT-4.7.1-3", i, offset, clause);
    }
    return NULL;
}

bool topic_next_level(struct str topic, size_t *at, struct str *level)
{
    if (*at > topic.n)
        return false;
    struct str rest = {*at ? topic.p + *at : topic.p, topic.n - *at}; /* topic.p may be NULL */
    *level = (struct str){rest.p, str_find(rest, '/')};
    *at += level->n + 1;
    return true;
}

size_t topic_levels(struct str topic)
{
    size_t levels = 1;
    for (size_t i = 0; i < topic.n; i++)
        levels += topic.p[i] == '/';
    return levels;
}

bool topic_has_wildcard(struct str filter)
{
    return str_find(filter, '+') < filter.n || (filter.n && filter.p[filter.n - 1] == '#');
}

bool topic_matches(struct str filter, struct str topic)
{
    if (topic.n && topic.p[0] == '$' && filter.n && (filter.p[0] == '+' || filter.p[0] == '#'))
        return false;
    size_t f = 0, t = 0;
    struct str wanted, level;
    while (topic_next_level(filter, &f, &wanted)) {
        if (str_is(wanted, "#"))
            return true;
        if (!topic_next_level(topic, &t, &level))
            return false;
        if (!str_is(wanted, "+") && !str_eq(wanted, level))
            return false;
    }
    return t > topic.n;
}
