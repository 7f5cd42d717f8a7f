#include "mock-broker/journal_file.h"

#include "lib/base/buf.h"
#include "lib/base/mem.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[] = "/tmp/unit-journal.XXXXXX";

/* What a file of the folder holds; "" when there is none. The caller frees. */
static char *content(const char *name)
{
    char *path = mem_printf("%s/%s", folder, name), *text = mem_zalloc(1, 4096);
    FILE *file = fopen(path, "r");
    if (file) {
        text[fread(text, 1, 4095, file)] = '\0';
        fclose(file);
    }
    free(path);
    return text;
}

static void expect(const char *name, const char *wanted)
{
    char *text = content(name);
    CU_ASSERT_STRING_EQUAL(text, wanted);
    free(text);
}

static struct journal_file *open_file(int64_t max_bytes)
{
    const char *error = "";
    char *path = mem_printf("%s/j", folder);
    struct journal_file *f = journal_file_new(path, max_bytes, &error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    free(path);
    return f;
}

static void write_number(struct journal_file *f, int number)
{
    cJSON *event = cJSON_CreateObject();
    cJSON_AddNumberToObject(event, "seq", number);
    journal_file_write(f, event);
    cJSON_Delete(event);
}

static void remove_all(void)
{
    static const char *const names[] = {"j", "j.1", "j.2", "j.3"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char *path = mem_printf("%s/%s", folder, names[i]);
        unlink(path);
        free(path);
    }
    rmdir(folder);
}

static void files_are_put_away_at_their_size_and_none_is_lost(void)
{
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
    struct journal_file *f = open_file(20); /* two lines of ten bytes */
    for (int i = 1; i <= 5; i++)
        write_number(f, i);
    expect("j.1", "{\"seq\":1}\n{\"seq\":2}\n");
    expect("j.2", "{\"seq\":3}\n{\"seq\":4}\n");
    expect("j", "{\"seq\":5}\n");
    journal_file_free(f);
    f = open_file(20); /* a later run goes on behind the earlier one */
    write_number(f, 6);
    write_number(f, 7);
    expect("j.3", "{\"seq\":5}\n{\"seq\":6}\n");
    expect("j", "{\"seq\":7}\n");
    journal_file_free(f);
    remove_all();
}

static void a_file_that_cannot_be_opened_is_said(void)
{
    const char *error = NULL;
    CU_ASSERT_PTR_NULL(journal_file_new("/nowhere/j", 100, &error));
    CU_ASSERT_STRING_EQUAL(error, "No such file or directory");
}

void unit_journal_file(void)
{
    UNIT(files_are_put_away_at_their_size_and_none_is_lost);
    UNIT(a_file_that_cannot_be_opened_is_said);
}
