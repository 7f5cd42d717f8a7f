#include "lib/rules/explain_inner.h"

#include <stdio.h>

void explain_recipe_init(struct explain_recipe *recipe, const struct explain_evidence *evidence,
                         char scratch[EXPLAIN_SCRATCH_SIZE])
{
    *recipe = (struct explain_recipe){
        .method = evidence->method, .key = evidence->device.secret, .scratch = scratch};
    struct explain_param *params = recipe->params;
    if (evidence->id.core.n)
        params[recipe->count++] = (struct explain_param){STR("clientId"), evidence->id.core};
    params[recipe->count++] = (struct explain_param){STR("deviceName"), evidence->device_name};
    params[recipe->count++] = (struct explain_param){STR("productKey"), evidence->product_key};
    if (evidence->timestamp.p)
        params[recipe->count++] = (struct explain_param){STR("timestamp"), evidence->timestamp};
}

struct str explain_recipe_keep(struct explain_recipe *recipe, struct str a, struct str b)
{
    size_t room = EXPLAIN_SCRATCH_SIZE - recipe->used;
    if (a.n > room || b.n > room - a.n)
        return (struct str){NULL, 0};
    char *at = recipe->scratch + recipe->used;
    if (a.n)
        memcpy(at, a.p, a.n);
    if (b.n)
        memcpy(at + a.n, b.p, b.n);
    recipe->used += a.n + b.n;
    return (struct str){at, a.n + b.n};
}

static bool add(char *out, size_t size, size_t *length, struct str s)
{
    if (s.n > size - *length)
        return false;
    if (s.n)
        memcpy(out + *length, s.p, s.n);
    *length += s.n;
    return true;
}

bool explain_recipe_content(const struct explain_recipe *recipe, char *out, size_t size, size_t *length)
{
    *length = 0;
    bool fits = true;
    for (size_t i = 0; fits && i < recipe->count; i++) {
        const struct explain_param *param = &recipe->params[i];
        if (i)
            fits = add(out, size, length, recipe->between);
        fits = fits && add(out, size, length, param->name);
        if (param->name.n)
            fits = fits && add(out, size, length, recipe->inside);
        fits = fits && add(out, size, length, param->value);
    }
    return fits && add(out, size, length, recipe->tail);
}

static struct explain_param *param_of(struct explain_recipe *r, const char *name)
{
    for (size_t i = 0; i < r->count; i++)
        if (str_is(r->params[i].name, name))
            return &r->params[i];
    return NULL;
}

static void add_timestamp(struct explain_recipe *r, struct str value)
{
    r->params[r->count++] = (struct explain_param){STR("timestamp"), value};
}

/* Takes the parameter out; the others keep their order. */
static enum explain_step leave_out(struct explain_recipe *r, unsigned n, const char *name)
{
    struct explain_param *param = param_of(r, name);
    if (n || !param)
        return EXPLAIN_END;
    size_t at = (size_t)(param - r->params);
    for (r->count--; at < r->count; at++)
        r->params[at] = r->params[at + 1];
    return EXPLAIN_MADE;
}

static void describe(struct explain_recipe *r, const char *text)
{
    if (r->describe)
        snprintf(r->detail, sizeof r->detail, "%s", text);
}

static enum explain_step other_method(const struct explain_evidence *e, unsigned n, struct explain_recipe *r)
{
    if (n >= SIGN_METHODS)
        return EXPLAIN_END;
    if ((enum sign_method)n == e->method)
        return EXPLAIN_SKIP;
    r->method = (enum sign_method)n;
    describe(r, sign_method_name(r->method));
    return EXPLAIN_MADE;
}

enum explain_step explain_change_method(const struct explain_evidence *e, unsigned n,
                                        struct explain_recipe *r)
{
    return e->signmethod.p ? other_method(e, n, r) : EXPLAIN_END;
}

enum explain_step explain_change_undeclared(const struct explain_evidence *e, unsigned n,
                                            struct explain_recipe *r)
{
    bool tried = e->signmethod.p || explain_value_nocase(e, "signmethod").p;
    return tried ? EXPLAIN_END : other_method(e, n, r);
}

