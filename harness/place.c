#include "place.h"

#include "harness/target.h"
#include "harness/transport_choice.h"
#include "lib/base/json.h"

bool place_of(const struct interpreter *in, const char *port, enum transport transport, struct place *out)
{
    *out = (struct place){0};
    if (in->target) {
        out->root = in->target->root;
        return target_place(in->target, port, transport, &out->host, &out->port);
    }
    out->host = "127.0.0.1";
    out->port = broker_process_port(in->broker, port);
    out->root = broker_process_ca(in->broker);
    return out->port != 0;
}

bool place_of_http(const struct interpreter *in, const char *port, bool tls, struct place *out)
{
    return place_of(in, in->target ? "auth" : port, tls ? TRANSPORT_TLS : TRANSPORT_TCP, out);
}

enum transport place_transport(const struct target *target, const struct testcase *test, const cJSON *step)
{
    enum transport transport = transport_choice_of_step(step, test->transport);
    const char *port = json_text(step, "port");
    bool is_open = !test->names_transports && !cJSON_GetObjectItemCaseSensitive(step, "transport");
    const char *host;
    int number;
    port = port ? port : "mqtt";
    if (target && is_open && transport == TRANSPORT_TCP &&
        !target_place(target, port, TRANSPORT_TCP, &host, &number) &&
        target_place(target, port, TRANSPORT_TLS, &host, &number))
        return TRANSPORT_TLS;
    return transport;
}
