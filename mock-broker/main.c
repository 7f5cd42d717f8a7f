/* mock-broker: options, wiring, the ready line, signals. */
#include "broker.h"
#include "cert_store.h"
#include "certificates.h"
#include "config.h"
#include "control_api.h"
#include "host_names.h"
#include "journal_file.h"
#include "options.h"
#include "rows.h"
#include "version.h"

#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/net/local_address.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { EXIT_GOOD = 0, EXIT_USAGE = 2, EXIT_ENVIRONMENT = 3 };

/* 2026-01-01T00:00:00Z: where a manual clock's wall time starts. */
#define MANUAL_WALL_MS INT64_C(1767225600000)

/* Descriptors kept for listeners, the control API, epoll, logs. */
enum { DESCRIPTORS_KEPT = 100 };

struct program {
    struct options options;
    struct config config;
    struct profile profile;
    struct clock *clock;
    struct loop *loop;
    struct tls_server *tls;
    struct certificates *certificates;
    struct broker *broker;
    struct control_api *control;
    struct loop_watch *parent;
    char *certs;             /* folder */
    struct host_names names; /* of the configuration */
    int ports[BROKER_PORTS], control_port;
};

static void stop(void *ctx)
{
    struct program *p = ctx;
    loop_stop(p->loop);
}

static void on_signal(void *ctx, int number)
{
    (void)number;
    stop(ctx);
}

static void on_parent(void *ctx)
{
    struct program *p = ctx;
    char bytes[64];
    ssize_t n = read((int)p->options.parent_pipe, bytes, sizeof bytes);
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
        stop(p);
}

/* Everything that a user can get wrong; all of it is said before the program gives up. */
static bool read_settings(struct program *p, struct problems *problems)
{
    config_load(&p->config, p->options.config, problems);
    const char *name = p->options.profile ? p->options.profile : p->config.profile;
    if (profile_load(&p->profile, name ? name : "2023", problems))
        for (size_t i = 0; i < p->options.set_count; i++)
            profile_set(&p->profile, p->options.sets[i], problems);
    for (size_t i = 0; i < p->options.without_count; i++)
        rows_take_out(p->options.without[i], problems);
    host_names_of(&p->names, p->config.registry, p->config.region);
    return problems->count == 0;
}

/* As many connections as descriptors allow, after asking for as many as we may have. */
static size_t connections_max(const struct options *options)
{
    struct rlimit limit = {.rlim_cur = 1024};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        rlim_t soft = limit.rlim_cur;
        limit.rlim_cur = limit.rlim_max;
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
            limit.rlim_cur = soft;
    }
    if (options->connections_max > 0)
        return (size_t)options->connections_max;
    size_t descriptors = limit.rlim_cur > 10000000 ? 10000000 : (size_t)limit.rlim_cur;
    return descriptors > 2 * DESCRIPTORS_KEPT ? descriptors - DESCRIPTORS_KEPT : descriptors / 2;
}

static bool open_tls(struct program *p)
{
    const struct options *o = &p->options;
    const struct cert_wish wish = {.folder = o->certs,
                                   .cert = o->cert,
                                   .key = o->key,
                                   .region = p->config.region,
                                   .names = &p->names,
                                   .own_names = o->server_names,
                                   .own_count = o->server_name_count};
    p->tls = cert_store_open(&wish, &p->certs);
    static const char *const versions[] = {"1.0", "1.1", "1.2", "1.3"};
    const char *version = versions[p->profile.tls_min_version];
    if (!p->tls)
        return false;
    tls_server_set_min_version(p->tls, version);
    p->certificates = certificates_new(p->tls, p->certs, version);
    return true;
}

/* Of address and port the one that is to be changed is named; neither where that would not help. The exit code. */
static int say_why_closed(const char *address, int port, const char *error, const char *bind_option,
                          const char *port_name)
{
    int of_address = local_address_try(address, 0), of_port = local_address_try(address, port);
    bool is_address = of_address == EADDRNOTAVAIL || of_address == EINVAL;
    bool is_port = of_address == 0 && (of_port == EADDRINUSE || of_port == EACCES);
    if (is_address)
        log_line(LOG_ERROR, "%s: %s (choose another with %s)", address, error, bind_option);
    else if (is_port)
        log_line(LOG_ERROR, "%s:%d: %s (choose another with --%s-port)", address, port, error, port_name);
    else
        log_line(LOG_ERROR, "the %s port, %s:%d: %s", port_name, address, port,
                 of_address ? strerror(of_address) : error);
    return is_address || is_port ? EXIT_USAGE : EXIT_ENVIRONMENT;
}