enum explain_step explain_change_nameless(const struct explain_evidence *e, unsigned n,
                                          struct explain_recipe *r)
{
    (void)e;
    if (n)
        return EXPLAIN_END;
    for (size_t i = 0; i < r->count; i++)
        r->params[i].name = (struct str){NULL, 0};
    return EXPLAIN_MADE;
}

/* The n-th order but the right one, which is number 0: n + 1 read as a number whose digits choose among those left. */
enum explain_step explain_change_order(const struct explain_evidence *e, unsigned n, struct explain_recipe *r)
{
    (void)e;
    struct explain_param left[EXPLAIN_PARAMS_MAX];
    unsigned orders = 1;
    for (size_t i = 0; i < r->count; i++) {
        left[i] = r->params[i];
        orders *= (unsigned)i + 1;
    }
    if (n + 1 >= orders)
        return EXPLAIN_END;
    unsigned rest = n + 1;
    size_t length = 0;
    for (size_t i = 0; i < r->count; i++) {
        size_t many = r->count - i;
        orders /= (unsigned)many;
        size_t at = rest / orders;
        rest %= orders;
        r->params[i] = left[at];
        memmove(left + at, left + at + 1, (many - at - 1) * sizeof *left);
        if (r->describe && length < sizeof r->detail)
            length += (size_t)snprintf(r->detail + length, sizeof r->detail - length, "%s%.*s", i ? ", " : "",
                                       STR_ARG(r->params[i].name));
    }
    return EXPLAIN_MADE;
}

enum explain_step explain_change_separators(const struct explain_evidence *e, unsigned n,
                                            struct explain_recipe *r)
{
    static const struct {
        const char *inside, *between, *shape;
    } rows[] = {
        {"=", "&", "name=value&name=value"},    {"=", "", "name=valuename=value"},
        {"", "&", "namevalue&namevalue"},       {"", ",", "namevalue,namevalue"},
        {"=", ",", "name=value,name=value"},    {"", " ", "namevalue namevalue"},
        {"", "\n", "namevalue\\nnamevalue"},    {" ", " ", "name value name value"},
        {"=", "\n", "name=value\\nname=value"}, {"=", " ", "name=value name=value"},
        {":", ",", "name:value,name:value"},    {":", "", "name:valuename:value"},
        {":", "&", "name:value&name:value"},    {":", "\n", "name:value\\nname:value"},
        {"&", "&", "name&value&name&value"},    {",", ",", "name,value,name,value"},
        {"=", "=", "name=value=name=value"},    {"\n", "\n", "name\\nvalue\\nname\\nvalue"},
        {" ", "", "name valuename value"},      {"", "=", "namevalue=namevalue"},
        {"", ";", "namevalue;namevalue"},       {"=", ";", "name=value;name=value"},
        {"", "|", "namevalue|namevalue"},       {"=", "|", "name=value|name=value"},
        {"", ", ", "namevalue, namevalue"},     {"=", ", ", "name=value, name=value"},
        {" ", ",", "name value,name value"},    {" ", "\n", "name value\\nname value"},
    };
    (void)e;
    if (n >= sizeof rows / sizeof rows[0])
        return EXPLAIN_END;
    r->inside = str_of(rows[n].inside);
    r->between = str_of(rows[n].between);
    describe(r, rows[n].shape);
    return EXPLAIN_MADE;
}

enum explain_step explain_change_swapped(const struct explain_evidence *e, unsigned n,
                                         struct explain_recipe *r)
{
    (void)e;
    r->keying = EXPLAIN_SWAPPED;
    return n ? EXPLAIN_END : EXPLAIN_MADE;
}

enum explain_step explain_change_keyless(const struct explain_evidence *e, unsigned n,
                                         struct explain_recipe *r)
{
    (void)e;
    if (n >= 3)
        return EXPLAIN_END;
    /* With a key behind, it is the method sha256; with one in front, that method swapped. */
    if (n && r->method == SIGN_SHA256)
        return EXPLAIN_SKIP;
    r->keying = (enum explain_keying)(EXPLAIN_KEYLESS + n);
    return EXPLAIN_MADE;
}

