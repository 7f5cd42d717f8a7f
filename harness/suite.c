#include "suite.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "harness/case_file.h"
#include "lib/base/home.h"
#include "lib/base/json.h"
#include "lib/base/map.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"

enum { FOLDER_DEPTH_MAX = 8 };

static int is_json(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && str_ends(str_of(entry->d_name), STR(".json"));
}

static bool load_profiles(struct suite *suite, struct problems *problems)
{
    char *folder = home_path("suites/profiles");
    struct dirent **names;
    int count = scandir(folder, &names, is_json, alphasort);
    bool good = count > 0;
    if (count <= 0)
        problems_add(problems, folder, "there are no profiles");
    if (count > 0)
        suite->profiles = mem_zalloc((size_t)count, sizeof *suite->profiles);
    for (int i = 0; i < count; i++) {
        char *name = mem_dup(names[i]->d_name, strlen(names[i]->d_name) - strlen(".json"));
        good = profile_load(&suite->profiles[suite->profile_count++], name, problems) && good;
        free(name);
        free(names[i]);
    }
    if (count >= 0)
        free(names);
    free(folder);
    return good;
}

bool suite_prepare(struct suite *suite, struct problems *problems)
{
    *suite = (struct suite){0};
    suite->ledger = ledger_load(problems);
    return load_profiles(suite, problems) && suite->ledger != NULL;
}

/* A file's cases are read into this suite. */
struct loading {
    struct suite *suite;
    const char *name;
};

static void load_case(void *ctx, const cJSON *object, const char *path, struct problems *problems)
{
    const struct loading *l = ctx;
    struct suite *suite = l->suite;
    const struct testcase_context context = {suite->ledger, suite->profiles, suite->profile_count,
                                             suite->device};
    testcase_load(object, l->name, path, &context, &suite->cases, problems);
}

static void load_cases(struct suite *suite, const cJSON *file, const char *name, struct problems *problems)
{
    struct loading loading = {suite, name};
    case_file_each(file, name, load_case, &loading, problems);
}

void suite_load_text(struct suite *suite, struct str text, const char *name, struct problems *problems)
{
    cJSON *file = json_parse(text, name, problems);
    if (file)
        load_cases(suite, file, name, problems);
    cJSON_Delete(file);
    suite->file_count++;
}

/* Paths below home_dir() are shown without it. */
static const char *shown_name(const char *file)
{
    struct str home = str_of(home_dir());
    bool inside = str_starts(str_of(file), home) && file[home.n] == '/';
    return inside ? file + home.n + 1 : file;
}

static void load_file(struct suite *suite, const char *file, struct problems *problems)
{
    struct problems wrong = {0};
    cJSON *tree = json_parse_file(file, &wrong);
    for (size_t i = 0; i < wrong.count; i++)
        problems_add(problems, shown_name(wrong.items[i].path), "%s", wrong.items[i].text);
    problems_fini(&wrong);
    if (tree)
        load_cases(suite, tree, shown_name(file), problems);
    cJSON_Delete(tree);
    suite->file_count++;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void load_folder(struct suite *suite, const char *folder, int depth, struct problems *problems)
{
    struct dirent **names;
    int count = scandir(folder, &names, is_visible, alphasort);
    if (count < 0) {
        problems_add(problems, folder, "cannot be read: %s", strerror(errno));
        return;
    }
    for (int i = 0; i < count; i++) {
        char *path = mem_printf("%s/%s", folder, names[i]->d_name);
        struct stat status;
        bool found = stat(path, &status) == 0;
        if (found && S_ISDIR(status.st_mode) && depth < FOLDER_DEPTH_MAX)
            load_folder(suite, path, depth + 1, problems);
        else if (found && S_ISREG(status.st_mode) && is_json(names[i]))
            load_file(suite, path, problems);
        free(path);
        free(names[i]);
    }
    free(names);
}

static void check_ids(const struct suite *suite, struct problems *problems)
{
    struct map *ids = map_new();
    const char *reported = "";
    for (size_t i = 0; i < suite->cases.count; i++) {
        struct testcase *test = suite->cases.items[i];
        const struct testcase *other = map_get(ids, str_of(test->base_id));
        if (!other)
            map_put(ids, str_of(test->base_id), test);
        else if (strcmp(other->path, test->path) != 0 && strcmp(reported, test->path) != 0)
            problems_add(problems, reported = test->path, "the id '%s' is that of %s", test->base_id,
                         other->path);
    }
    map_free(ids);
}

/* A folder, or one file. */
static void load_path(struct suite *suite, const char *path, struct problems *problems)
{
    struct stat status;
    if (stat(path, &status) == 0 && S_ISREG(status.st_mode))
        load_file(suite, path, problems);
    else
        load_folder(suite, path, 0, problems);
}

/* Cases about devices are the same in all profiles; for lists the latest one will do. */
static void load_devices(struct suite *suite, struct problems *problems)
{
    cJSON *device = cJSON_Parse("{\"productKey\":\"pk\",\"deviceName\":\"device\"}");
    const struct device_case_context context = {suite->ledger, &suite->profiles[suite->profile_count - 1],
                                                device};
    device_cases_load(&suite->devices, NULL, &context, problems);
    cJSON_Delete(device);
}

bool suite_load(struct suite *suite, const char *dir, struct problems *problems)
{
    return suite_load_as(suite, dir, NULL, problems);
}

bool suite_load_as(struct suite *suite, const char *dir, const cJSON *device, struct problems *problems)
{
    size_t before = problems->count;
    if (!suite_prepare(suite, problems))
        return false;
    suite->device = device;
    if (dir) {
        load_path(suite, dir, problems);
    } else {
        char *folder = home_path("suites/platform");
        load_path(suite, folder, problems);
        load_devices(suite, problems);
        free(folder);
    }
    suite->device = NULL;
    check_ids(suite, problems);
    return problems->count == before;
}

void suite_fini(struct suite *suite)
{
    testcases_fini(&suite->cases);
    device_cases_fini(&suite->devices);
    ledger_free(suite->ledger);
    free(suite->profiles);
    *suite = (struct suite){0};
}
