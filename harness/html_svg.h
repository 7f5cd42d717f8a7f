/* The session with a device as a drawing (SVG in the page, no script). */
#ifndef HARNESS_HTML_SVG_H
#define HARNESS_HTML_SVG_H

#include "html.h"

/* "device"."timeline" of results.json, as strips of time below each other; stretches in which nothing happens are left out. */
void html_svg_session(struct sheet *out, const cJSON *timeline);

/* What the marks mean. */
void html_svg_key(struct sheet *out);

/* A kind of mark in words. */
struct two html_svg_mark(const char *kind);

/* "12.5 s", "3:07", "1:00:00". */
void html_svg_time(struct sheet *out, double ms);

#endif