enum explain_step explain_change_no_timestamp(const struct explain_evidence *e, unsigned n,
                                              struct explain_recipe *r)
{
    (void)e;
    return leave_out(r, n, "timestamp");
}

enum explain_step explain_change_sdk_timestamp(const struct explain_evidence *e, unsigned n,
                                               struct explain_recipe *r)
{
    if (n || e->timestamp.p)
        return EXPLAIN_END;
    add_timestamp(r, STR("2524608000000"));
    return EXPLAIN_MADE;
}

enum explain_step explain_change_timestamp_unit(const struct explain_evidence *e, unsigned n,
                                                struct explain_recipe *r)
{
    struct explain_param *param = param_of(r, "timestamp");
    int64_t number;
    if (n >= 2 || !param || !str_to_int(e->timestamp, &number))
        return EXPLAIN_END;
    if (n == 0)
        param->value = explain_recipe_keep(r, e->timestamp, STR("000"));
    else if (e->timestamp.n > 3)
        param->value.n -= 3;
    else
        return EXPLAIN_SKIP;
    describe(r, n == 0 ? "ms" : "s");
    return param->value.p ? EXPLAIN_MADE : EXPLAIN_SKIP;
}

enum explain_step explain_change_whole_id(const struct explain_evidence *e, unsigned n,
                                          struct explain_recipe *r)
{
    struct explain_param *param = param_of(r, "clientId");
    if (n || !param)
        return EXPLAIN_END;
    param->value = e->connect->packet->client_id;
    return EXPLAIN_MADE;
}

enum explain_step explain_change_no_id(const struct explain_evidence *e, unsigned n, struct explain_recipe *r)
{
    (void)e;
    return leave_out(r, n, "clientId");
}

/* The forms that clients give their client ids. */
enum explain_step explain_change_other_id(const struct explain_evidence *e, unsigned n,
                                          struct explain_recipe *r)
{
    static const struct {
        bool product_first, alone;
        const char *separator, *name;
    } rows[] = {
        {true, false, ".", "productKey.deviceName"},
        {true, false, "&", "productKey&deviceName"},
        {false, true, "", "deviceName"},
        {false, false, ".", "deviceName.productKey"},
        {false, false, "&", "deviceName&productKey"},
    };
    if (n >= sizeof rows / sizeof rows[0])
        return EXPLAIN_END;
    struct str first = rows[n].product_first ? e->product_key : e->device_name;
    struct str second = rows[n].product_first ? e->device_name : e->product_key;
    struct str front = explain_recipe_keep(r, first, str_of(rows[n].separator));
    struct str value = rows[n].alone ? first : explain_recipe_keep(r, front, second);
    if (!front.p || !value.p || str_eq(value, e->id.core))
        return EXPLAIN_SKIP;
    struct explain_param *param = param_of(r, "clientId");
    if (!param) {
        memmove(r->params + 1, r->params, r->count++ * sizeof *r->params);
        param = r->params;
        param->name = STR("clientId");
    }
    param->value = value;
    describe(r, rows[n].name);
    return EXPLAIN_MADE;
}

