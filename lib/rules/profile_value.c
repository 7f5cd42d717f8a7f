#include "lib/rules/profile_value.h"

#include "lib/base/check.h"
#include "lib/base/json.h"
#include "lib/base/str.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* The row's field: the one place that turns an offset into a pointer. */
static void *field_of(struct profile *p, const struct profile_value *row)
{
    return (char *)p + row->offset;
}

static void set_number(struct profile *p, const struct profile_value *row, int64_t value)
{
    *(int64_t *)field_of(p, row) = value;
}

static int64_t number_of(const struct profile *p, const struct profile_value *row)
{
    return *(const int64_t *)(const void *)((const char *)p + row->offset);
}

/* The place of a word in the row's list, or -1. */
static int word_index(const struct profile_value *row, const char *word)
{
    for (int i = 0; *word && row->words[i]; i++)
        if (str_is(str_of(row->words[i]), word))
            return i;
    return -1;
}

/* "drop, disconnect": the words that can be named. */
static void list_words(const struct profile_value *row, char *out, size_t size)
{
    size_t n = 0;
    out[0] = '\0';
    for (int i = 0; row->words[i] && n < size; i++)
        if (row->words[i][0])
            n += (size_t)snprintf(out + n, size - n, "%s%s", n ? ", " : "", row->words[i]);
}

enum { WORDS_SIZE = 128 };

static bool read_int(struct profile *p, const struct profile_value *row, const cJSON *node, const char *path,
                     struct problems *problems)
{
    int64_t value;
    if (json_is_int(node, &value) && value >= row->min && value <= row->max) {
        set_number(p, row, value);
        return true;
    }
    problems_add(problems, path, "must be a whole number from %lld to %lld", (long long)row->min,
                 (long long)row->max);
    return false;
}

static bool read_bool(struct profile *p, const struct profile_value *row, const cJSON *node, const char *path,
                      struct problems *problems)
{
    if (!cJSON_IsBool(node)) {
        problems_add(problems, path, "must be true or false");
        return false;
    }
    *(bool *)field_of(p, row) = cJSON_IsTrue(node);
    return true;
}

static bool read_factor(struct profile *p, const struct profile_value *row, const cJSON *node,
                        const char *path, struct problems *problems)
{
    double milli = cJSON_IsNumber(node) ? node->valuedouble * 1000 : -1;
    if (milli >= (double)row->min && milli <= (double)row->max && fabs(milli - round(milli)) < 1e-6) {
        set_number(p, row, llround(milli));
        return true;
    }
    problems_add(problems, path, "must be a number from %g to %g with at most three decimals",
                 (double)row->min / 1000, (double)row->max / 1000);
    return false;
}

static bool read_refusal(struct profile *p, const struct profile_value *row, const cJSON *node,
                         const char *path, struct problems *problems)
{
    int64_t code;
    if (cJSON_IsString(node) && str_is(str_of(node->valuestring), "close")) {
        set_number(p, row, PROFILE_REFUSAL_CLOSE);
        return true;
    }
    if (json_is_int(node, &code) && code >= row->min && code <= row->max) {
        set_number(p, row, code);
        return true;
    }
    problems_add(problems, path, "must be a CONNACK return code from 1 to 5, or \"close\"");
    return false;
}

static bool read_choice(struct profile *p, const struct profile_value *row, const cJSON *node,
                        const char *path, struct problems *problems)
{
    int index = cJSON_IsString(node) ? word_index(row, node->valuestring) : -1;
    if (index >= 0) {
        set_number(p, row, row->words_first + index);
        return true;
    }
    char words[WORDS_SIZE];
    list_words(row, words, sizeof words);
    problems_add(problems, path, "must be one of %s", words);
    return false;
}

/* The place of a set's member in the row's words, or -1. */
static int member_index(const struct profile_value *row, const cJSON *member)
{
    char digits[24];
    int64_t number;
    if (cJSON_IsString(member) && !(row->words[0][0] >= '0' && row->words[0][0] <= '9'))
        return word_index(row, member->valuestring);
    if (!json_is_int(member, &number))
        return -1;
    snprintf(digits, sizeof digits, "%lld", (long long)number);
    return word_index(row, digits);
}

