#include "auth_form.h"

#include "lib/base/hex.h"

static bool fails(struct auth_form_fault *fault, const char *reason, size_t offset, struct str name)
{
    *fault = (struct auth_form_fault){reason, offset, name};
    return false;
}

/* Decodes one name or value that begins at offset of the body behind what *text holds already. */
static bool decode(struct str part, size_t offset, struct buf *text, struct str *out,
                   struct auth_form_fault *fault)
{
    static const struct str none = {NULL, 0};
    char *start = (char *)text->data + text->len;
    size_t n = 0, bad;
    for (size_t i = 0; i < part.n; i++) {
        char c = part.p[i];
        if (c == '%') {
            int high = i + 2 < part.n ? hex_digit(part.p[i + 1]) : -1;
            int low = high >= 0 ? hex_digit(part.p[i + 2]) : -1;
            if (low < 0)
                return fails(fault, "a percent sign is not followed by two hex digits", offset + i, none);
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+') {
            c = ' ';
        }
        start[n++] = c;
    }
    *out = (struct str){start, n};
    if (!str_is_utf8(*out, &bad))
        return fails(fault, "a field is not UTF-8", offset, none);
    if (n && memchr(start, '\0', n))
        return fails(fault, "a field holds a NUL", offset, none);
    buf_commit(text, n);
    return true;
}

static bool add_item(struct str item, size_t offset, struct buf *text, struct auth_form *out,
                     struct auth_form_fault *fault)
{
    struct auth_form_field field;
    size_t equals = str_find(item, '=');
    size_t value_at = equals < item.n ? equals + 1 : item.n;
    if (!decode((struct str){item.p, equals}, offset, text, &field.name, fault) ||
        !decode((struct str){item.p + value_at, item.n - value_at}, offset + value_at, text, &field.value,
                fault))
        return false;
    if (field.name.n == 0)
        return fails(fault, "a field has no name", offset, field.name);
    for (size_t i = 0; i < out->count; i++)
        if (str_eq(out->fields[i].name, field.name))
            return fails(fault, "a field is given twice", offset, field.name);
    if (out->count == AUTH_FORM_FIELDS_MAX)
        return fails(fault, "there are more than 32 fields", offset, field.name);
    out->fields[out->count++] = field;
    return true;
}

bool auth_form_parse(struct str body, struct buf *text, struct auth_form *out, struct auth_form_fault *fault)
{
    out->count = out->ignored = 0;
    buf_clear(text);
    /* Nothing grows when it is decoded, so the text stays where it is. */
    if (body.n && !buf_reserve(text, body.n))
        return fails(fault, "the body is too large", 0, (struct str){NULL, 0});
    for (size_t at = 0; at < body.n;) {
        struct str rest = {body.p + at, body.n - at};
        struct str item = {rest.p, str_find(rest, '&')};
        if (item.n == 0)
            out->ignored++;
        else if (!add_item(item, at, text, out, fault))
            return false;
        at += item.n + 1;
    }
    return true;
}

struct str auth_form_get(const struct auth_form *form, const char *name)
{
    for (size_t i = 0; i < form->count; i++)
        if (str_is(form->fields[i].name, name))
            return form->fields[i].value;
    return (struct str){NULL, 0};
}

static bool is_among(struct str name, const char *const *names)
{
    for (size_t i = 0; names[i]; i++)
        if (str_is(name, names[i]))
            return true;
    return false;
}

static bool is_signed(struct str name, enum auth_form_content which)
{
    static const char *const known[] = {"clientId", "deviceName", "productKey", "timestamp", NULL};
    static const char *const excluded[] = {"version", "sign", "resources", "signmethod", NULL};
    static const char *const registration[] = {"deviceName", "productKey", "random", NULL};
    switch (which) {
    case AUTH_FORM_KNOWN:
        return is_among(name, known);
    case AUTH_FORM_ALL:
        return !is_among(name, excluded);
    case AUTH_FORM_REGISTRATION:
        break;
    }
    return is_among(name, registration);
}

static bool before(struct str a, struct str b)
{
    int order = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);
    return order ? order < 0 : a.n < b.n;
}

/* The signed fields by name, sorted; returns how many. */
static size_t sorted(const struct auth_form *form, enum auth_form_content which,
                     const struct auth_form_field *out[AUTH_FORM_FIELDS_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < form->count; i++) {
        const struct auth_form_field *field = &form->fields[i];
        if (!is_signed(field->name, which))
            continue;
        size_t place = n++;
        for (; place && before(field->name, out[place - 1]->name); place--)
            out[place] = out[place - 1];
        out[place] = field;
    }
    return n;
}

bool auth_form_content(const struct auth_form *form, enum auth_form_content which, struct buf *out)
{
    const struct auth_form_field *fields[AUTH_FORM_FIELDS_MAX];
    size_t n = sorted(form, which, fields);
    for (size_t i = 0; i < n; i++)
        if (!buf_append_str(out, fields[i]->name) || !buf_append_str(out, fields[i]->value))
            return false;
    return true;
}

bool auth_form_verify(const struct auth_form *form, enum auth_form_content which, enum sign_method method,
                      struct str secret, struct str sign)
{
    struct buf content;
    buf_init(&content, SIZE_MAX / 4); /* the form bounds it */
    auth_form_content(form, which, &content);
    bool good = sign_verify_content(method, secret, buf_str(&content), sign);
    buf_fini(&content);
    return good;
}
