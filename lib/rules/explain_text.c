#include "lib/rules/explain_inner.h"

/* Appends a sentence with the detail in place of each "{}". */
static void put_sentence(struct buf *out, const char *sentence, const char *detail)
{
    struct str rest = str_of(sentence);
    for (;;) {
        size_t at = str_find(rest, '{');
        if (at + 1 >= rest.n || rest.p[at + 1] != '}') {
            buf_append_str(out, rest);
            return;
        }
        buf_append(out, rest.p, at);
        buf_append_str(out, str_of(detail));
        rest = (struct str){rest.p + at + 2, rest.n - at - 2};
    }
}

static const char *in_language(const struct explain_words *words, enum explain_language language)
{
    return language == EXPLAIN_CHINESE ? words->zh : words->en;
}

/* A refusal that no row explains: the rule speaks for itself, but for a password, of which it can tell no more. */
static bool is_password(const struct explain_item *item)
{
    const char *accepted = item->refusal.accepted;
    return strcmp(item->refusal.rule->id, "signature") == 0 && strstr(accepted, " hex digits: ") &&
           !strstr(accepted, "productSecret");
}

/* What the rule said. */
static void put_said(struct buf *out, const char *said, enum explain_language language)
{
    if (language != EXPLAIN_CHINESE || !explain_phrase(str_of(said), out))
        buf_append_str(out, str_of(said));
}

void explain_text(const struct explain_item *item, enum explain_language language, struct buf *out)
{
    static const struct explain_words unknown = {
        "The password is not the one that this device's secret gives; no known mistake gives it either.",
        "密码与该设备密钥计算出的不符，也不是任何已知错误的结果。"};
    bool chinese = language == EXPLAIN_CHINESE;
    for (size_t i = 0; i < item->found_count; i++) {
        if (i && !chinese)
            buf_append_byte(out, ' ');
        put_sentence(out, in_language(&item->found[i].mistake->text, language), item->found[i].detail);
    }
    if (item->found_count)
        return;
    if (is_password(item)) {
        buf_append_str(out, str_of(in_language(&unknown, language)));
        return;
    }
    buf_append_str(out, chinese ? STR("收到：") : STR("Received: "));
    put_said(out, item->refusal.received, language);
    buf_append_str(out, chinese ? STR("；应为：") : STR("; accepted: "));
    put_said(out, item->refusal.accepted, language);
    buf_append_str(out, chinese ? STR("。") : STR("."));
}

void explain_remedy(const struct explain_item *item, enum explain_language language, struct buf *out)
{
    static const struct explain_words unknown = {
        "Check the deviceSecret first, then that each value is signed exactly as it is sent; compute the "
        "worked example of the documents to check the rest.",
        "先核对 deviceSecret，再确认每个值按发送的原样签名；可用文档中的示例检验其余部分。"};
    bool chinese = language == EXPLAIN_CHINESE;
    for (size_t i = 0; i < item->found_count; i++) {
        if (i && !chinese)
            buf_append_byte(out, ' ');
        put_sentence(out, in_language(&item->found[i].mistake->remedy, language), item->found[i].detail);
    }
    if (item->found_count)
        return;
    if (is_password(item)) {
        buf_append_str(out, str_of(in_language(&unknown, language)));
        return;
    }
    buf_append_str(out, chinese ? STR("平台接受的是：") : STR("Send what is accepted: "));
    put_said(out, item->refusal.accepted, language);
    buf_append_str(out, chinese ? STR("。") : STR("."));
}

enum { TEXT_MAX = 8192 };

static void add_words(cJSON *to, const char *key, const struct explain_item *item,
                      void (*write)(const struct explain_item *, enum explain_language, struct buf *))
{
    static const char *const names[] = {[EXPLAIN_ENGLISH] = "en", [EXPLAIN_CHINESE] = "zh"};
    cJSON *words = cJSON_AddObjectToObject(to, key);
    for (unsigned i = 0; i < 2; i++) {
        struct buf text;
        buf_init(&text, TEXT_MAX);
        write(item, (enum explain_language)i, &text);
        cJSON_AddStringToObject(words, names[i], buf_cstr(&text));
        buf_fini(&text);
    }
}

cJSON *explain_item_json(const struct explain_item *item)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "rule", item->refusal.rule->id);
    cJSON_AddStringToObject(json, "requirement", item->refusal.rule->requirement);
    cJSON *mistakes = cJSON_AddArrayToObject(json, "mistakes");
    for (size_t i = 0; i < item->found_count; i++)
        cJSON_AddItemToArray(mistakes, cJSON_CreateString(item->found[i].mistake->id));
    cJSON_AddStringToObject(json, "received", item->refusal.received);
    cJSON_AddStringToObject(json, "accepted", item->refusal.accepted);
    add_words(json, "text", item, explain_text);
    add_words(json, "change", item, explain_remedy);
    return json;
}

cJSON *explain_json(const struct explanation *explanation)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddBoolToObject(json, "accepted", explanation->accepted);
    cJSON *refusals = cJSON_AddArrayToObject(json, "refusals");
    for (size_t i = 0; i < explanation->count; i++)
        cJSON_AddItemToArray(refusals, explain_item_json(&explanation->items[i]));
    return json;
}

/* A cell of a Markdown table: a bar would end it. */
static void put_cell(struct buf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '|')
            buf_append_byte(out, '\\');
        buf_append_byte(out, (uint8_t)*text);
    }
}

static void put_row(struct buf *out, const struct explain_mistake *row)
{
    buf_printf(out, "| `%s` | ", row->id);
    const char *const cells[] = {row->text.en, row->text.zh, row->remedy.en, row->remedy.zh};
    for (size_t i = 0; i < 4; i++) {
        put_cell(out, cells[i]);
        buf_append_str(out, i % 2 ? STR(" | ") : STR("<br>"));
    }
    buf_printf(out, "%s%s |\n", row->rules, row->pairs ? " (pairs)" : "");
}

void explain_markdown(struct buf *out)
{
    static const char *const groups[EXPLAIN_GROUPS] = {
        [EXPLAIN_PASSWORD] = "Passwords", [EXPLAIN_TOKEN] = "Tokens", [EXPLAIN_CONNECT] = "The CONNECT"};
    buf_append_str(out, STR("# Known mistakes\n\n"
                            "Generated by `iotconform explain --list-markdown`; change "
                            "`lib/rules/explain_table.c` instead.\n\n"
                            "A refused CONNECT is asked every rule, and each refusal is given the mistakes "
                            "that explain it. For a wrong\n"
                            "password that means: the mistake, made with this device's secret, gives exactly "
                            "the password received. What\n"
                            "no mistake gives stays unexplained. Rows marked (pairs) are also tried two at a "
                            "time; a mistake of the\n"
                            "password's form (base64, white space, quotes, ...) is found together with any "
                            "one of them. `{}` stands for\n"
                            "what was found out: a method, an order, a form.\n"));
    for (unsigned group = 0; group < EXPLAIN_GROUPS; group++) {
        size_t count;
        const struct explain_mistake *rows = explain_table(&count);
        buf_printf(
            out,
            "\n## %s\n\n| id | what is wrong | what to change | explains refusals by |\n|---|---|---|---|\n",
            groups[group]);
        for (size_t i = 0; i < count; i++)
            if (rows[i].group == group)
                put_row(out, &rows[i]);
    }
}
