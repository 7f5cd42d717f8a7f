#include "place.h"

#include "harness/target.h"

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

enum transport place_default_transport(const struct interpreter *in, const char *port)
{
    struct place place;
    if (!in->test->profile->transport_plain)
        return TRANSPORT_TLS;
    return place_of(in, port, TRANSPORT_TCP, &place) || !place_of(in, port, TRANSPORT_TLS, &place)
               ? TRANSPORT_TCP
               : TRANSPORT_TLS;
}
