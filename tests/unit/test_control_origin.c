#include "mock-broker/control_origin.h"

#include "tests/unit/unit.h"

enum { WEB = 8443 };

static bool serves(const char *host, const char *origin, const char *fetch_site, bool has_token)
{
    const struct control_origin call = {str_of(host), str_of(origin), str_of(fetch_site), has_token, WEB};
    return control_origin_fault(&call) == NULL;
}

static void what_is_no_browser_is_served(void)
{
    CU_ASSERT_TRUE(serves("127.0.0.1:9880", NULL, NULL, false));
    CU_ASSERT_TRUE(serves("localhost:9880", NULL, NULL, false));
    CU_ASSERT_TRUE(serves("LocalHost", NULL, NULL, false));
    CU_ASSERT_TRUE(serves("[::1]:9880", NULL, NULL, false));
    CU_ASSERT_TRUE(serves("10.1.2.3:9880", NULL, NULL, false));
    CU_ASSERT_TRUE(serves("mock.localhost:9880", NULL, NULL, false));
    CU_ASSERT_TRUE(serves(NULL, NULL, NULL, false));
}

/* DNS rebinding: a name of somebody else's that leads here. */
static void a_borrowed_name_is_not(void)
{
    static const char *const hosts[] = {"evil.example",
                                        "evil.example:9880",
                                        "localhost.evil.example:9880",
                                        "127.0.0.1.evil.example",
                                        "",
                                        "[evil",
                                        "[]",
                                        "[evil]:9880",
                                        ":9880"};
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        CU_ASSERT_FALSE(serves(hosts[i], NULL, NULL, false));
        CU_ASSERT_TRUE(serves(hosts[i], NULL, NULL, true));
    }
    CU_ASSERT_FALSE(serves("evil.example:9880", "http://evil.example:9880", "same-origin", false));
}

static void our_own_pages_are(void)
{
    static const char *const origins[] = {"http://127.0.0.1:9880",  "https://127.0.0.1:9880",
                                          "https://localhost:8443", "https://127.0.0.1:8443",
                                          "https://[::1]:8443",     "http://localhost:8443"};
    for (size_t i = 0; i < sizeof origins / sizeof origins[0]; i++)
        CU_ASSERT_TRUE(serves("127.0.0.1:9880", origins[i], "cross-site", false));
    CU_ASSERT_TRUE(serves("mock.lan:9880", "http://mock.lan:9880", "same-origin", true));
}

static void foreign_pages_are_not(void)
{
    static const char *const origins[] = {"null",
                                          "",
                                          "https://evil.example",
                                          "https://localhost",
                                          "https://localhost:8444",
                                          "http://127.0.0.1:9881",
                                          "https://127.0.0.1.evil.example:8443",
                                          "ftp://localhost:8443",
                                          "https://localhost:8443.evil.example",
                                          "https://localhost:08443x",
                                          "https://user@localhost:8443",
                                          "file://",
                                          "https://evil.example:8443"};
    for (size_t i = 0; i < sizeof origins / sizeof origins[0]; i++) {
        CU_ASSERT_FALSE(serves("127.0.0.1:9880", origins[i], NULL, false));
        CU_ASSERT_FALSE(serves("127.0.0.1:9880", origins[i], NULL, true));
    }
    CU_ASSERT_FALSE(serves("127.0.0.1:9880", NULL, "cross-site", false));
    CU_ASSERT_FALSE(serves("127.0.0.1:9880", NULL, "same-site", false));
    CU_ASSERT_TRUE(serves("127.0.0.1:9880", NULL, "none", false));
    CU_ASSERT_TRUE(serves("127.0.0.1:9880", NULL, "same-origin", false));
}

void unit_control_origin(void)
{
    UNIT(what_is_no_browser_is_served);
    UNIT(a_borrowed_name_is_not);
    UNIT(our_own_pages_are);
    UNIT(foreign_pages_are_not);
}
