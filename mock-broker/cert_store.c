#include "cert_store.h"

#include "host_names.h"

#include "lib/base/clock.h"
#include "lib/base/home.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/net/tls.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Against real time, whatever our clock says: that is what devices compare with. */
static bool is_valid_now(struct tls_server *tls)
{
    struct clock *clock = clock_new_real();
    int64_t now_ms = clock_wall_ms(clock);
    clock_free(clock);
    return tls_server_is_valid_at(tls, now_ms / 1000);
}

/* make-certs holds a lock on the folder while it works: a certificate is never read with another one's key. */
static struct tls_server *load(const char *folder, const char **error)
{
    int lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    while (lock >= 0 && flock(lock, LOCK_SH) != 0 && errno == EINTR)
        continue;
    struct tls_server *tls = tls_server_new(folder, error);
    if (lock >= 0)
        close(lock);
    return tls;
}

static bool run(const char *program, char *const *arguments)
{
    posix_spawn_file_actions_t actions;
    pid_t child;
    int status = 0;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, 2, 1); /* standard output is for the ready line */
    errno = posix_spawn(&child, program, &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (errno != 0) {
        log_line(LOG_ERROR, "%s: %s", program, strerror(errno));
        return false;
    }
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* certs/make-certs --region REGION --name NAME... FOLDER. The words are borrowed and not changed; execve's type says otherwise. */
static bool make(const struct cert_wish *wish, const char *folder)
{
    char *program = home_path("certs/make-certs");
    const char **words = mem_zalloc(2 * wish->own_count + 5, sizeof *words);
    size_t count = 0;
    words[count++] = program;
    words[count++] = "--region";
    words[count++] = wish->region;
    for (size_t i = 0; i < wish->own_count; i++) {
        words[count++] = "--name";
        words[count++] = wish->own_names[i];
    }
    words[count++] = folder;
    bool made = run(program, (char *const *)(void *)words);
    free(words);
    free(program);
    return made;
}

/* The first name that is not carried; NULL when all are. */
static const char *missing_name(struct tls_server *tls, const struct cert_wish *wish, bool all)
{
    for (size_t i = 0; all && i < wish->names->count; i++)
        if (!tls_server_has_name(tls, wish->names->items[i]))
            return wish->names->items[i];
    for (size_t i = 0; i < wish->own_count; i++)
        if (!tls_server_has_name(tls, wish->own_names[i]))
            return wish->own_names[i];
    return NULL;
}

static void warn(struct tls_server *tls, const struct cert_wish *wish, const char *place, bool all)
{
    const char *missing = missing_name(tls, wish, all);
    if (missing)
        log_line(LOG_WARNING, "certificates in %s do not carry %s: a device that checks names will not come",
                 place, missing);
    if (!is_valid_now(tls))
        log_line(LOG_WARNING,
                 "certificates in %s are out of date: a device that knows the time will not come", place);
}

/* Those that devices must not accept; a folder of an older version has none. */
static bool has_bad_ones(const char *folder)
{
    char *bad = mem_printf("%s/bad", folder);
    bool has = access(bad, X_OK) == 0;
    free(bad);
    return has;
}

static struct tls_server *open_own(const struct cert_wish *wish, const char *folder, const char **error)
{
    struct tls_server *tls = load(folder, error);
    if (tls && is_valid_now(tls) && !missing_name(tls, wish, true) && has_bad_ones(folder))
        return tls;
    if (!make(wish, folder) && !tls) {
        *error = "they could not be made";
        return NULL;
    }
    tls_server_free(tls);
    return load(folder, error);
}

static struct tls_server *open_given(const struct cert_wish *wish, const char **error)
{
    return wish->cert ? tls_server_new_files(wish->cert, wish->key, error) : load(wish->folder, error);
}

struct tls_server *cert_store_open(const struct cert_wish *wish, char **folder)
{
    const char *error = "", *given = wish->cert ? wish->cert : wish->folder;
    *folder = wish->folder ? mem_strdup(wish->folder) : home_certs_dir();
    if (!*folder) {
        log_line(LOG_ERROR,
                 "neither XDG_STATE_HOME nor HOME says where certificates are kept; --certs DIR does");
        return NULL;
    }
    struct tls_server *tls = given ? open_given(wish, &error) : open_own(wish, *folder, &error);
    const char *place = given ? given : *folder;
    if (!tls)
        log_line(LOG_ERROR, "certificates in %s: %s (certs/make-certs makes them)", place, error);
    else
        warn(tls, wish, place, !given);
    return tls;
}
