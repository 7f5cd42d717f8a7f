#include "target_probe.h"

#include <stdio.h>
#include <stdlib.h>

#include "client/link.h"
#include "harness/control.h"
#include "lib/base/mem.h"
#include "lib/net/tls.h"

enum { PROBE_WITHIN_MS = 10000 };

struct probe {
    const struct target *target;
    struct wires *wires;
    struct tls_client *tls;
    cJSON *endpoints;
    struct problems *problems;
};

static void note(struct probe *p, const char *port, const char *host, const struct wire_target *to,
                 struct link *link)
{
    cJSON *entry = cJSON_CreateObject();
    const struct channel_tls *tls = link_tls(link);
    cJSON_AddStringToObject(entry, "port", port);
    cJSON_AddStringToObject(entry, "transport", transport_name(to->transport));
    cJSON_AddStringToObject(entry, "host", host);
    cJSON_AddStringToObject(entry, "address", link_peer(link));
    if (tls) {
        char *subject = link_subject(link);
        cJSON_AddStringToObject(entry, "tls", tls->version);
        cJSON_AddStringToObject(entry, "cipher", tls->cipher);
        cJSON_AddStringToObject(entry, "subject", subject ? subject : "");
        free(subject);
    }
    cJSON_AddItemToArray(p->endpoints, entry);
}

static void look(struct probe *p, const char *port, enum transport transport)
{
    const char *host;
    int number;
    if (!target_place(p->target, port, transport, &host, &number))
        return;
    /* Under the WebSocket there is TCP or TLS, and that is what is looked at. */
    struct wire_target to = {.host = host,
                             .port = number,
                             .transport = transport_is_encrypted(transport) ? TRANSPORT_TLS : TRANSPORT_TCP,
                             .tls = transport_is_encrypted(transport) ? p->tls : NULL,
                             .server_name = p->target->server_name};
    struct link *link = link_new(p->wires, NULL, NULL);
    if (link_open(link, &to, PROBE_WITHIN_MS)) {
        to.transport = transport;
        note(p, port, host, &to, link);
    } else {
        problems_add(p->problems, p->target->name, "%s over %s at %s:%d: %s", port, transport_name(transport),
                     host, number, layers_end_text(link_end(link)));
    }
    link_close(link, CHANNEL_FLUSH);
    link_free(link);
}

static void look_everywhere(struct probe *p)
{
    static const enum transport transports[] = {TRANSPORT_TCP, TRANSPORT_TLS, TRANSPORT_WS, TRANSPORT_WSS};
    for (size_t i = 0; target_ports[i]; i++)
        for (size_t j = 0; j < sizeof transports / sizeof transports[0]; j++)
            look(p, target_ports[i], transports[j]);
}

/* Whether there is a control API where the file says so, and what its clock is. */
static void ask_control(const struct target *target, bool *clock_is_manual, struct problems *problems)
{
    struct control *control = control_new();
    cJSON *answer;
    control_set_url(control, target->control, target->token);
    int status = control_call(control, "GET", "/clock", NULL, PROBE_WITHIN_MS, &answer);
    if (status < 0)
        problems_add(problems, target->name, "control API at %s: %s", target->control,
                     control_error(control));
    else if (status != 200)
        problems_add(problems, target->name, "control API at %s: it answers with status %d", target->control,
                     status);
    *clock_is_manual = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(answer, "manual"));
    cJSON_Delete(answer);
    control_free(control);
}

cJSON *target_probe(const struct target *target, bool *clock_is_manual, struct problems *problems)
{
    size_t before = problems->count;
    const char *error = NULL;
    struct probe p = {.target = target, .problems = problems};
    *clock_is_manual = false;
    p.tls = tls_client_new(target->root, NULL, &error);
    if (!p.tls) {
        problems_add(problems, target->name, "%s: %s", target->root ? target->root : "root", error);
        return NULL;
    }
    p.wires = wires_new();
    p.endpoints = cJSON_CreateArray();
    look_everywhere(&p);
    if (target->control)
        ask_control(target, clock_is_manual, problems);
    wires_free(p.wires);
    tls_client_free(p.tls);
    cJSON *identity = cJSON_CreateObject();
    cJSON_AddStringToObject(identity, "kind", "target");
    cJSON_AddStringToObject(identity, "name", target->name);
    cJSON_AddStringToObject(identity, "version", "");
    cJSON_AddStringToObject(identity, "clock", *clock_is_manual ? "manual" : "real");
    if (target->region)
        cJSON_AddStringToObject(identity, "region", target->region);
    cJSON_AddBoolToObject(identity, "control", target->control != NULL);
    cJSON_AddItemToObject(identity, "endpoints", p.endpoints);
    if (problems->count == before)
        return identity;
    cJSON_Delete(identity);
    return NULL;
}
