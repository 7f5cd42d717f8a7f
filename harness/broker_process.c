#include "broker_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/home.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

enum {
    READY_LINE_MAX = 4096,
    LAST_WORDS_MAX = 2000,
    ARGUMENTS_MAX = 24,
    PARENT_PIPE_FD = 3,
    WORDS_WITHIN_MS = 1000
};

extern char **environ;

struct broker_process {
    pid_t pid;
    bool has_ended;
    int status;      /* of waitpid, once it has ended */
    int out;         /* its standard output: the ready line, then silence until it ends */
    int parent_pipe; /* it ends when this is closed, so also when we die */
    FILE *err;       /* a file without a name that takes its standard error */
    cJSON *ready;
};

static void add_argument(const char **arguments, size_t *count, const char *option, const char *value)
{
    arguments[(*count)++] = option;
    arguments[(*count)++] = value;
}

/* The ends of its pipes: what it gets, and (input) what it reads its configuration from. */
struct ends {
    int stdin_end, out_end, parent_end;
    int input; /* a socket, so that a broker that has ended is no SIGPIPE here; -1: it reads nothing */
};

static bool open_input(struct ends *x, const char *config)
{
    int pair[2];
    if (!config) {
        x->stdin_end = open("/dev/null", O_RDONLY | O_CLOEXEC);
        return x->stdin_end >= 0;
    }
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return false;
    x->input = pair[0];
    x->stdin_end = pair[1];
    return true;
}

/* False with errno; close_ends is due in both cases. */
static bool open_ends(struct ends *x, struct broker_process *b, const char *config)
{
    int out[2], parent[2];
    *x = (struct ends){-1, -1, -1, -1};
    b->err = tmpfile();
    if (!b->err || fcntl(fileno(b->err), F_SETFD, FD_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0)
        return false;
    b->out = out[0];
    x->out_end = out[1];
    if (pipe2(parent, O_CLOEXEC) != 0)
        return false;
    x->parent_end = parent[0];
    b->parent_pipe = parent[1];
    return open_input(x, config);
}

static void close_one(int fd)
{
    if (fd >= 0)
        close(fd);
}

static void close_ends(const struct ends *x)
{
    close_one(x->stdin_end);
    close_one(x->out_end);
    close_one(x->parent_end);
}

static void give_config(int input, const char *config)
{
    size_t left = input >= 0 ? strlen(config) : 0;
    while (left > 0) {
        ssize_t n = send(input, config, left, MSG_NOSIGNAL);
        if (n < 0 && errno != EINTR)
            break; /* it has ended: its last words will say why */
        config += n > 0 ? n : 0;
        left -= n > 0 ? (size_t)n : 0;
    }
    if (input >= 0)
        close(input);
}

/* In a process group of its own: an interrupt from the terminal is for us to handle, then it ends with us. */
static bool spawn(struct broker_process *b, const struct broker_process_options *o, const char *program,
                  const struct ends *x)
{
    const char **arguments = mem_zalloc(
        ARGUMENTS_MAX + 2 * (o->set_count + o->without_count + o->name_count) + 1, sizeof *arguments);
    size_t count = 0;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t defaults, none;
    char pipe_text[16];
    snprintf(pipe_text, sizeof pipe_text, "%d", PARENT_PIPE_FD);
    arguments[count++] = program;
    add_argument(arguments, &count, "--profile", o->profile);
    add_argument(arguments, &count, "--clock", o->manual_clock ? "manual" : "real");
    static const char *const ports[] = {"--mqtt-port", "--web-port", "--mqtts-port", "--control-port"};
    char numbers[sizeof ports / sizeof ports[0]][16];
    for (size_t i = 0; i < sizeof ports / sizeof ports[0]; i++)
        snprintf(numbers[i], sizeof numbers[i], "%d", o->ports[i]);
    for (size_t i = 0; i < sizeof ports / sizeof ports[0]; i++)
        add_argument(arguments, &count, ports[i], numbers[i]);
    if (o->config)
        add_argument(arguments, &count, "--config", "-");
    if (o->address)
        add_argument(arguments, &count, "--bind", o->address);
    if (o->keeps_trace)
        arguments[count++] = "--trace";
    add_argument(arguments, &count, "--parent-pipe", pipe_text);
    for (size_t i = 0; i < o->set_count; i++)
        add_argument(arguments, &count, "--set", o->set[i]);
    for (size_t i = 0; i < o->without_count; i++)
        add_argument(arguments, &count, "--without", o->without[i]);
    for (size_t i = 0; i < o->name_count; i++)
        add_argument(arguments, &count, "--server-name", o->names[i]);

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, x->stdin_end, 0);
    posix_spawn_file_actions_adddup2(&actions, x->out_end, 1);
    posix_spawn_file_actions_adddup2(&actions, fileno(b->err), 2);
    posix_spawn_file_actions_adddup2(&actions, x->parent_end, PARENT_PIPE_FD);
    posix_spawnattr_init(&attributes);
    sigfillset(&defaults);
    sigemptyset(&none);
    unsetenv("IOTCONFORM_CONTROL_TOKEN"); /* our calls bring none: its control API is on loopback */
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    int result =
        posix_spawn(&b->pid, program, &actions, &attributes, (char *const *)(void *)arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    free(arguments);
    errno = result;
    return result == 0;
}

/* The first line that fd gives before timeout_ms have passed; false at the end of file or when time is out. */
static bool read_line(int fd, int64_t timeout_ms, struct buf *line)
{
    struct clock *clock = clock_new_real();
    bool found = false;
    for (;;) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        int64_t left_ms = timeout_ms - clock_now_ms(clock);
        if (left_ms <= 0 || poll(&wait, 1, (int)left_ms) == 0)
            break;
        uint8_t *room = buf_reserve(line, 512);
        ssize_t n = room ? read(fd, room, 512) : -1;
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        buf_commit(line, (size_t)n);
        size_t end = str_find(buf_str(line), '\n');
        if (end < line->len) {
            line->len = end;
            found = true;
            break;
        }
    }
    clock_free(clock);
    return found;
}

