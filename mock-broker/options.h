/* The command line of mock-broker: one table of options, from which parsing and --help come. */
#ifndef BROKER_OPTIONS_H
#define BROKER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/base/problem.h"

/* Text is borrowed from argv. NULL and -1: not given. */
struct options {
    const char *config, *profile, *address, *certs, *cert, *key;
    const char *control_address, *control_token, *journal, *console_assets;
    const char *hosts_address; /* of --hosts-file, or the address of --bind; NULL: not asked for */
    const char **sets;         /* the --set assignments in order; owned */
    size_t set_count;
    const char **server_names; /* of --server-name, in order; owned */
    size_t server_name_count;
    const char **without; /* the rows of --without in order; owned */
    size_t without_count;
    bool manual_clock, trace, rows, help, version;
    int64_t mqtt_port, web_port, mqtts_port, control_port;
    int64_t parent_pipe, connections_max, journal_max_bytes, seed;
    int64_t log_level; /* enum log_level */
};

/* Fills *out with the defaults and then with what the arguments say ("--name value" or "--name=value"). Every mistake becomes
 * a problem; false when there was one. Free with options_fini in both cases. */
bool options_parse(struct options *out, int argc, char **argv, struct problems *problems);

/* True when the control API is reached from this machine only. */
bool options_control_is_local(const struct options *o);
void options_fini(struct options *o);

/* What --help prints: usage, every option, every key of a configuration file, every profile value. */
void options_help(FILE *to);

#endif
