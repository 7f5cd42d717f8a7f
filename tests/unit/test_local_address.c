#include "lib/net/local_address.h"

#include "tests/unit/unit.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

static void a_port_that_is_taken_is_found_and_a_free_one_is_left_free(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof to;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CU_ASSERT_EQUAL_FATAL(bind(fd, (const struct sockaddr *)&to, size), 0);
    CU_ASSERT_EQUAL_FATAL(listen(fd, 1), 0);
    CU_ASSERT_EQUAL_FATAL(getsockname(fd, (struct sockaddr *)&to, &size), 0);
    int port = ntohs(to.sin_port);
    CU_ASSERT_EQUAL(local_address_try("127.0.0.1", port), EADDRINUSE);
    CU_ASSERT_EQUAL(local_address_try("127.0.0.1", 0), 0);
    close(fd);
    CU_ASSERT_EQUAL(local_address_try("127.0.0.1", port), 0);
    CU_ASSERT_EQUAL(local_address_try("127.0.0.1", port), 0);
}

static void an_address_of_somebody_else_is_found(void)
{
    CU_ASSERT_EQUAL(local_address_try("203.0.113.9", 0), EADDRNOTAVAIL);
    CU_ASSERT_EQUAL(local_address_try("localhost", 0), EINVAL);
    CU_ASSERT_EQUAL(local_address_try("127.0.0.1", 65536), EINVAL);
}

void unit_local_address(void)
{
    UNIT(a_port_that_is_taken_is_found_and_a_free_one_is_left_free);
    UNIT(an_address_of_somebody_else_is_found);
}
