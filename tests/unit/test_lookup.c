#include "lib/net/lookup.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#include "lib/net/address.h"
#include "tests/unit/unit.h"

static void addresses_are_found_at_once(void)
{
    static const char *const hosts[] = {"127.0.0.1", "::1"};
    static const char *const texts[] = {"127.0.0.1:1883", "[::1]:1883"};
    for (size_t i = 0; i < 2; i++) {
        struct addrinfo *found;
        char text[ADDRESS_TEXT_SIZE];
        CU_ASSERT_EQUAL_FATAL(lookup_host(hosts[i], 1883, 0, &found), 0);
        address_text(found->ai_addr, text);
        CU_ASSERT_STRING_EQUAL(text, texts[i]);
        CU_ASSERT_PTR_NULL(found->ai_next);
        freeaddrinfo(found);
    }
}

static void names_are_found(void)
{
    struct addrinfo *found;
    CU_ASSERT_EQUAL_FATAL(lookup_host("localhost", 1883, 5000, &found), 0);
    CU_ASSERT_EQUAL(address_port(found->ai_addr), 1883);
    freeaddrinfo(found);
}

static void what_is_not_found_has_a_reason(void)
{
    struct addrinfo *found;
    int result = lookup_host("no such host", 1883, 60000, &found);
    CU_ASSERT_TRUE(result != 0 && result != LOOKUP_TOO_LATE);
    CU_ASSERT_PTR_NULL(found);
    CU_ASSERT_TRUE(strlen(lookup_error(result)) > 0);
    CU_ASSERT_EQUAL(lookup_host("127.0.0.1", 0, 5000, &found), EAI_SERVICE);
    CU_ASSERT_EQUAL(lookup_host("127.0.0.1", 65536, 5000, &found), EAI_SERVICE);
    CU_ASSERT_EQUAL(lookup_host("127.0.0.1", -1, 5000, &found), EAI_SERVICE);
}

/* Whoever is too late leaves a lookup behind, which frees what it shares: the sanitizers look at that. A thread would have to read
 * the machine's table of hosts faster than its creator goes on to come first; it may do so once, and not every time. */
static void a_lookup_may_be_too_late(void)
{
    struct addrinfo *found;
    int late = 0, other = 0;
    for (int i = 0; i < 20; i++) {
        int result = lookup_host("localhost", 1883, 0, &found);
        late += result == LOOKUP_TOO_LATE;
        other += result != LOOKUP_TOO_LATE && result != 0;
        if (found)
            freeaddrinfo(found);
    }
    CU_ASSERT_TRUE(late > 0);
    CU_ASSERT_EQUAL(other, 0);
    CU_ASSERT_STRING_EQUAL(lookup_error(LOOKUP_TOO_LATE), "it takes too long");
}

static void without_a_thread_that_is_said(void)
{
    struct addrinfo *found;
    pthread_attr_t before, huge;
    CU_ASSERT_EQUAL_FATAL(pthread_getattr_default_np(&before), 0);
    CU_ASSERT_EQUAL_FATAL(pthread_attr_init(&huge), 0);
    /* more than there are addresses */
    CU_ASSERT_EQUAL_FATAL(pthread_attr_setstacksize(&huge, (size_t)1 << 50), 0);
    CU_ASSERT_EQUAL_FATAL(pthread_setattr_default_np(&huge), 0);
    int result = lookup_host("localhost", 1883, 60000, &found);
    CU_ASSERT_EQUAL(pthread_setattr_default_np(&before), 0);
    CU_ASSERT_EQUAL(result, LOOKUP_NO_THREAD);
    CU_ASSERT_PTR_NULL(found);
    CU_ASSERT_STRING_EQUAL(lookup_error(result), "the system gives no thread to look it up in");
    pthread_attr_destroy(&huge);
    pthread_attr_destroy(&before);
}

/* What the system's getaddrinfo is to say of names; 0: what it finds. What it says by itself when it has no descriptor left depends on
 * the machine. */
static atomic_int says, says_errno;

int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **found)
{
    if (says && !(hints->ai_flags & AI_NUMERICHOST)) {
        errno = says_errno;
        return says;
    }
    int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
    return real(host, service, hints, found);
}

static void what_the_system_says_is_kept(void)
{
    static const struct {
        int says, says_errno, result;
    } rows[] = {{EAI_SYSTEM, ENETDOWN, LOOKUP_ERRNO + ENETDOWN},
                {EAI_SYSTEM, EMFILE, LOOKUP_ERRNO + EMFILE},
                {EAI_NONAME, EMFILE, LOOKUP_ERRNO + EMFILE},
                {EAI_NONAME, ENOENT, EAI_NONAME},
                {EAI_AGAIN, 0, EAI_AGAIN}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct addrinfo *found;
        says = rows[i].says;
        says_errno = rows[i].says_errno;
        CU_ASSERT_EQUAL(lookup_host("localhost", 1883, 60000, &found), rows[i].result);
        CU_ASSERT_PTR_NULL(found);
    }
    says = 0;
    CU_ASSERT_STRING_EQUAL(lookup_error(LOOKUP_ERRNO + EMFILE), strerror(EMFILE));
    CU_ASSERT_STRING_EQUAL(lookup_error(EAI_NONAME), gai_strerror(EAI_NONAME));
}

void unit_lookup(void)
{
    UNIT(addresses_are_found_at_once);
    UNIT(names_are_found);
    UNIT(what_is_not_found_has_a_reason);
    UNIT(a_lookup_may_be_too_late);
    UNIT(without_a_thread_that_is_said);
    UNIT(what_the_system_says_is_kept);
}
