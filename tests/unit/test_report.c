/* The sample of reports/sample in every format, byte by byte; and what report_write leaves in a folder. Runs from the top of the
 * project, as every test does. */
#include "harness/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "tests/unit/unit.h"

static cJSON *sample(void)
{
    struct problems problems = {0};
    cJSON *results = json_parse_file("reports/sample/results.json", &problems);
    CU_ASSERT_PTR_NOT_NULL_FATAL(results);
    problems_fini(&problems);
    return results;
}

static bool read_whole(const char *path, struct buf *out)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return false;
    uint8_t chunk[4096];
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, f)) > 0;)
        buf_append(out, chunk, n);
    fclose(f);
    return true;
}

static void compare(void *ctx, const char *file, const struct sheet *page)
{
    (void)ctx;
    struct buf golden;
    char *path = mem_printf("reports/sample/%s", file);
    buf_init(&golden, 16 * 1024 * 1024);
    CU_ASSERT_TRUE(read_whole(path, &golden));
    CU_ASSERT_TRUE(str_eq(buf_str(&page->bytes), buf_str(&golden)));
    free(path);
    buf_fini(&golden);
}

static void the_sample_looks_as_it_did(void)
{
    cJSON *results = sample();
    for (const struct reporter *r = reporters; r->name; r++) {
        struct sheet sheet;
        struct buf golden;
        char *path = mem_printf("reports/sample/%s", r->file);
        sheet_init(&sheet);
        buf_init(&golden, 16 * 1024 * 1024);
        r->render(results, &sheet);
        CU_ASSERT_TRUE(read_whole(path, &golden));
        CU_ASSERT_FALSE(sheet.full);
        if (!str_eq(buf_str(&sheet.bytes), buf_str(&golden))) {
            fprintf(stderr, "%s differs; see reports/README.md\n", path);
            CU_FAIL("golden report");
        }
        free(path);
        buf_fini(&golden);
        sheet_fini(&sheet);
        if (r->pages)
            r->pages(results, compare, NULL);
    }
    cJSON_Delete(results);
}

/* What a peer sent must not become markup; the sample holds a topic that tries. */
static void a_peer_cannot_inject_markup(void)
{
    cJSON *results = sample();
    struct sheet sheet;
    sheet_init(&sheet);
    report_html(results, &sheet);
    const char *page = buf_cstr(&sheet.bytes);
    CU_ASSERT_PTR_NULL(strstr(page, "<script"));
    CU_ASSERT_PTR_NOT_NULL(strstr(page, "&lt;script&gt;alert(1)"));
    CU_ASSERT_PTR_NULL(strchr(page, '\x1b'));
    CU_ASSERT_PTR_NULL(strstr(page, "\xe2\x80\xae"));
    sheet_fini(&sheet);
    cJSON_Delete(results);
}

static void ignore(void *ctx, const char *file, const struct sheet *page)
{
    (void)ctx;
    CU_ASSERT_TRUE(*file && page->bytes.len > 0);
}

static void what_is_missing_or_of_another_kind_is_no_crash(void)
{
    static const char *const rows[] = {"{}",
                                       "[]",
                                       "7",
                                       "{\"cases\":[{}],\"requirements\":[{}],\"profiles\":[\"\"]}",
                                       "{\"cases\":[1,[],{\"requires\":[1],\"id\":2,\"transcript\":[3,{"
                                       "\"fields\":4,\"hex\":5}]}],\"requirements\":[[]],"
                                       "\"profiles\":[{}],\"target\":1}",
                                       "{\"cases\":[{\"id\":\":\",\"verdict\":\"FAIL\",\"step\":\"/steps/"
                                       "\",\"transcript\":[{\"diverges\":true,\"fields\":{\"a\":"
                                       "null}}]}]}"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cJSON *results = cJSON_Parse(rows[i]);
        for (const struct reporter *r = reporters; r->name; r++) {
            struct sheet sheet;
            sheet_init(&sheet);
            r->render(results, &sheet);
            CU_ASSERT_TRUE(sheet.bytes.len > 0);
            sheet_fini(&sheet);
            if (r->pages)
                r->pages(results, ignore, NULL);
        }
        cJSON_Delete(results);
    }
}

static bool is_there(const char *dir, const char *file)
{
    char *path = mem_printf("%s/%s", dir, file);
    bool found = access(path, R_OK) == 0;
    unlink(path);
    free(path);
    return found;
}

static char *new_folder(void)
{
    char *dir = mem_strdup("/tmp/iotconform-report-XXXXXX");
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(dir));
    return dir;
}

static void chosen_reports_and_the_manifest_are_written(void)
{
    cJSON *results = sample();
    struct problems problems = {0};
    char *top = new_folder(), *dir = mem_printf("%s/a/b", top);
    CU_ASSERT_EQUAL(report_write(results, dir, "tap,markdown", &problems), 0);
    CU_ASSERT_EQUAL(problems.count, 0);
    CU_ASSERT_TRUE(is_there(dir, "results.tap"));
    CU_ASSERT_TRUE(is_there(dir, "summary.md"));
    CU_ASSERT_TRUE(is_there(dir, "manifest.json"));
    CU_ASSERT_FALSE(is_there(dir, "index.html"));
    rmdir(dir);
    dir[strlen(dir) - 2] = 0;
    rmdir(dir);
    rmdir(top);
    free(dir);
    free(top);
    problems_fini(&problems);
    cJSON_Delete(results);
}

static void a_run_with_a_wrong_form_is_kept_but_not_rendered(void)
{
    cJSON *results = sample();
    struct problems problems = {0};
    char *dir = new_folder();
    cJSON_DeleteItemFromObject(results, "overall");
    CU_ASSERT_EQUAL(report_write(results, dir, NULL, &problems), -1);
    CU_ASSERT_EQUAL(problems.count, 1);
    CU_ASSERT_TRUE(is_there(dir, "results.json"));
    CU_ASSERT_FALSE(is_there(dir, "index.html"));
    rmdir(dir);
    free(dir);
    problems_fini(&problems);
    cJSON_Delete(results);
}

static void unknown_reporters_are_all_named(void)
{
    cJSON *results = sample();
    struct problems problems = {0};
    char *dir = new_folder();
    CU_ASSERT_EQUAL(report_write(results, dir, "pdf,html,", &problems), -1);
    CU_ASSERT_EQUAL(problems.count, 2); /* pdf, and the empty name behind the comma */
    CU_ASSERT_FALSE(is_there(dir, "index.html"));
    rmdir(dir);
    free(dir);
    problems_fini(&problems);
    cJSON_Delete(results);
}

void unit_report(void)
{
    UNIT(the_sample_looks_as_it_did);
    UNIT(a_peer_cannot_inject_markup);
    UNIT(what_is_missing_or_of_another_kind_is_no_crash);
    UNIT(chosen_reports_and_the_manifest_are_written);
    UNIT(a_run_with_a_wrong_form_is_kept_but_not_rendered);
    UNIT(unknown_reporters_are_all_named);
}