/* EXIT_GOOD, or why not. */
static int open_ports(struct program *p)
{
    const struct options *o = &p->options;
    const int64_t wanted[BROKER_PORTS] = {o->mqtt_port, o->web_port, o->mqtts_port};
    const char *error = "";
    for (int i = 0; i < BROKER_PORTS; i++) {
        enum broker_port port = (enum broker_port)i;
        if (!broker_listen(p->broker, port, o->address, (int)wanted[i], &p->ports[i], &error))
            return say_why_closed(o->address, (int)wanted[i], error, "--bind", broker_port_name(port));
    }
    p->control = control_api_new(p->broker, o->control_address, (int)o->control_port, o->control_token, stop,
                                 p, &error);
    if (!p->control)
        return say_why_closed(o->control_address, (int)o->control_port, error, "--control-bind", "control");
    p->control_port = control_api_port(p->control);
    p->broker->console = (struct console){o->console_assets, o->control_address, p->control_port,
                                          options_control_is_local(o), o->control_token != NULL};
    return EXIT_GOOD;
}

static bool open_journal(struct program *p)
{
    const char *path = p->options.journal, *error = "";
    struct journal_file *file = path ? journal_file_new(path, p->options.journal_max_bytes, &error) : NULL;
    if (file)
        journal_set_file(p->broker->journal, file);
    else if (path)
        log_line(LOG_ERROR, "--journal: %s: %s", path, error);
    return file || !path;
}

static void say_ready(const struct program *p)
{
    char *root = mem_printf("%s/root.crt", p->certs);
    char *absolute = realpath(root, NULL);
    cJSON *line = cJSON_CreateObject();
    cJSON_AddBoolToObject(line, "ready", true);
    cJSON *ports = cJSON_AddObjectToObject(line, "ports");
    for (int i = 0; i < BROKER_PORTS; i++)
        cJSON_AddNumberToObject(ports, broker_port_name((enum broker_port)i), p->ports[i]);
    cJSON_AddNumberToObject(ports, "control", p->control_port);
    cJSON_AddStringToObject(line, "ca", absolute ? absolute : root);
    char *text = cJSON_PrintUnformatted(line);
    printf("%s\n", text);
    fflush(stdout);
    free(text);
    cJSON_Delete(line);
    free(absolute);
    free(root);
}

static int serve(struct program *p)
{
    p->clock = p->options.manual_clock ? clock_new_manual(MANUAL_WALL_MS) : clock_new_real();
    p->loop = loop_new(p->clock);
    signal(SIGPIPE, SIG_IGN);
    /* first of all: the first process of a container has no other way to end */
    loop_on_signal(p->loop, SIGTERM, on_signal, p);
    loop_on_signal(p->loop, SIGINT, on_signal, p);
    if (!open_tls(p))
        return EXIT_ENVIRONMENT;
    p->broker = broker_new(p->loop, &p->profile, p->config.registry, p->tls, connections_max(&p->options),
                           (uint64_t)p->options.seed);
    p->config.registry = NULL;
    p->broker->region = p->config.region;
    p->broker->certificates = p->certificates;
    if (p->options.trace)
        broker_keep_trace(p->broker);
    if (!open_journal(p))
        return EXIT_USAGE;
    int closed = open_ports(p);
    if (closed)
        return closed;
    if (p->options.parent_pipe >= 0)
        p->parent = loop_watch_fd(p->loop, (int)p->options.parent_pipe, on_parent, p);
    say_ready(p);
    loop_run(p->loop);
    return EXIT_GOOD;
}

static void finish(struct program *p)
{
    if (p->control)
        control_api_stop(p->control);
    if (p->parent)
        loop_unwatch(p->parent);
    if (p->broker)
        broker_close(p->broker);
    if (p->loop)
        loop_free(p->loop);
    control_api_free(p->control);
    if (p->broker)
        broker_free(p->broker);
    certificates_free(p->certificates);
    tls_server_free(p->tls);
    clock_free(p->clock);
    config_fini(&p->config);
    host_names_fini(&p->names);
    free(p->certs);
}

int main(int argc, char **argv)
{
    struct program p = {0};
    struct problems problems = {0};
    int status = EXIT_USAGE;
    log_set_name(BROKER_NAME);
    options_parse(&p.options, argc, argv, &problems);
    if (p.options.help || p.options.version || p.options.rows) {
        if (p.options.help)
            options_help(stdout);
        else if (p.options.rows)
            rows_print(stdout);
        else
            printf(BROKER_NAME " " BROKER_VERSION "\n");
        status = EXIT_GOOD;
    } else if (read_settings(&p, &problems)) {
        log_set_level((enum log_level)p.options.log_level);
        if (p.options.hosts_address)
            host_names_print(&p.names, p.options.server_names, p.options.server_name_count,
                             p.options.hosts_address, stdout);
        status = p.options.hosts_address ? EXIT_GOOD : serve(&p);
    } else {
        problems_print(&problems, stderr);
    }
    if (fflush(stdout) != 0 || ferror(stdout)) {
        log_line(LOG_ERROR, "standard output cannot be written");
        status = status == EXIT_GOOD ? EXIT_ENVIRONMENT : status;
    }
    finish(&p);
    options_fini(&p.options);
    problems_fini(&problems);
    return status;
}
