/* Pieces of the HTML report. The text is XML as well (every tag closed, every attribute quoted), so that a test can parse it. */
#ifndef HARNESS_HTML_H
#define HARNESS_HTML_H

#include <cjson/cJSON.h>

#include "report.h"
#include "sheet.h"
#include "view.h"

/* Both languages, each in an element of its own; the style sheet shows one or both. */
void html_two(struct sheet *out, struct two text);

/* The same for text of our own, written where it is used. */
void html_say(struct sheet *out, const char *en, const char *zh);

/* <tag>…</tag> around escaped text; nothing for empty text. */
void html_element(struct sheet *out, const char *tag, const char *text);

/* The verdict as a mark and a word. */
void html_verdict(struct sheet *out, const char *word);

/* " href="#…"" to an element whose id is this text, whatever characters are in it; html_href_to: in another page, or (file "") in
 * this one. */
void html_href(struct sheet *out, struct str id);
void html_href_to(struct sheet *out, const char *file, struct str id);

/* What was expected of a run by --expect, as an entry of a definition list; nothing when nothing was. */
void html_expectation(struct sheet *out, const cJSON *run);

/* A row of a definition list, its value being text; nothing for an empty value. */
void html_definition(struct sheet *out, const char *en, const char *zh, const char *value);

/* Bytes given as "10 2a **": up to a line as they stand, more of them folded into a dump with offsets and text. At most
 * max_bytes are shown. */
void html_hex(struct sheet *out, const char *hex, size_t max_bytes);

/* The parts of the page, in its order; each in a file of its own. */
void html_failures(struct sheet *out, const struct view *v);
void html_device(struct sheet *out,
                 const struct view *v); /* nothing in a report about a platform, as the next */
void html_session(struct sheet *out, const struct view *v);
void html_matrix(struct sheet *out, const struct view *v);
void html_clients(struct sheet *out,
                  const struct view *v); /* nothing where the results have no matrix of clients */
void html_cases(struct sheet *out, const struct view *v);

/* What stands around the content of every page: up to the language switch, and the end. */
void html_head(struct sheet *out, const struct view *v);
void html_foot(struct sheet *out);

/* One run with its transcript, folded away when it passed. */
void html_run(struct sheet *out, const cJSON *run, bool transcript);

/* In a report about a device: what platform and device did in a run, up to an entry (NULL: all); what to change in the firmware;
 * the verdict of a session that was judged again, where it was another one. Rows of a definition list, or nothing. */
bool html_is_device(const struct view *v);
void html_deeds(struct sheet *out, const cJSON *run, const cJSON *upto);
void html_change(struct sheet *out, const cJSON *run);
bool html_has_changed(const cJSON *run);
void html_then(struct sheet *out, const cJSON *run);

/* "3 FAIL 27 PASS" */
void html_tally(struct sheet *out, const struct view_group *group);

/* The further pages hold every run's transcript: a page an area, or several where one would be too large. Decides for each group
 * of the view on which it stands. */
void html_pages_plan(struct view *v);

/* A page's name beside index.html. */
void html_page_name(size_t area, unsigned page, char out[REPORT_PAGE_SIZE]);

/* A case on its page: which rows ran in which profiles with which verdict, and the transcript of each run. */
void html_case(struct sheet *out, const struct view *v, const struct view_group *group);

/* How to read a transcript. */
void html_key(struct sheet *out);

/* The transcript of a run as a table; with upto, that entry and the few before it only. */
void html_wire(struct sheet *out, const cJSON *run, const cJSON *upto, size_t hex_max_bytes);

/* The style sheet, harness/report.css: lines, ends with NULL. Made by the build. */
extern const char *const html_style[];

#endif
