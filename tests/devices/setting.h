/* Who the test device is, where it connects to, and what is broken of it: from its options and the IOTCONFORM_* environment. */
#ifndef DEVICES_SETTING_H
#define DEVICES_SETTING_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/protocol/transport.h"
#include "tests/devices/breakage.h"
#include "tests/devices/style.h"

enum setting_auth {
    AUTH_SECRET,       /* signs in with its deviceSecret */
    AUTH_HTTPS,        /* with a token that it fetches */
    AUTH_REGISTRATION, /* with a deviceSecret that it registers for */
    AUTH_REGNWL        /* with a deviceToken that it registers for */
};

/* Texts are borrowed from the environment and the options. */
struct setting {
    const char *host, *ca, *test, *product_key, *device_name, *device_secret, *product_secret;
    char address[INET6_ADDRSTRLEN]; /* of host; an IPv4 one where there is one: the mock listens there */
    const char *state;              /* a file that keeps what was registered; NULL: nothing is kept */
    const char *clock;              /* path of the shared clock; NULL: real time */
    int64_t mqtt_port, web_port, mqtts_port;
    enum transport transport;
    enum setting_auth auth;
    int64_t keep_alive_s, every_s;
    bool clean_session;
    bool is_fresh; /* as it leaves the factory: what state holds is forgotten */
    enum breakage broken;
    const struct style *style; /* never NULL */
    bool lists, lists_styles, describes, helps;
};

/* An exit code: 0, or 2 with every problem on standard error. */
int setting_read(struct setting *s, int argc, char **argv);

/* True in the judge's wait for the first connection (and without a judge): what is broken once is broken here, where no case is disturbed. */
bool setting_is_first(const struct setting *s);

/* True of a device that publishes nothing, so that only its pings keep its connection. */
bool setting_is_quiet(const struct setting *s);

/* What the device says of itself, for `iotconform judge --device`: also of a broken one what it is meant to be. */
void setting_describe(const struct setting *s, FILE *to);

int setting_port(const struct setting *s);

#endif
