#include "report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/check.h"
#include "lib/base/mem.h"

/* One run, or one requirement, a line: to be read by programs, yet found by grep and compared by diff. */
static void put_items(struct sheet *out, const cJSON *list)
{
    const cJSON *item;
    sheet_put(out, "[");
    cJSON_ArrayForEach(item, list)
    {
        char *text = cJSON_PrintUnformatted(item);
        CHECK(text != NULL);
        sheet_put(out, item == list->child ? "\n" : ",\n");
        sheet_put(out, text);
        cJSON_free(text);
    }
    sheet_put(out, list->child ? "\n]" : "]");
}

static void report_json(const cJSON *results, struct sheet *out)
{
    const cJSON *member;
    if (!cJSON_IsObject(results)) {
        put_items(out, results);
        return;
    }
    sheet_put(out, "{");
    cJSON_ArrayForEach(member, results)
    {
        char *text = cJSON_IsArray(member) ? NULL : cJSON_PrintUnformatted(member);
        sheet_put(out, member == results->child ? "\n" : ",\n");
        sheet_quoted(out, member->string);
        sheet_put(out, ": ");
        if (text)
            sheet_put(out, text);
        else
            put_items(out, member);
        cJSON_free(text);
    }
    sheet_put(out, "\n}\n");
}

const struct reporter reporters[] = {
    {"json", "results.json", report_json, NULL},       {"html", "index.html", report_html, report_html_pages},
    {"junit", "junit.xml", report_junit, NULL},        {"tap", "results.tap", report_tap, NULL},
    {"markdown", "summary.md", report_markdown, NULL}, {NULL, NULL, NULL, NULL}};

static const struct reporter *reporter_named(struct str name)
{
    const struct reporter *r = reporters;
    while (r->name && !str_is(name, r->name))
        r++;
    return r->name ? r : NULL;
}

static void unknown_reporter(struct str name, struct problems *problems)
{
    struct buf known;
    buf_init(&known, 1024);
    for (const struct reporter *r = reporters; r->name; r++)
        buf_printf(&known, "%s%s", r == reporters ? "" : ", ", r->name);
    problems_add(problems, "--reporter", "\"%.*s\" is none of %s", STR_ARG(name), buf_cstr(&known));
    buf_fini(&known);
}

/* Marks the rows of the table that a comma list names; false with a problem for each that is not there. */
static bool choose(const char *chosen, bool *marks, struct problems *problems)
{
    bool good = true;
    struct str rest = str_of(chosen);
    for (bool more = true; more;) {
        size_t comma = str_find(rest, ',');
        struct str name = {rest.p, comma};
        const struct reporter *r = reporter_named(name);
        if (r)
            marks[r - reporters] = true;
        else
            unknown_reporter(name, problems);
        good &= r != NULL;
        more = comma < rest.n;
        if (more)
            rest = (struct str){rest.p + comma + 1, rest.n - comma - 1};
    }
    return good;
}

/* mkdir -p. */
int report_make_folder(const char *dir, struct problems *problems)
{
    char *path = mem_strdup(dir);
    int result = 0;
    for (char *p = path + (*path == '/');; p++) {
        char c = *p;
        if (c && c != '/')
            continue;
        *p = 0;
        if (*path && mkdir(path, 0777) != 0 && errno != EEXIST) {
            problems_add(problems, path, "cannot be made: %s", strerror(errno));
            result = -1;
        }
        *p = c;
        if (!c || result)
            break;
    }
    struct stat found;
    bool is_folder = stat(dir, &found) == 0 && S_ISDIR(found.st_mode);
    if (!result && (!is_folder || access(dir, W_OK) != 0)) {
        problems_add(problems, dir, is_folder ? "may not be written to" : "is no folder");
        result = -1;
    }
    free(path);
    return result;
}

/* Where files go and what went wrong there. */
struct folder {
    const char *dir;
    struct problems *problems;
    bool failed;
};

static void write_file(void *ctx, const char *file, const struct sheet *sheet)
{
    struct folder *folder = ctx;
    char *path = mem_printf("%s/%s", folder->dir, file);
    FILE *f = sheet->full ? NULL : fopen(path, "wb");
    bool written = f && fwrite(sheet->bytes.data, 1, sheet->bytes.len, f) == sheet->bytes.len;
    bool closed = f && fclose(f) == 0;
    if (!written || !closed)
        problems_add(folder->problems, path, "cannot be written: %s",
                     sheet->full ? "too large" : strerror(errno));
    folder->failed |= !written || !closed;
    free(path);
}

/* Pages of a report that stood here before: this one may have fewer. */
static void remove_pages(const char *dir)
{
    char name[REPORT_PAGE_SIZE];
    for (size_t area = 0; report_html_page(area, 1, name); area++)
        for (unsigned page = 1; report_html_page(area, page, name); page++) {
            char *path = mem_printf("%s/%s", dir, name);
            bool gone = unlink(path) != 0;
            free(path);
            if (gone)
                break;
        }
}

static int write_one(const struct reporter *reporter, const cJSON *results, const char *dir,
                     struct problems *problems)
{
    struct folder folder = {dir, problems, false};
    struct sheet sheet;
    sheet_init(&sheet);
    reporter->render(results, &sheet);
    write_file(&folder, reporter->file, &sheet);
    sheet_fini(&sheet);
    if (reporter->pages) {
        remove_pages(dir);
        reporter->pages(results, write_file, &folder);
    }
    return folder.failed ? -1 : 0;
}

static void add_no_reporter(struct str name, struct problems *problems)
{
    struct buf names;
    buf_init(&names, 256);
    for (const struct reporter *r = reporters; r->name; r++)
        buf_printf(&names, "%s%s", names.len ? ", " : "", r->name);
    problems_add(problems, "--reporter", "there is no reporter '%.*s', but %s", STR_ARG(name),
                 buf_cstr(&names));
    buf_fini(&names);
}

char *report_choice(const char *chosen, struct problems *problems)
{
    struct buf kept;
    struct str rest = str_of(chosen);
    buf_init(&kept, 4096);
    while (rest.n > 0) {
        struct str name = {rest.p, str_find(rest, ',')};
        bool known = false;
        for (const struct reporter *r = reporters; r->name; r++)
            known = known || str_is(name, r->name);
        if (known)
            buf_printf(&kept, "%s%.*s", kept.len ? "," : "", STR_ARG(name));
        else if (!str_is(name, "human"))
            add_no_reporter(name, problems);
        rest = name.n < rest.n ? (struct str){rest.p + name.n + 1, rest.n - name.n - 1} : (struct str){0};
    }
    char *text = chosen ? mem_dup(kept.data, kept.len) : NULL;
    buf_fini(&kept);
    return text;
}

int report_write(const cJSON *results, const char *dir, const char *chosen, struct problems *problems)
{
    bool marks[sizeof reporters / sizeof reporters[0]] = {false};
    for (size_t i = 0; !chosen && reporters[i].name; i++)
        marks[i] = true;
    if (chosen && !choose(chosen, marks, problems))
        return -1;
    if (report_make_folder(dir, problems) != 0)
        return -1;
    int result = 0;
    /* Rendering trusts the form; the first row keeps what there is, whatever its form. */
    if (marks[0])
        result |= write_one(&reporters[0], results, dir, problems);
    if (!report_check(results, "results.json", problems))
        return -1;
    for (size_t i = 1; reporters[i].name; i++)
        if (marks[i])
            result |= write_one(&reporters[i], results, dir, problems);
    return result | report_manifest(results, dir, problems);
}
