#include "upgrade.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "harness/matcher.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"

/* The example of RFC 6455 section 1.3: its answer is known without computing it. */
static const char default_key[] = "dGhlIHNhbXBsZSBub25jZQ==",
                  default_accept[] = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/* --- checks --- */

static void check_headers(const cJSON *options, const char *path, struct problems *problems)
{
    const cJSON *headers;
    char place[JSON_PATH_SIZE];
    if (!json_object(options, path, "headers", JSON_OPTIONAL, &headers, problems))
        return;
    json_path(place, sizeof place, path, "headers", 0);
    for (const cJSON *at = headers->child; at; at = at->next) {
        bool good = cJSON_IsString(at) || cJSON_IsNull(at) || cJSON_IsArray(at);
        for (const cJSON *line = cJSON_IsArray(at) ? at->child : NULL; line; line = line->next)
            good = good && cJSON_IsString(line);
        if (!good)
            problems_add(problems, place, "%s is a text, an array of texts, or null", at->string);
    }
}

void upgrade_check(const cJSON *options, const char *path, struct problems *problems)
{
    static const char *const texts[] = {"method", "path", "http", "key"};
    const cJSON *protocols;
    const char *text;
    char place[JSON_PATH_SIZE];
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        json_string(options, path, texts[i], JSON_OPTIONAL, &text, problems);
    if (json_array(options, path, "protocols", JSON_OPTIONAL, &protocols, problems))
        for (const cJSON *at = protocols->child; at; at = at->next)
            if (!cJSON_IsString(at))
                problems_add(problems, path, "protocols are texts");
    check_headers(options, path, problems);
    json_path(place, sizeof place, path, "expect", 0);
    if (json_get(options, "expect"))
        upgrade_check_expect(json_get(options, "expect"), place, problems);
}

void upgrade_check_expect(const cJSON *object, const char *path, struct problems *problems)
{
    static const char *const keys[] = {"status", "headers", "text", NULL};
    if (!json_keys(object, path, keys, problems))
        return;
    if (!json_get(object, "status"))
        problems_add(problems, path, "status is missing");
    matcher_check(object, path, problems);
}

/* --- the request --- */

static const cJSON *find_nocase(const cJSON *headers, const char *name)
{
    for (const cJSON *at = headers ? headers->child : NULL; at; at = at->next)
        if (str_eq_nocase(str_of(at->string), str_of(name)))
            return at;
    return NULL;
}

static bool put_header(struct buf *out, const cJSON *header)
{
    const cJSON *first = cJSON_IsArray(header) ? header->child : header;
    bool fits = true;
    for (const cJSON *at = first; fits && at; at = cJSON_IsArray(header) ? at->next : NULL)
        if (cJSON_IsString(at))
            fits = buf_append_str(out, str_of(header->string)) && buf_append_str(out, STR(": ")) &&
                   buf_append_str(out, str_of(at->valuestring)) && buf_append_str(out, STR("\r\n"));
    return fits;
}

/* A header that the standard asks for, unless the case has its own of this name. */
static void put_default(struct buf *out, const cJSON *headers, const char *name, const char *value)
{
    const cJSON *own = find_nocase(headers, name);
    if (own)
        put_header(out, own);
    else if (value)
        buf_printf(out, "%s: %s\r\n", name, value);
}

/* "mqtt, mqttv3.1"; NULL: none. */
static char *offer(const cJSON *options)
{
    const cJSON *protocols = json_get(options, "protocols");
    if (!protocols)
        return mem_strdup("mqtt");
    struct buf out;
    buf_init(&out, 64 * 1024);
    for (const cJSON *at = protocols->child; at; at = at->next)
        buf_printf(&out, "%s%s", out.len ? ", " : "", at->valuestring);
    char *text = protocols->child ? mem_dup(out.data, out.len) : NULL;
    buf_fini(&out);
    return text;
}

bool upgrade_write(const cJSON *options, int port, struct buf *out)
{
    static const char *const known[] = {"Host",
                                        "Upgrade",
                                        "Connection",
                                        "Sec-WebSocket-Version",
                                        "Sec-WebSocket-Key",
                                        "Sec-WebSocket-Protocol"};
    const cJSON *headers = json_get(options, "headers");
    char *host = mem_printf("127.0.0.1:%d", port), *protocols = offer(options);
    const char *values[] = {host,     "websocket", "Upgrade", "13", json_text_or(options, "key", default_key),
                            protocols};
    enum { KNOWN = sizeof known / sizeof known[0] };
    buf_printf(out, "%s %s HTTP/%s\r\n", json_text_or(options, "method", "GET"),
               json_text_or(options, "path", "/"), json_text_or(options, "http", "1.1"));
    for (size_t i = 0; i < KNOWN; i++)
        put_default(out, headers, known[i], values[i]);
    bool fits = true;
    for (const cJSON *at = headers ? headers->child : NULL; at; at = at->next) {
        bool is_known = false;
        for (size_t i = 0; i < KNOWN; i++)
            is_known = is_known || str_eq_nocase(str_of(known[i]), str_of(at->string));
        fits = fits && (is_known || put_header(out, at));
    }
    free(host);
    free(protocols);
    return fits && buf_append_str(out, STR("\r\n"));
}

/* --- the answer --- */

