#include "transport_choice.h"

#include <string.h>

#include "lib/base/json.h"

enum { ALL = (1u << TRANSPORTS) - 1 };

unsigned transport_choice_read(const cJSON *object, const char *path, struct problems *problems)
{
    const cJSON *given = json_get(object, "transports");
    char place[JSON_PATH_SIZE];
    enum transport transport;
    unsigned set = 0;
    json_path(place, sizeof place, path, "transports", 0);
    if (!given || (cJSON_IsString(given) && strcmp(given->valuestring, "all") == 0))
        return given ? ALL : 0;
    if (!cJSON_IsArray(given) || !given->child) {
        problems_add(problems, place, "\"all\" or an array of tcp, tls, ws, wss");
        return 0;
    }
    for (const cJSON *at = given->child; at; at = at->next) {
        if (!cJSON_IsString(at) || !transport_named(at->valuestring, &transport))
            problems_add(problems, place, "\"all\" or an array of tcp, tls, ws, wss");
        else if (set & 1u << transport)
            problems_add(problems, place, "%s stands twice", at->valuestring);
        else
            set |= 1u << transport;
    }
    return set;
}

bool transport_choice_is_served(const struct profile *profile, enum transport transport)
{
    return (transport_is_encrypted(transport) || profile->transport_plain) &&
           (!transport_is_websocket(transport) || profile->transport_websocket);
}

enum transport transport_choice_default(const struct profile *profile)
{
    return profile->transport_plain ? TRANSPORT_TCP : TRANSPORT_TLS;
}

static bool opens(const cJSON *step)
{
    const char *verb = json_text(step, "do");
    return verb && (strcmp(verb, "open") == 0 || strcmp(verb, "connect") == 0);
}

enum transport transport_choice_of_step(const cJSON *step, enum transport of_case)
{
    const char *name = json_text(step, "transport");
    enum transport transport = of_case;
    if (name && transport_named(name, &transport))
        return transport;
    if (json_get(step, "websocket"))
        return transport_is_encrypted(of_case) ? TRANSPORT_WSS : TRANSPORT_WS;
    return of_case;
}

/* A connect on a connection that an open before it has opened opens nothing. */
static bool goes_on(const cJSON *step)
{
    const char *device = json_text(step, "device");
    for (const cJSON *at = step->prev; at->next && device; at = at->prev) {
        const char *other = json_text(at, "device");
        if (other && strcmp(other, device) == 0)
            return opens(at);
    }
    return false;
}

unsigned transport_choice_used(const cJSON *steps, enum transport of_case)
{
    unsigned set = 0;
    for (const cJSON *step = steps->child; step; step = step->next)
        if (opens(step) && !goes_on(step))
            set |= 1u << transport_choice_of_step(step, of_case);
    return set;
}

bool transport_choice_is_left_to_case(const cJSON *steps)
{
    for (const cJSON *step = steps->child; step; step = step->next)
        if (opens(step) && !goes_on(step) && !json_get(step, "transport"))
            return true;
    return false;
}

cJSON *transport_choice_values(const struct profile *profile, enum transport transport)
{
    bool encrypted = transport_is_encrypted(transport);
    cJSON *values = cJSON_CreateObject();
    cJSON_AddStringToObject(values, "name", transport_name(transport));
    cJSON_AddNumberToObject(values, "securemode",
                            (double)(encrypted ? profile->securemode_encrypted : profile->securemode_plain));
    return values;
}
