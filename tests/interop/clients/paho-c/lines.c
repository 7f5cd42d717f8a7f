#include "lines.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 65536 };

static char name[64];
static int pipe_of_wakes[2];
static pthread_mutex_t output = PTHREAD_MUTEX_INITIALIZER;

static const cJSON *member_of(const struct command *command, const char *member)
{
    return cJSON_GetObjectItemCaseSensitive(command->json, member);
}

const char *lines_text(const struct command *command, const char *member)
{
    return cJSON_GetStringValue(member_of(command, member));
}

int lines_number(const struct command *command, const char *member)
{
    const cJSON *item = member_of(command, member);
    return cJSON_IsTrue(item) ? 1 : item ? item->valueint : 0;
}

const char *lines_uri(const struct command *command)
{
    static char uri[256];
    const char *transport = lines_text(command, "transport");
    const char *scheme = strcmp(transport, "tls") == 0 ? "ssl" : transport;
    bool web = transport[0] == 'w';
    snprintf(uri, sizeof uri, "%s://%s:%d%s", scheme, lines_text(command, "host"),
             lines_number(command, "port"), web ? "/mqtt" : "");
    return uri;
}

void lines_say(const char *event, const char *extra)
{
    pthread_mutex_lock(&output);
    printf("{\"as\":\"%s\",\"event\":\"%s\"%s}\n", name, event, extra);
    fflush(stdout);
    pthread_mutex_unlock(&output);
}

void lines_say_message(const char *topic, const char *payload, int payload_bytes, int qos, bool dup)
{
    char text[4096], extra[8192];
    snprintf(text, sizeof text, "%.*s", payload_bytes, payload);
    cJSON *escaped = cJSON_CreateString(text);
    char *quoted = cJSON_PrintUnformatted(escaped);
    snprintf(extra, sizeof extra, ",\"topic\":\"%s\",\"payload\":%s,\"qos\":%d,\"dup\":%s", topic, quoted,
             qos, dup ? "true" : "false");
    cJSON_free(quoted);
    cJSON_Delete(escaped);
    lines_say("message", extra);
}

void lines_wake(void)
{
    if (write(pipe_of_wakes[1], "", 1) < 0)
        perror("wake");
}

static void take_line(const char *line, void (*take)(const struct command *command))
{
    struct command command = {.json = cJSON_Parse(line)};
    if (!command.json)
        return;
    command.what = lines_text(&command, "do");
    command.topic = lines_text(&command, "topic");
    command.payload = lines_text(&command, "payload");
    command.qos = lines_number(&command, "qos");
    if (!name[0])
        snprintf(name, sizeof name, "%s", lines_text(&command, "as"));
    take(&command);
    cJSON_Delete(command.json);
}

/* The whole lines in the buffer are taken; what is behind them moves to its front. Gives how much that is. */
static size_t take_lines(char *buffer, size_t filled, void (*take)(const struct command *command))
{
    char *at = buffer, *end;
    buffer[filled] = 0;
    while ((end = strchr(at, '\n')) != NULL) {
        *end = 0;
        take_line(at, take);
        at = end + 1;
    }
    size_t rest = filled - (size_t)(at - buffer);
    memmove(buffer, at, rest);
    return rest;
}

void lines_serve(void (*take)(const struct command *command), void (*wake)(void))
{
    static char buffer[LINE_MAX_BYTES];
    size_t filled = 0;
    if (pipe(pipe_of_wakes) != 0)
        return;
    struct pollfd fds[2] = {{STDIN_FILENO, POLLIN, 0}, {pipe_of_wakes[0], POLLIN, 0}};
    while (poll(fds, 2, -1) >= 0) {
        char byte;
        if (fds[1].revents && read(pipe_of_wakes[0], &byte, 1) == 1)
            wake();
        if (!fds[0].revents)
            continue;
        ssize_t got = read(STDIN_FILENO, buffer + filled, sizeof buffer - 1 - filled);
        if (got <= 0)
            return;
        filled = take_lines(buffer, filled + (size_t)got, take);
    }
}
