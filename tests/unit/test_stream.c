#include "harness/judge/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "tests/unit/device_seen.h"
#include "tests/unit/unit.h"

static bool all(void *ctx, const struct observation *o)
{
    (void)ctx;
    (void)o;
    return true;
}

static cJSON *ping(int at_ms)
{
    cJSON *entry = cJSON_CreateObject();
    cJSON_AddStringToObject(entry, "what", "in");
    cJSON_AddStringToObject(entry, "packet", "PINGREQ");
    cJSON_AddNumberToObject(entry, "clock_ms", at_ms);
    cJSON_AddNumberToObject(entry, "conn", 1);
    return entry;
}

static struct stream *pings(size_t count)
{
    char *error = NULL;
    struct stream *stream = stream_new(NULL, NULL, &error);
    for (size_t i = 0; i < count; i++)
        stream_add(stream, ping((int)i));
    return stream;
}

/* Begin and end of a long one are told, the one that diverges, and how many are not. */
static void a_long_transcript_has_gaps_that_say_so(void)
{
    enum { COUNT = 2 * STREAM_TRANSCRIPT_ENDS + 500, MARKED = STREAM_TRANSCRIPT_ENDS + 100 };
    struct stream *stream = pings(COUNT);
    cJSON *list = stream_transcript(stream, 0, COUNT, all, NULL, MARKED);
    CU_ASSERT_EQUAL(cJSON_GetArraySize(list), 2 * STREAM_TRANSCRIPT_ENDS + 3);
    const cJSON *gap = cJSON_GetArrayItem(list, STREAM_TRANSCRIPT_ENDS), *at = gap->next;
    const char *text = cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(gap, "fields"), "text"));
    CU_ASSERT_TRUE(text && strncmp(text, "100 entries", 11) == 0);
    CU_ASSERT_TRUE(cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(at, "diverges")));
    CU_ASSERT_EQUAL(cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(at, "clock_ms")), MARKED);
    cJSON_Delete(list);
    list = stream_transcript(stream, 0, 2 * STREAM_TRANSCRIPT_ENDS, all, NULL, SIZE_MAX);
    CU_ASSERT_EQUAL(cJSON_GetArraySize(list), 2 * STREAM_TRANSCRIPT_ENDS);
    cJSON_Delete(list);
    stream_free(stream);
}

/* Large packets fill it before many do. */
static void it_is_full_by_bytes_too(void)
{
    enum { DIGITS = 8192 };
    struct stream *stream = pings(0);
    char *digits = mem_zalloc(1, DIGITS + 1);
    memset(digits, '0', DIGITS);
    size_t count = 0;
    while (!stream_is_full(stream) && count < STREAM_OBSERVATIONS_MAX) {
        cJSON *entry = ping(1);
        cJSON_AddStringToObject(entry, "hex", digits);
        stream_add(stream, entry);
        count++;
    }
    CU_ASSERT_EQUAL(count, STREAM_HEX_MAX / DIGITS);
    CU_ASSERT_PTR_NULL(stream_add(stream, ping(2)));
    CU_ASSERT_EQUAL(stream_count(stream), count);
    free(digits);
    stream_free(stream);
}

/* Loads a file with this text; n counts, as there may be a NUL in it. The problem's text must hold part (NULL: there is none). */
static void loads(const char *text, size_t n, size_t count, const char *part)
{
    char path[] = "/tmp/stream-XXXXXX";
    int fd = mkstemp(path);
    CU_ASSERT_TRUE(write(fd, text, n) == (ssize_t)n);
    close(fd);
    struct problems problems = {0};
    cJSON *head = NULL;
    struct stream *stream = stream_load(path, &head, &problems);
    CU_ASSERT_EQUAL(stream != NULL, part == NULL);
    if (stream)
        CU_ASSERT_EQUAL(stream_count(stream), count);
    if (part)
        CU_ASSERT_TRUE(problems.count == 1 && strstr(problems.items[0].text, part) != NULL);
    cJSON_Delete(head);
    stream_free(stream);
    problems_fini(&problems);
    unlink(path);
}

#define LINE "{\"what\":\"accept\",\"clock_ms\":1,\"conn\":1}\n"

static void a_cut_line_is_left_out_and_a_wrong_one_is_told(void)
{
    static const char cut[] = "{}\n" LINE "{\"what\":\"acc", nul[] = "{}\n" LINE "\0\n" LINE,
                      broken[] = "{}\n" LINE "{\n" LINE;
    loads(cut, sizeof cut - 1, 1, NULL);
    loads(nul, sizeof nul - 1, 0, "NUL");
    loads(broken, sizeof broken - 1, 0, "");
    loads("", 0, 0, "is empty");
    size_t n = STREAM_LINE_MAX_BYTES + 100;
    char *longest = mem_alloc(n);
    memset(longest, ' ', n);
    memcpy(longest, "{}\n", 3);
    longest[n - 1] = '\n';
    loads(longest, n, 0, "longer than");
    free(longest);
}

static void what_cannot_be_written_is_known(void)
{
    char *error = NULL;
    cJSON *head = cJSON_CreateObject();
    struct stream *stream = stream_new("/dev/full", head, &error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
    CU_ASSERT_NOT_EQUAL(stream_write_error(stream), 0);
    stream_free(stream);
    CU_ASSERT_PTR_NULL(stream_new("/nowhere/at/all", head, &error));
    CU_ASSERT_PTR_NOT_NULL(error);
    free(error);
    cJSON_Delete(head);
}

void unit_stream(void)
{
    UNIT(a_long_transcript_has_gaps_that_say_so);
    UNIT(it_is_full_by_bytes_too);
    UNIT(a_cut_line_is_left_out_and_a_wrong_one_is_told);
    UNIT(what_cannot_be_written_is_known);
}
