/* results.json as its readers see it: members that are absent read as empty, cases grouped, ids looked up, words put into two
 * languages. Everything is borrowed from the results. */
#ifndef HARNESS_VIEW_H
#define HARNESS_VIEW_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/base/str.h"
#include "sheet.h"

/* A text in English and Chinese. */
struct two {
    const char *en, *zh;
};

/* A verdict of docs/case-language.md; class is its style in HTML, mark tells it apart without colour. */
struct view_verdict {
    const char *word, *mark, *class;
    int order; /* in the list of failures: FAIL 1, ERROR 2, INCONCLUSIVE 3, NONSTRICT 4; 0: not listed there */
    bool judges; /* says something about the target */
    struct two means;
};

/* The eight verdicts and NOT RUN, in the order of the counts; ends with a NULL word. */
extern const struct view_verdict view_verdicts[];

/* The verdict of this name; NOT RUN for an unknown one. */
const struct view_verdict *view_verdict(const char *word);

/* What an id's letters stand for; ends with a NULL prefix. */
struct view_area {
    const char *prefix;
    struct two name;
};
extern const struct view_area view_areas[];

/* Place of an id's area in view_areas; that of the end when unknown. */
size_t view_area(const char *id);

/* The runs of one case: its rows in its profiles, in the order of the results. */
struct view_group {
    struct str id; /* without row and transport */
    size_t area;
    const cJSON **runs;
    size_t count;
    unsigned
        page; /* where the HTML report has its transcripts: 1, 2, … of its area; 0 until html_pages_plan */
};

struct view {
    const cJSON *results;
    struct map *requirements, *runs; /* by id, by key */
    struct map *groups_by_id;
    struct view_group **groups; /* sorted by area and id */
    size_t group_count;
};

/* Borrows results until view_fini. */
void view_init(struct view *v, const cJSON *results);
void view_fini(struct view *v);

/* A member's text, "" when it is no string; its number, 0; an array or object, or NULL. */
const char *view_text(const cJSON *node, const char *key);
double view_number(const cJSON *node, const char *key);
const cJSON *view_member(const cJSON *node, const char *key);
bool view_is_true(const cJSON *node, const char *key);

/* A member {"en", "zh"}; a language that is missing reads as the other one. */
struct two view_two(const cJSON *node, const char *key);

/* "KAL-010" of "KAL-010:row@wss" or "KAL-010@wss"; the rest, "row@wss" or "wss", or "". */
struct str view_base_id(const char *id);
const char *view_row(const char *id);

/* Runs of a verdict at a level; level NULL adds up all levels, verdict NULL all verdicts. */
int view_count(const cJSON *results, const char *level, const char *verdict);

/* Requirements that at least one case judged, and all of them. */
void view_requirements(const cJSON *results, int *tested, int *all);

/* The result of the run in a sentence of plain words, as plain text. */
void view_sentence(const cJSON *results, bool zh, struct sheet *out);

/* "mock-broker 0.1.0", as plain text. */
/* How a run compares with what was expected of it (--expect). */
enum view_expectation { VIEW_NOT_EXPECTED, VIEW_AS_EXPECTED, VIEW_UNEXPECTED };
enum view_expectation view_expectation(const cJSON *run);

/* "FAIL until 2027-01-31: the reason"; nothing without expectation. */
void view_expected(const cJSON *run, struct sheet *out);

void view_target(const cJSON *results, struct sheet *out);

/* Runs that go into the list of failures, worst first; the caller frees the array. */
const cJSON **view_failures(const cJSON *results, size_t *count);

/* The transcript entry where the run left the expected path: the one marked so, or NULL. */
const cJSON *view_divergence(const cJSON *run);

/* What a run's message adds to its expected and actual: "" when it only repeats them. */
const char *view_message(const cJSON *run);

/* A transcript's fields as "name value, name value", nested ones as compact JSON; plain text. */
void view_fields(const cJSON *fields, struct sheet *out);

#endif
