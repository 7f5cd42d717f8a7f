#include "lib/base/home.h"

#include <stdbool.h>
#include <string.h>

#include "tests/unit/dying.h"

/* The folders are found once a process. A second copy of the code under other names starts anew in each child. */
#define home_dir         fresh_home_dir
#define home_path        fresh_home_path
#define home_program_dir fresh_home_program_dir
#define home_certs_dir   fresh_home_certs_dir
const char *fresh_home_dir(void);
char *fresh_home_path(const char *path);
const char *fresh_home_program_dir(void);
char *fresh_home_certs_dir(void);
#include "lib/base/home.c"
#undef home_dir
#undef home_path
#undef home_program_dir
#undef home_certs_dir

static void print_with_variable(void)
{
    setenv("IOTCONFORM_HOME", "/some/where", 1);
    char *path = fresh_home_path("suites/x.json");
    fprintf(stderr, "%s %s", fresh_home_dir(), path);
    free(path);
    setenv("IOTCONFORM_HOME", "/else/where", 1);
    fprintf(stderr, " %s", fresh_home_dir());
}

static void print_without_variable(void)
{
    unsetenv("IOTCONFORM_HOME");
    fprintf(stderr, "%s", fresh_home_dir());
}

static void print_with_empty_variable(void)
{
    setenv("IOTCONFORM_HOME", "", 1);
    fprintf(stderr, "%s", fresh_home_dir());
}

static void the_variable_rules(void)
{
    char said[1024];
    dying(print_with_variable, said, sizeof said);
    CU_ASSERT_STRING_EQUAL(said, "/some/where /some/where/suites/x.json /some/where");
}

/* The nearest folder above the program that holds suites/profiles, else the installation's. */
static void without_it_the_folder_is_looked_for(void)
{
    char said[1024], empty[1024], probe[1100];
    dying(print_without_variable, said, sizeof said);
    dying(print_with_empty_variable, empty, sizeof empty);
    CU_ASSERT_STRING_EQUAL(said, empty);
    snprintf(probe, sizeof probe, "%s/suites/profiles", said);
    size_t n = strlen(said);
    bool above = access(probe, R_OK) == 0 && strncmp(home_program_dir(), said, n) == 0;
    CU_ASSERT_TRUE(above || strcmp(said, "/usr/local/share/iotconform") == 0);
    char *path = home_path("a/b");
    CU_ASSERT_TRUE(strlen(path) > 4 && strcmp(path + strlen(path) - 4, "/a/b") == 0);
    free(path);
}

static const struct certificates_row {
    const char *home, *state, *user, *certs;
} certificates_rows[] = {
    {"/work/tree", "/s", "/h", "/work/tree/certs/out"},
    {"/opt/x/share/iotconform", "/s", "/h", "/s/iotconform/certs"},
    {"/opt/x/share/iotconform", "", "/h", "/h/.local/state/iotconform/certs"},
    {"/opt/x/share/iotconform", "no/absolute/path", "/h", "/h/.local/state/iotconform/certs"},
    {"/opt/x/share/iotconform", "", "", "nowhere"},
};
static const struct certificates_row *certificates_at;

static void print_certificates(void)
{
    setenv("IOTCONFORM_HOME", certificates_at->home, 1);
    setenv("XDG_STATE_HOME", certificates_at->state, 1);
    setenv("HOME", certificates_at->user, 1);
    char *dir = fresh_home_certs_dir();
    fprintf(stderr, "%s", dir ? dir : "nowhere");
    free(dir);
}

static void certificates_of_an_installation_are_the_users(void)
{
    for (size_t i = 0; i < sizeof certificates_rows / sizeof certificates_rows[0]; i++) {
        char said[1024];
        certificates_at = &certificates_rows[i];
        dying(print_certificates, said, sizeof said);
        CU_ASSERT_STRING_EQUAL(said, certificates_at->certs);
    }
}

static void the_program_lies_in_its_folder(void)
{
    const char *dir = home_program_dir();
    size_t n = strlen(dir);
    CU_ASSERT_TRUE(n > 0 && dir[0] == '/' && (n == 1 || dir[n - 1] != '/'));
    CU_ASSERT_EQUAL(access(dir, X_OK), 0);
    CU_ASSERT_PTR_EQUAL(home_program_dir(), dir);
}

void unit_home(void)
{
    UNIT(the_variable_rules);
    UNIT(without_it_the_folder_is_looked_for);
    UNIT(certificates_of_an_installation_are_the_users);
    UNIT(the_program_lies_in_its_folder);
}