enum explain_step explain_change_names_case(const struct explain_evidence *e, unsigned n,
                                            struct explain_recipe *r)
{
    static const char *const rows[][4] = {
        {"clientid", "devicename", "productkey", "timestamp"},
        {"CLIENTID", "DEVICENAME", "PRODUCTKEY", "TIMESTAMP"},
        {"ClientId", "DeviceName", "ProductKey", "Timestamp"},
        {"clientID", "deviceName", "productKey", "timestamp"},
        {"clientId", "deviceName", "productKey", "timeStamp"},
        {"ClientId", "DeviceName", "ProductKey", "TimeStamp"},
        {"clientID", "deviceName", "productKey", "timeStamp"},
        {"clientid", "deviceName", "productKey", "timestamp"},
    };
    (void)e;
    if (n >= sizeof rows / sizeof rows[0])
        return EXPLAIN_END;
    bool changed = false;
    size_t length = 0;
    for (size_t i = 0; i < r->count; i++) {
        struct str name = r->params[i].name;
        for (size_t k = 0; k < 4; k++)
            if (str_eq_nocase(name, str_of(rows[n][k])))
                r->params[i].name = str_of(rows[n][k]);
        changed = changed || !str_eq(name, r->params[i].name);
        if (r->describe && length < sizeof r->detail)
            length += (size_t)snprintf(r->detail + length, sizeof r->detail - length, "%s%.*s", i ? ", " : "",
                                       STR_ARG(r->params[i].name));
    }
    return changed ? EXPLAIN_MADE : EXPLAIN_SKIP;
}

/* s in the scratch, in upper or lower case; true when that changes it. */
static bool change_case(struct explain_recipe *r, struct str *s, bool upper)
{
    struct str kept = explain_recipe_keep(r, *s, (struct str){NULL, 0});
    if (!kept.p)
        return false;
    char *p = r->scratch + (kept.p - r->scratch);
    for (size_t i = 0; i < kept.n; i++) {
        if (upper && p[i] >= 'a' && p[i] <= 'z')
            p[i] = (char)(p[i] - 'a' + 'A');
        else if (!upper && p[i] >= 'A' && p[i] <= 'Z')
            p[i] = (char)(p[i] - 'A' + 'a');
    }
    bool changed = !str_eq(kept, *s);
    *s = kept;
    return changed;
}

/* 0 and 1: all values; 2 and 3: names, too, for who changes the whole content; then one value each. */
enum explain_step explain_change_values_case(const struct explain_evidence *e, unsigned n,
                                             struct explain_recipe *r)
{
    (void)e;
    bool upper = n % 2 == 1, changed = false;
    size_t only = n / 2 - 2;
    if (n >= 4 && only >= r->count)
        return EXPLAIN_END;
    for (size_t i = 0; i < r->count; i++) {
        if (n >= 4 && i != only)
            continue;
        if (change_case(r, &r->params[i].value, upper))
            changed = true;
        if (n / 2 == 1)
            change_case(r, &r->params[i].name, upper);
    }
    return changed ? EXPLAIN_MADE : EXPLAIN_SKIP;
}

enum explain_step explain_change_identity(const struct explain_evidence *e, unsigned n,
                                          struct explain_recipe *r)
{
    struct explain_param *name = param_of(r, "deviceName"), *key = param_of(r, "productKey");
    if (n || !name || !key)
        return EXPLAIN_END;
    name->value = e->product_key;
    key->value = e->device_name;
    return EXPLAIN_MADE;
}

enum explain_step explain_change_newline(const struct explain_evidence *e, unsigned n,
                                         struct explain_recipe *r)
{
    (void)e;
    r->tail = n ? STR("\r\n") : STR("\n");
    return n < 2 ? EXPLAIN_MADE : EXPLAIN_END;
}

enum explain_step explain_change_nul(const struct explain_evidence *e, unsigned n, struct explain_recipe *r)
{
    (void)e;
    r->tail = (struct str){"", 1};
    return n ? EXPLAIN_END : EXPLAIN_MADE;
}

/* What the device meant to send is signed: method and timestamp from keys that are written in another case. */
enum explain_step explain_change_key_case(const struct explain_evidence *e, unsigned n,
                                          struct explain_recipe *r)
{
    struct str timestamp = explain_value_nocase(e, "timestamp");
    struct str signmethod = explain_value_nocase(e, "signmethod");
    if (n || (!timestamp.p && !signmethod.p))
        return EXPLAIN_END;
    if (timestamp.p)
        add_timestamp(r, timestamp);
    if (signmethod.p && !sign_method_named(signmethod, &r->method))
        return EXPLAIN_SKIP;
    describe(r, timestamp.p ? "timestamp" : "signmethod");
    return EXPLAIN_MADE;
}
