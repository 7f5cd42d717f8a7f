#include "arguments.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/base/str.h"

void words_add(struct words *words, const char *word)
{
    words->items = mem_realloc(words->items, (words->count + 1) * sizeof *words->items);
    words->items[words->count++] = word;
}

void words_fini(struct words *words)
{
    free(words->items);
    *words = (struct words){0};
}

/* The row that a word names. *inside is the value in the same word ("--out=DIR", "-j4"), or NULL. */
static const struct argument *find(const struct argument *table, const char *word, const char **inside)
{
    for (const struct argument *a = table; a->name; a++) {
        size_t n = strlen(a->name);
        bool is_short = n == 2;
        *inside = NULL;
        if (strncmp(word, a->name, n) != 0)
            continue;
        if (word[n] == '\0')
            return a;
        if (word[n] != '=' && !is_short)
            continue;
        *inside = word + n + (word[n] == '=');
        return a;
    }
    return NULL;
}

enum { LINE_MAX_BYTES = 65535 };

/* One line of standard input without its end, owned; NULL with a problem. */
static char *read_line(const char *option, struct problems *problems)
{
    char *line = mem_zalloc(1, LINE_MAX_BYTES + 2);
    size_t n = 0;
    int c;
    while ((c = getc(stdin)) != EOF && c != '\n' && c != '\0' && n <= LINE_MAX_BYTES)
        line[n++] = (char)c;
    if (n && line[n - 1] == '\r')
        line[--n] = '\0';
    if (n > 0 && n <= LINE_MAX_BYTES && c != '\0')
        return line;
    problems_add(problems, option,
                 c == '\0' ? "a line with a NUL is no secret"
                 : n       ? "the line is too long"
                           : "standard input has no line for it");
    mem_wipe(line, LINE_MAX_BYTES + 2);
    free(line);
    return NULL;
}

void argument_from_environment(char **secret, const char *variable)
{
    const char *value = getenv(variable);
    if (!*secret && value && *value)
        *secret = mem_strdup(value);
}

void argument_wipe(char **secret)
{
    if (*secret)
        mem_wipe(*secret, strlen(*secret));
    free(*secret);
    *secret = NULL;
}

static void set_secret(const struct argument *a, const char *value, struct problems *problems)
{
    char **secret = a->to;
    argument_wipe(secret);
    *secret = strcmp(value, "-") == 0 ? read_line(a->name, problems) : mem_strdup(value);
}

static void set(const struct argument *a, const char *value, struct problems *problems)
{
    int64_t number;
    switch (a->kind) {
    case ARGUMENT_FLAG:
        *(bool *)a->to = true;
        return;
    case ARGUMENT_TEXT:
        *(const char **)a->to = value;
        return;
    case ARGUMENT_LIST:
        words_add(a->to, value);
        return;
    case ARGUMENT_SECRET:
        set_secret(a, value, problems);
        return;
    case ARGUMENT_INT:
        if (str_to_int(str_of(value), &number) && number >= 1 && number <= 1000000000)
            *(int64_t *)a->to = number;
        else
            problems_add(problems, a->name, "'%s' is not a whole number from 1", value);
        return;
    }
}

static void unknown(const char *word, struct problems *problems)
{
    char *name = mem_dup(word, strcspn(word, "="));
    if (*name == '-')
        problems_add(problems, name, "there is no such option; --help lists them");
    else
        problems_add(problems, "arguments", "a word that belongs to no option");
    free(name);
}

bool arguments_parse(int argc, char **argv, const struct argument *table, struct problems *problems)
{
    size_t before = problems->count;
    for (int i = 1; i < argc; i++) {
        const char *value;
        const struct argument *a = find(table, argv[i], &value);
        if (!a) {
            unknown(argv[i], problems);
            continue;
        }
        if (a->kind == ARGUMENT_FLAG && value) {
            problems_add(problems, a->name, "takes no value");
        } else if (a->kind == ARGUMENT_FLAG) {
            set(a, NULL, problems);
        } else if (value || i + 1 < argc) {
            set(a, value ? value : argv[++i], problems);
        } else {
            problems_add(problems, a->name, "wants a value (%s)", a->value);
        }
    }
    return problems->count == before;
}

void arguments_help(const struct argument *table, FILE *to)
{
    for (const struct argument *a = table; a->name; a++) {
        char *left = mem_printf("%s%s%s", a->name, a->value ? " " : "", a->value ? a->value : "");
        fprintf(to, "  %-26s %s\n", left, a->help);
        free(left);
    }
}
