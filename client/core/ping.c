#include "ping.h"

void ping_start(struct ping *p, int64_t keep_alive_ms, int64_t request_timeout_ms, int64_t now_ms)
{
    *p = (struct ping){.interval_ms = keep_alive_ms - request_timeout_ms,
                       .patience_ms = 2 * request_timeout_ms,
                       .sent_ms = now_ms};
    p->due_ms = now_ms + p->interval_ms;
}

enum ping_verdict ping_check(struct ping *p, int64_t now_ms)
{
    if (now_ms < p->due_ms)
        return PING_NOT_YET;
    if (p->unanswered == PING_PROBES_MAX)
        return PING_DEAD;
    p->unanswered++;
    p->sent_ms = now_ms;
    p->due_ms = now_ms + p->patience_ms;
    return PING_SEND;
}

void ping_answered(struct ping *p)
{
    p->unanswered = 0;
    p->due_ms = p->sent_ms + p->interval_ms;
}
