/* Reports: everything that is read after a run is rendered from results.json and from nothing else. */
#ifndef HARNESS_REPORT_H
#define HARNESS_REPORT_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "lib/base/problem.h"
#include "sheet.h"

/* Takes a further file of a format, which is gone afterwards. */
typedef void report_emit(void *ctx, const char *file, const struct sheet *page);

/* One format. A new one is a file with a render function and a row in report.c. */
struct reporter {
    const char *name; /* as --reporter names it */
    const char *file; /* what it leaves in the folder */
    void (*render)(const cJSON *results, struct sheet *out);
    void (*pages)(const cJSON *results, report_emit *emit, void *ctx); /* files beside that one; NULL: none */
};

/* All formats; ends with a NULL name. */
extern const struct reporter reporters[];

/* What a comma list of reporter names chooses, for report_write: "human", which is printed anyway, is taken out. NULL stays NULL. The
 * caller frees. A name that no reporter has is a problem. */
char *report_choice(const char *chosen, struct problems *problems);

/* Makes the folder and those above it where they are not there. 0, or -1 with a problem. */
int report_make_folder(const char *dir, struct problems *problems);

/* Renders results (borrowed) into files in the folder dir, which is made when it is not there. chosen is a comma list of
 * reporter names; NULL means all. manifest.json, the SHA-256 of every report in the folder, is always written last.
 * 0; or -1 with everything that is wrong in problems: an unknown reporter, results that report_check refuses (results.json is
 * written all the same, so that no run is lost), a file that cannot be written. */
int report_write(const cJSON *results, const char *dir, const char *chosen, struct problems *problems);

/* True when results have the form of suites/schema/results.schema.json; every deviation is a problem below the path name. */
bool report_check(const cJSON *results, const char *name, struct problems *problems);

/* The same for a matrix of real clients (tests/interop/run), which may stand in results as "clients". */
bool report_check_clients(const cJSON *matrix, const char *name, struct problems *problems);

/* The member "device" of results. */
void report_check_device(const cJSON *device, const char *path, struct problems *problems);

/* The formats, each in a file of its own. They take results that report_check let pass. */
void report_html(const cJSON *results, struct sheet *out);
void report_html_pages(const cJSON *results, report_emit *emit, void *ctx);
void report_junit(const cJSON *results, struct sheet *out);
void report_tap(const cJSON *results, struct sheet *out);
void report_markdown(const cJSON *results, struct sheet *out);

/* The name that a further page of the HTML report would have: areas count from 0, pages of an area from 1. False behind the last
 * area. */
enum { REPORT_PAGE_SIZE = 40 };
bool report_html_page(size_t area, unsigned page, char name[REPORT_PAGE_SIZE]);

/* Writes dir/manifest.json over the reports that are in dir. 0, or -1 with a problem. */
int report_manifest(const cJSON *results, const char *dir, struct problems *problems);

#endif