static bool read_set(struct profile *p, const struct profile_value *row, const cJSON *node, const char *path,
                     struct problems *problems)
{
    if (!cJSON_IsArray(node)) {
        problems_add(problems, path, "must be an array");
        return false;
    }
    uint32_t bits = 0;
    int place = 0;
    size_t before = problems->count;
    for (const cJSON *member = node->child; member; member = member->next, place++) {
        char at[JSON_PATH_SIZE];
        json_path(at, sizeof at, path, NULL, place);
        int index = member_index(row, member);
        uint32_t bit = index < 0 ? 0 : (uint32_t)1 << (row->words_first + index);
        if (index < 0) {
            char words[WORDS_SIZE];
            list_words(row, words, sizeof words);
            problems_add(problems, at, "must be one of %s", words);
        } else if (bits & bit) {
            problems_add(problems, at, "is given twice");
        }
        bits |= bit;
    }
    if (place < row->min)
        problems_add(problems, path, "must have a member");
    if (problems->count > before)
        return false;
    *(uint32_t *)field_of(p, row) = bits;
    return true;
}

bool profile_value_read(struct profile *p, const struct profile_value *row, const cJSON *node,
                        const char *path, struct problems *problems)
{
    switch (row->type) {
    case PROFILE_INT:
        return read_int(p, row, node, path, problems);
    case PROFILE_BOOL:
        return read_bool(p, row, node, path, problems);
    case PROFILE_FACTOR:
        return read_factor(p, row, node, path, problems);
    case PROFILE_REFUSAL:
        return read_refusal(p, row, node, path, problems);
    case PROFILE_CHOICE:
        return read_choice(p, row, node, path, problems);
    case PROFILE_SET:
        return read_set(p, row, node, path, problems);
    }
    CHECK(false && "a type of value that nobody reads");
    return false;
}

/* The JSON that a word of the command line means, or NULL when it is none of that type. The caller frees. */
static cJSON *json_of_word(struct str word)
{
    char text[64];
    int64_t number;
    if (str_to_int(word, &number))
        return cJSON_CreateNumber((double)number);
    if (word.n >= sizeof text)
        return cJSON_CreateNull();
    str_printable(word, text, sizeof text);
    return cJSON_CreateString(text);
}

cJSON *profile_value_of_text(const struct profile_value *row, struct str text)
{
    if (row->type == PROFILE_BOOL && (str_is(text, "true") || str_is(text, "false")))
        return cJSON_CreateBool(str_is(text, "true"));
    if (row->type == PROFILE_FACTOR) {
        char digits[32], *end = digits;
        str_printable(text, digits, sizeof digits);
        double value = strtod(digits, &end);
        bool whole = end != digits && *end == '\0' && text.n < sizeof digits;
        return whole ? cJSON_CreateNumber(value) : cJSON_CreateNull();
    }
    if (row->type != PROFILE_SET)
        return json_of_word(text);
    cJSON *set = cJSON_CreateArray();
    while (text.n) {
        size_t comma = str_find(text, ',');
        cJSON_AddItemToArray(set, json_of_word((struct str){text.p, comma}));
        size_t next = comma < text.n ? comma + 1 : comma;
        text = (struct str){text.p + next, text.n - next};
    }
    return set;
}

static cJSON *json_of_set(const struct profile_value *row, uint32_t bits)
{
    cJSON *set = cJSON_CreateArray();
    for (int i = 0; row->words[i]; i++)
        if (bits >> (row->words_first + i) & 1)
            cJSON_AddItemToArray(set, row->words[i][0] ? json_of_word(str_of(row->words[i])) : NULL);
    return set;
}

cJSON *profile_value_json(const struct profile *p, const struct profile_value *row)
{
    const void *field = (const char *)p + row->offset;
    switch (row->type) {
    case PROFILE_INT:
        return cJSON_CreateNumber((double)number_of(p, row));
    case PROFILE_BOOL:
        return cJSON_CreateBool(*(const bool *)field);
    case PROFILE_FACTOR:
        return cJSON_CreateNumber((double)number_of(p, row) / 1000);
    case PROFILE_REFUSAL:
        return number_of(p, row) == PROFILE_REFUSAL_CLOSE ? cJSON_CreateString("close")
                                                          : cJSON_CreateNumber((double)number_of(p, row));
    case PROFILE_CHOICE:
        return cJSON_CreateString(row->words[number_of(p, row) - row->words_first]);
    case PROFILE_SET:
        return json_of_set(row, *(const uint32_t *)field);
    }
    CHECK(false && "a type of value that nobody writes");
    return NULL;
}