static bool await_ready(struct broker_process *b, int64_t timeout_ms)
{
    static const char *const keys[] = {"ready", "ports", "ca", NULL};
    struct problems problems = {0};
    struct buf line;
    bool ready = false;
    const char *ca;
    buf_init(&line, READY_LINE_MAX);
    if (read_line(b->out, timeout_ms, &line)) {
        b->ready = json_parse(buf_str(&line), "ready line", &problems);
        ready = b->ready && json_keys(b->ready, "", keys, &problems) &&
                cJSON_IsObject(cJSON_GetObjectItemCaseSensitive(b->ready, "ports")) &&
                json_string(b->ready, "", "ca", JSON_REQUIRED, &ca, &problems);
    }
    problems_fini(&problems);
    buf_fini(&line);
    return ready;
}

struct broker_process *broker_process_start(const struct broker_process_options *options, int64_t timeout_ms,
                                            char **error)
{
    struct broker_process *b = mem_zalloc(1, sizeof *b);
    struct ends ends;
    b->out = b->parent_pipe = -1;
    char *beside = mem_printf("%s/mock-broker", home_program_dir());
    const char *program = options->program ? options->program : beside;
    bool spawned = open_ends(&ends, b, options->config) && spawn(b, options, program, &ends);
    if (!spawned) {
        *error = mem_printf("cannot start %s: %s", program, strerror(errno));
        b->has_ended = true;
    }
    close_ends(&ends);
    give_config(ends.input, spawned ? options->config : "");
    bool ready = spawned && await_ready(b, timeout_ms);
    if (spawned && !ready) {
        kill(b->pid, SIGTERM);
        broker_process_wait_end(b, WORDS_WITHIN_MS);
        char *words = broker_process_last_words(b);
        *error = mem_printf("%s did not say that it is ready: %s", program, words);
        free(words);
    }
    free(beside);
    if (ready)
        return b;
    broker_process_stop(b, 1000, NULL);
    return NULL;
}

int broker_process_port(const struct broker_process *b, const char *name)
{
    const cJSON *ports = cJSON_GetObjectItemCaseSensitive(b->ready, "ports");
    const cJSON *port = cJSON_GetObjectItemCaseSensitive(ports, name);
    return cJSON_IsNumber(port) ? (int)port->valuedouble : 0;
}

const char *broker_process_ca(const struct broker_process *b)
{
    return json_text(b->ready, "ca");
}

bool broker_process_is_alive(struct broker_process *b)
{
    if (!b->has_ended && waitpid(b->pid, &b->status, WNOHANG) == b->pid)
        b->has_ended = true;
    return !b->has_ended;
}

static void describe_end(const struct broker_process *b, struct buf *out)
{
    if (!b->has_ended)
        buf_printf(out, "it is still running");
    else if (WIFSIGNALED(b->status))
        buf_printf(out, "it was ended by signal %d", WTERMSIG(b->status));
    else
        buf_printf(out, "it ended with exit code %d", WEXITSTATUS(b->status));
}

char *broker_process_last_words(struct broker_process *b)
{
    struct buf out;
    char tail[LAST_WORDS_MAX];
    buf_init(&out, 2 * LAST_WORDS_MAX);
    describe_end(b, &out);
    off_t size = lseek(fileno(b->err), 0, SEEK_END);
    off_t from = size > LAST_WORDS_MAX ? size - LAST_WORDS_MAX : 0;
    ssize_t n = pread(fileno(b->err), tail, sizeof tail, from);
    struct str words = str_trim((struct str){tail, n > 0 ? (size_t)n : 0});
    if (words.n > 0)
        buf_printf(&out, "; it wrote: ");
    buf_append_str(&out, words);
    char *text = mem_dup(out.data, out.len);
    buf_fini(&out);
    return text;
}

bool broker_process_wait_end(struct broker_process *b, int64_t timeout_ms)
{
    struct buf rest;
    if (!broker_process_is_alive(b))
        return true;
    buf_init(&rest, READY_LINE_MAX);
    read_line(b->out, timeout_ms, &rest); /* its output ends when it ends */
    buf_fini(&rest);
    struct pollfd wait = {.fd = b->out, .events = POLLIN};
    if (poll(&wait, 1, 0) == 0)
        return false;
    while (waitpid(b->pid, &b->status, 0) < 0 && errno == EINTR)
        continue;
    b->has_ended = true;
    return true;
}

bool broker_process_stop(struct broker_process *b, int64_t timeout_ms, char **error)
{
    /* No signal beside it: one that comes while the broker is on its way out would look like a crash. */
    close_one(b->parent_pipe);
    bool ended = broker_process_wait_end(b, timeout_ms);
    if (!ended) {
        kill(b->pid, SIGKILL);
        broker_process_wait_end(b, timeout_ms);
    }
    bool good = ended && WIFEXITED(b->status) && WEXITSTATUS(b->status) == 0;
    if (!good && error)
        *error = broker_process_last_words(b);
    close_one(b->out);
    if (b->err)
        fclose(b->err);
    cJSON_Delete(b->ready);
    free(b);
    return good;
}
