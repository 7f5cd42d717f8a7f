/* Any form: what is handed out lies inside the decoded text, names are there once, and the signed content fits. */
#include "lib/base/check.h"
#include "lib/protocol/auth_form.h"
#include "tests/fuzz/fuzz.h"

static void inside(struct str part, const struct buf *text)
{
    const char *start = (const char *)text->data;
    if (part.n)
        CHECK(part.p >= start && part.p + part.n <= start + text->len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf text, content;
    struct auth_form form;
    struct auth_form_fault fault;
    buf_init(&text, size);
    buf_init(&content, size);
    bool good = auth_form_parse((struct str){(const char *)data, size}, &text, &form, &fault);
    if (!good)
        CHECK(fault.reason && fault.offset <= size);
    CHECK(form.count <= AUTH_FORM_FIELDS_MAX && text.len <= size);
    for (size_t i = 0; i < form.count; i++) {
        inside(form.fields[i].name, &text);
        inside(form.fields[i].value, &text);
        CHECK(form.fields[i].name.n > 0);
        for (size_t j = 0; j < i; j++)
            CHECK(!str_eq(form.fields[i].name, form.fields[j].name));
    }
    if (good) {
        CHECK(auth_form_content(&form, AUTH_FORM_ALL, &content));
        struct str sign = auth_form_get(&form, "sign");
        auth_form_verify(&form, AUTH_FORM_KNOWN, SIGN_HMACMD5, STR("secret"), sign);
    }
    buf_fini(&content);
    buf_fini(&text);
    return 0;
}
