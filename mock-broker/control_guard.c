#include "control_guard.h"

#include "broker.h"
#include "control_origin.h"
#include "http_server.h"

/* True when the call brings the token, or none is asked for. */
static bool is_authorized(const char *token, const struct http_call *call)
{
    if (!token)
        return true;
    struct str given = str_of(http_call_header(call, "Authorization")), scheme = STR("Bearer ");
    if (!str_starts(given, scheme))
        return false;
    given = (struct str){given.p + scheme.n, given.n - scheme.n};
    return given.n == strlen(token) && str_eq_constant_time(given.p, token, given.n);
}

/* The question that a browser asks before a page of another port may call. */
static void answer_preflight(struct http_call *call)
{
    static const struct http_header headers[] = {
        {"Access-Control-Allow-Methods", "GET, POST, DELETE"},
        {"Access-Control-Allow-Headers", "Authorization, Content-Type"},
        {"Access-Control-Max-Age", "600"},
        {NULL, NULL},
    };
    http_call_answer_page(call, 204, headers, (struct str){0});
}

/* False when the call was answered: it comes from a page that may not call, or only asks whether it may. */
static bool passes_origin(const struct broker *b, bool has_token, struct http_call *call)
{
    const char *origin = http_call_header(call, "Origin");
    const struct control_origin from = {str_of(http_call_header(call, "Host")), str_of(origin),
                                        str_of(http_call_header(call, "Sec-Fetch-Site")), has_token,
                                        b->listeners[PORT_WEB].number};
    const char *fault = control_origin_fault(&from);
    if (fault) {
        http_call_fail(call, 403, "foreign-page", fault, NULL, NULL);
        return false;
    }
    if (!origin)
        return true;
    http_call_allow_origin(call, origin);
    if (strcmp(http_call_method(call), "OPTIONS") != 0)
        return true;
    answer_preflight(call);
    return false;
}

bool control_guard_admits(const struct broker *b, const char *token, struct http_call *call)
{
    if (!passes_origin(b, token != NULL, call))
        return false;
    if (is_authorized(token, call))
        return true;
    http_call_fail(call, 401, "unauthorized", "the header Authorization: Bearer TOKEN is needed", NULL,
                   "Bearer");
    return false;
}
