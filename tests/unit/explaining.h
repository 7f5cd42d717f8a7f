/* For the tests of lib/rules/explain*: the documents' worked example as a request, and the vectors as requests. */
#ifndef TESTS_UNIT_EXPLAINING_H
#define TESTS_UNIT_EXPLAINING_H

#include "harness/explain_request.h"

#include "tests/unit/unit.h"

/* The worked example (SIG-12); change what is to be wrong. */
static inline void example_request(struct explain_request *request, const struct profile *profile)
{
    explain_request_init(request, profile);
    request->packet.client_id = STR("12345|securemode=3,signmethod=hmacsha1,timestamp=789|");
    request->packet.username = STR("device&pk");
    request->packet.password = STR("fafd82a3d602b37fb0fa8b7892f24a477f851a14");
    request->packet.has_username = request->packet.has_password = true;
    request->product_key = STR("pk");
    request->device_name = STR("device");
    request->device_secret = STR("secret");
}

static inline struct profile profile_named(const char *name)
{
    struct profile profile;
    struct problems problems = {0};
    CU_ASSERT_TRUE_FATAL(profile_load(&profile, name, &problems));
    return profile;
}

#endif
