#include "html.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/map.h"
#include "lib/base/mem.h"

/* What a cell of the matrix says; the mark tells them apart without colour. */
static const struct {
    const char *result, *mark, *class;
    struct two means;
} results_of_cells[] = {{"pass", "✓", "pass", {"passes", "通过"}},
                        {"fail", "✗", "fail", {"fails", "失败"}},
                        {"cannot", "–", "none", {"the client itself cannot", "客户端本身不支持"}}};

enum { RESULTS = sizeof results_of_cells / sizeof results_of_cells[0] };

static size_t result_of(const cJSON *cell)
{
    size_t i = 0;
    while (i + 1 < RESULTS && strcmp(results_of_cells[i].result, view_text(cell, "result")) != 0)
        i++;
    return i;
}

/* The matrix, its cells by name, and one cell of each column. */
struct table {
    const cJSON *matrix;
    struct map *cells,
        *firsts;           /* by client, transport and scenario; the first one of each client and transport */
    const cJSON **columns; /* those first ones, client by client */
    size_t count;
};

/* A key of the maps; what is NULL is left out. */
static const char *key_of(struct buf *key, const char *client, const char *transport, const char *scenario)
{
    buf_clear(key);
    buf_printf(key, "%s\n%s", client, transport);
    if (scenario)
        buf_printf(key, "\n%s", scenario);
    return buf_cstr(key);
}

static void table_init(struct table *t, const cJSON *matrix, struct buf *key)
{
    const cJSON *client, *cell;
    *t = (struct table){.matrix = matrix, .cells = map_new(), .firsts = map_new()};
    t->columns = mem_zalloc((size_t)cJSON_GetArraySize(view_member(matrix, "cells")) + 1, sizeof *t->columns);
    cJSON_ArrayForEach(cell, view_member(matrix, "cells"))
    {
        const char *name = view_text(cell, "client"), *transport = view_text(cell, "transport");
        map_put(t->cells, str_of(key_of(key, name, transport, view_text(cell, "scenario"))), (void *)cell);
        if (!map_get(t->firsts, str_of(key_of(key, name, transport, NULL))))
            map_put(t->firsts, str_of(buf_cstr(key)), (void *)cell);
    }
    cJSON_ArrayForEach(client, view_member(matrix, "clients"))
        cJSON_ArrayForEach(cell, view_member(matrix, "cells"))
    {
        const char *name = view_text(cell, "client");
        if (strcmp(name, view_text(client, "id")) == 0 &&
            map_get(t->firsts, str_of(key_of(key, name, view_text(cell, "transport"), NULL))) == cell)
            t->columns[t->count++] = cell;
    }
}

static void table_fini(struct table *t)
{
    map_free(t->cells);
    map_free(t->firsts);
    free((void *)t->columns);
}

static void heads(struct sheet *out, const struct table *t)
{
    const cJSON *client;
    sheet_put(out, "<thead><tr><th rowspan=\"2\">");
    html_say(out, "What it does", "行为");
    sheet_put(out, "</th>");
    cJSON_ArrayForEach(client, view_member(t->matrix, "clients"))
    {
        int columns = 0;
        for (size_t i = 0; i < t->count; i++)
            columns += strcmp(view_text(t->columns[i], "client"), view_text(client, "id")) == 0;
        if (!columns)
            continue;
        sheet_printf(out, "<th scope=\"colgroup\" colspan=\"%d\">", columns);
        sheet_escaped(out, view_text(client, "title"));
        sheet_put(out, " <small>");
        sheet_escaped(out, view_text(client, "version"));
        sheet_put(out, "</small></th>");
    }
    sheet_put(out, "</tr>\n<tr>");
    for (size_t i = 0; i < t->count; i++)
        html_element(out, "th", view_text(t->columns[i], "transport"));
    sheet_put(out, "</tr></thead>\n");
}

static void cell(struct sheet *out, const cJSON *at)
{
    if (!at) {
        sheet_put(out, "<td></td>");
        return;
    }
    size_t i = result_of(at);
    sheet_printf(out, "<td class=\"%s\" title=\"", results_of_cells[i].class);
    sheet_escaped(out, *view_text(at, "reason") ? view_text(at, "reason") : results_of_cells[i].means.en);
    sheet_printf(out, "\">%s</td>", results_of_cells[i].mark);
}

static void rows(struct sheet *out, const struct table *t, struct buf *key)
{
    const cJSON *scenario;
    cJSON_ArrayForEach(scenario, view_member(t->matrix, "scenarios"))
    {
        sheet_put(out, "<tr><th scope=\"row\" class=\"two\">");
        html_two(out, view_two(scenario, "title"));
        sheet_put(out, "</th>");
        for (size_t i = 0; i < t->count; i++)
            cell(out, map_get(t->cells, str_of(key_of(key, view_text(t->columns[i], "client"),
                                                      view_text(t->columns[i], "transport"),
                                                      view_text(scenario, "id")))));
        sheet_put(out, "</tr>\n");
    }
}

/* Each reason of a client once, with the place where it first stands. */
static void reasons(struct sheet *out, const struct table *t, struct buf *key)
{
    const cJSON *at;
    struct map *said = map_new();
    sheet_put(out, "<ul class=\"short\">\n");
    cJSON_ArrayForEach(at, view_member(t->matrix, "cells"))
    {
        const char *client = view_text(at, "client"), *reason = view_text(at, "reason");
        if (!*reason || map_get(said, str_of(key_of(key, client, reason, NULL))))
            continue;
        map_put(said, str_of(buf_cstr(key)), (void *)at);
        size_t i = result_of(at);
        sheet_printf(out, "<li><strong class=\"%s\">%s ", results_of_cells[i].class,
                     results_of_cells[i].mark);
        sheet_escaped(out, client);
        sheet_put(out, "</strong> ");
        sheet_escaped(out, reason);
        sheet_put(out, " <small>(");
        sheet_escaped(out, view_text(at, "scenario"));
        sheet_put(out, " …)</small></li>\n");
    }
    sheet_put(out, "</ul>\n");
    map_free(said);
}

void html_clients(struct sheet *out, const struct view *v)
{
    const cJSON *matrix = view_member(v->results, "clients");
    if (!matrix)
        return;
    struct table table;
    struct buf key;
    buf_init(&key, SHEET_MAX_BYTES);
    table_init(&table, matrix, &key);
    sheet_put(out, "<section id=\"clients\"><h2>");
    html_say(out, "Real clients", "真实客户端");
    sheet_put(out, "</h2>\n<p>");
    sheet_escaped(out, view_text(matrix, "time"));
    for (size_t i = 0; i < RESULTS; i++) {
        sheet_printf(out, " · %s %d ", results_of_cells[i].mark,
                     (int)view_number(view_member(matrix, "counts"), results_of_cells[i].result));
        html_two(out, results_of_cells[i].means);
    }
    sheet_put(out, "</p>\n<div class=\"wide\"><table class=\"clients\">");
    heads(out, &table);
    sheet_put(out, "<tbody>\n");
    rows(out, &table, &key);
    sheet_put(out, "</tbody></table></div>\n");
    reasons(out, &table, &key);
    sheet_put(out, "</section>\n");
    table_fini(&table);
    buf_fini(&key);
}
