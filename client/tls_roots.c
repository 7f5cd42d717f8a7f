#include "tls_roots.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/list.h"
#include "lib/base/mem.h"
#include "lib/net/tls.h"

struct tls_roots {
    struct list link;
    char *pem;
    struct tls_client *client;
    unsigned users;
};

/* All that somebody has. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct list all = {&all, &all};

static struct tls_roots *find(const char *pem)
{
    LIST_EACH(&all, at)
    {
        struct tls_roots *roots = LIST_ITEM(at, struct tls_roots, link);
        if (strcmp(roots->pem, pem) == 0)
            return roots;
    }
    return NULL;
}

static struct tls_roots *make(const char *pem, const char **error)
{
    struct tls_client *client = tls_client_new_text(pem, error);
    if (!client)
        return NULL;
    struct tls_roots *roots = mem_zalloc(1, sizeof *roots);
    roots->pem = mem_strdup(pem);
    roots->client = client;
    list_add_last(&all, &roots->link);
    return roots;
}

struct tls_roots *tls_roots_get(const char *pem, const char **error)
{
    pthread_mutex_lock(&lock);
    struct tls_roots *roots = find(pem);
    if (!roots)
        roots = make(pem, error);
    if (roots)
        roots->users++;
    pthread_mutex_unlock(&lock);
    return roots;
}

void tls_roots_put(struct tls_roots *roots)
{
    if (!roots)
        return;
    pthread_mutex_lock(&lock);
    if (--roots->users == 0) {
        list_remove(&roots->link);
        tls_client_free(roots->client);
        free(roots->pem);
        free(roots);
    }
    pthread_mutex_unlock(&lock);
}

struct tls_client *tls_roots_client(const struct tls_roots *roots)
{
    return roots ? roots->client : NULL;
}
