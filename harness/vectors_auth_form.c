/* Vectors of the forms of the authentication endpoint (AUT-01..04, REG-02). */
#include <string.h>

#include "lib/protocol/auth_form.h"
#include "vectors_run.h"

enum { CONTENT_MAX_BYTES = 64 * 1024 };

static const char *const contents[] = {"known", "all", "registration"}; /* by enum auth_form_content */

static void expect_contents(struct vector_run *run, const struct auth_form *form)
{
    struct buf content;
    buf_init(&content, CONTENT_MAX_BYTES);
    for (size_t i = 0; i < sizeof contents / sizeof contents[0]; i++) {
        struct str wanted = vector_text(run, contents[i]);
        buf_clear(&content);
        auth_form_content(form, (enum auth_form_content)i, &content);
        if (wanted.p)
            vector_expect_text(run, contents[i], wanted, content.len ? buf_str(&content) : STR(""));
    }
    buf_fini(&content);
}

/* Over which content the form's sign is the right one. */
static void expect_signed(struct vector_run *run, const struct auth_form *form)
{
    const char *wanted = vector_word(run, "signed_over"), *found = "none";
    enum sign_method method;
    if (!wanted || !sign_method_named(str_of(vector_word(run, "signmethod")), &method))
        return;
    for (size_t i = sizeof contents / sizeof contents[0]; i-- > 0;)
        if (auth_form_verify(form, (enum auth_form_content)i, method, vector_text(run, "secret"),
                             auth_form_get(form, "sign")))
            found = contents[i];
    vector_expect_word(run, "signed over", wanted, found);
}

void vector_run_auth_form(struct vector_run *run)
{
    struct buf text;
    struct auth_form form;
    struct auth_form_fault fault = {.reason = ""};
    buf_init(&text, CONTENT_MAX_BYTES);
    bool good = auth_form_parse(vector_text(run, "form"), &text, &form, &fault);
    bool compare = vector_expect_taken(run, good, fault.reason);
    if (!good && run->want == VECTOR_INVALID)
        vector_expect_fault(run, "", "", fault.offset);
    if (compare && run->want == VECTOR_VALID) {
        vector_expect_int(run, "number of fields", vector_int(run, "fields", 0), (int64_t)form.count);
        vector_expect_int(run, "ignored", vector_int(run, "ignored", 0), (int64_t)form.ignored);
        expect_contents(run, &form);
        expect_signed(run, &form);
    }
    buf_fini(&text);
}