/* A header line into headers: names in lower case, values of the same name joined. */
static bool add_line(cJSON *headers, struct str line)
{
    size_t colon = str_find(line, ':');
    if (colon == 0 || colon == line.n)
        return false;
    char *name = mem_dup(line.p, colon);
    struct str value = str_trim((struct str){line.p + colon + 1, line.n - colon - 1});
    for (char *c = name; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    char *text = mem_dup(value.p, value.n);
    cJSON *before = cJSON_GetObjectItemCaseSensitive(headers, name);
    if (before) {
        char *both = mem_printf("%s, %s", before->valuestring, text);
        cJSON_SetValuestring(before, both);
        free(both);
    } else {
        cJSON_AddStringToObject(headers, name, text);
    }
    free(text);
    free(name);
    return true;
}

/* The lines behind the first one, up to the empty one. */
static bool add_lines(cJSON *headers, struct str lines)
{
    while (lines.n > 0) {
        size_t end = str_find(lines, '\r');
        if (end + 1 >= lines.n || lines.p[end + 1] != '\n' || !add_line(headers, (struct str){lines.p, end}))
            return false;
        lines = (struct str){lines.p + end + 2, lines.n - end - 2};
    }
    return true;
}

static size_t head_size(struct str bytes)
{
    for (size_t i = 3; i < bytes.n; i++)
        if (memcmp(bytes.p + i - 3, "\r\n\r\n", 4) == 0)
            return i + 1;
    return 0;
}

/* The status of "HTTP/1.1 101 Switching Protocols"; 0 when the line is none. */
static int64_t status_of(struct str line)
{
    int64_t status = 0;
    bool good = line.n >= 12 && str_starts(line, STR("HTTP/1.1 ")) &&
                str_to_int((struct str){line.p + 9, 3}, &status) && status >= 100 &&
                (line.n == 12 || line.p[12] == ' ');
    return good ? status : 0;
}

cJSON *upgrade_answer(const struct buf *bytes, size_t *used, const char **reason)
{
    struct str all = buf_str(bytes);
    size_t size = head_size(all);
    int64_t length = 0;
    if (size == 0)
        return NULL;
    struct str head = {all.p, size - 2}, line = {head.p, str_find(head, '\r')};
    cJSON *facts = cJSON_CreateObject(), *headers = cJSON_CreateObject();
    int64_t status = status_of(line);
    cJSON_AddNumberToObject(facts, "status", (double)status);
    cJSON_AddItemToObject(facts, "headers", headers);
    const char *given = NULL;
    if (status == 0 || !add_lines(headers, (struct str){head.p + line.n + 2, head.n - line.n - 2}))
        *reason = "the head is none of HTTP/1.1";
    else if ((given = json_text_or(headers, "content-length", NULL)) != NULL &&
             (!str_to_int(str_of(given), &length) || length < 0))
        *reason = "Content-Length is no number";
    if (*reason || all.n - size < (size_t)length) {
        cJSON_Delete(facts);
        return NULL;
    }
    char *text = mem_dup(all.p + size, (size_t)length);
    cJSON_AddStringToObject(facts, "text", text);
    free(text);
    *used = size + (size_t)length;
    return facts;
}

/* --- what is wanted --- */

static bool is_switching(const cJSON *status)
{
    return cJSON_IsNumber(status) && (int)status->valuedouble == UPGRADE_SWITCHING;
}

static void want(cJSON *headers, const char *name, const char *value)
{
    if (find_nocase(headers, name))
        return;
    cJSON_AddItemToObject(headers, name, value ? cJSON_CreateString(value) : cJSON_CreateNull());
}

cJSON *upgrade_wanted(const cJSON *options, const cJSON *expect)
{
    cJSON *wanted = expect ? cJSON_Duplicate(expect, true) : cJSON_CreateObject();
    if (!expect)
        cJSON_AddNumberToObject(wanted, "status", UPGRADE_SWITCHING);
    if (!is_switching(json_get(wanted, "status")))
        return wanted;
    cJSON *headers = cJSON_GetObjectItemCaseSensitive(wanted, "headers");
    if (!headers)
        headers = cJSON_AddObjectToObject(wanted, "headers");
    want(headers, "Upgrade", "websocket");
    want(headers, "Connection", "upgrade");
    want(headers, "Sec-WebSocket-Extensions", NULL);
    if (!json_get(options, "protocols") || !json_get(options, "protocols")->child)
        want(headers, "Sec-WebSocket-Protocol", json_get(options, "protocols") ? NULL : "mqtt");
    if (strcmp(json_text_or(options, "key", default_key), default_key) == 0)
        want(headers, "Sec-WebSocket-Accept", default_accept);
    return wanted;
}

static cJSON *header_fact(const cJSON *headers, const char *name)
{
    const cJSON *found = find_nocase(headers, name);
    bool is_word =
        str_eq_nocase(str_of(name), STR("upgrade")) || str_eq_nocase(str_of(name), STR("connection"));
    if (!found)
        return cJSON_CreateNull();
    cJSON *fact = cJSON_Duplicate(found, true);
    for (char *c = fact->valuestring; is_word && *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return fact;
}

cJSON *upgrade_facts_for(const cJSON *wanted, const cJSON *facts)
{
    cJSON *out = cJSON_Duplicate(facts, true), *headers = cJSON_CreateObject();
    const cJSON *names = json_get(wanted, "headers");
    for (const cJSON *at = names ? names->child : NULL; at; at = at->next)
        cJSON_AddItemToObject(headers, at->string, header_fact(json_get(facts, "headers"), at->string));
    cJSON_ReplaceItemInObjectCaseSensitive(out, "headers", headers);
    return out;
}
