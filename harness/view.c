#include "view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/json.h"
#include "lib/base/map.h"
#include "lib/base/mem.h"

const struct view_verdict view_verdicts[] = {
    {"PASS", "✓", "pass", 0, true, {"every step held", "全部步骤符合"}},
    {"FAIL",
     "✗",
     "fail",
     1,
     true,
     {"something else was seen than a must case demands", "与必须项用例的要求不符"}},
    {"NONSTRICT", "△", "warn", 4, true, {"a recommendation is not followed", "未遵循建议项"}},
    {"INFO", "i", "info", 0, true, {"recorded, not judged", "仅记录，不判定"}},
    {"INCONCLUSIVE", "?", "warn", 3, false, {"a precondition was not reached", "前置条件未达到，无法判定"}},
    {"UNSUPPORTED",
     "∅",
     "none",
     0,
     false,
     {"the target cannot do what the case needs", "被测对象不具备用例所需的能力"}},
    {"SKIP", "–", "none", 0, false, {"left out on purpose, with the reason", "有意跳过，附原因"}},
    {"ERROR",
     "!",
     "fail",
     2,
     false,
     {"the test tool itself failed; says nothing about the target", "测试工具自身出错，与被测对象无关"}},
    {"NOT RUN", "○", "none", 0, false, {"no case of this run tests it", "本次运行未测试"}},
    {NULL, NULL, NULL, 0, false, {NULL, NULL}}};

const struct view_area view_areas[] = {{"NET", {"Transports and endpoints", "传输方式与接入点"}},
                                       {"WSK", {"WebSocket", "WebSocket"}},
                                       {"CID", {"Client id and user name", "客户端标识与用户名"}},
                                       {"SIG", {"Signature", "签名"}},
                                       {"SEC", {"Security mode and token login", "安全模式与令牌登录"}},
                                       {"KAL", {"Keep-alive", "心跳保活"}},
                                       {"DUP", {"One certificate, one connection", "一份设备证书，一条连接"}},
                                       {"LOG", {"Log service", "日志服务"}},
                                       {"EXP", {"Explained refusals", "拒绝原因解释"}},
                                       {"AUT", {"HTTPS authentication", "HTTPS 认证"}},
                                       {"REG", {"Dynamic registration", "动态注册"}},
                                       {"SDK", {"SDK library", "SDK 接口"}},
                                       {"LIM", {"Limits", "使用限制"}},
                                       {"TOP", {"Topic permissions", "Topic 权限"}},
                                       {"THG", {"System topics", "系统 Topic"}},
                                       {"NTF", {"Notifications", "通知"}},
                                       {"MQT", {"MQTT protocol", "MQTT 协议"}},
                                       {"SES", {"Sessions and QoS 1", "会话与 QoS 1"}},
                                       {"ROB", {"Robustness", "健壮性"}},
                                       {"CTL", {"Control API", "控制接口"}},
                                       {"FLT", {"Faults", "故障注入"}},
                                       {"DEV", {"Device behaviour", "设备行为"}},
                                       {NULL, {"Other", "其他"}}};

const struct view_verdict *view_verdict(const char *word)
{
    const struct view_verdict *v = view_verdicts;
    while (v[1].word && strcmp(v->word, word) != 0)
        v++;
    return v;
}

size_t view_area(const char *id)
{
    struct str prefix = {id, str_find(str_of(id), '-')};
    size_t i = 0;
    while (view_areas[i].prefix && !str_is(prefix, view_areas[i].prefix))
        i++;
    return i;
}

const char *view_text(const cJSON *node, const char *key)
{
    return json_text_or(node, key, "");
}

double view_number(const cJSON *node, const char *key)
{
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(node, key);
    return cJSON_IsNumber(number) ? number->valuedouble : 0;
}

bool view_is_true(const cJSON *node, const char *key)
{
    return cJSON_IsTrue(json_get(node, key));
}

const cJSON *view_member(const cJSON *node, const char *key)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(node, key);
    return cJSON_IsObject(member) || cJSON_IsArray(member) ? member : NULL;
}

struct two view_two(const cJSON *node, const char *key)
{
    const cJSON *texts = view_member(node, key);
    struct two two = {view_text(texts, "en"), view_text(texts, "zh")};
    if (!*two.en)
        two.en = two.zh;
    if (!*two.zh)
        two.zh = two.en;
    return two;
}

struct str view_base_id(const char *id)
{
    return (struct str){id, strcspn(id, ":@")};
}

const char *view_row(const char *id)
{
    size_t end = view_base_id(id).n;
    return id[end] ? id + end + 1 : "";
}

int view_count(const cJSON *results, const char *level, const char *verdict)
{
    int count = 0;
    const cJSON *run;
    cJSON_ArrayForEach(run, view_member(results, "cases"))
    {
        bool at_level = !level || strcmp(view_text(run, "level"), level) == 0;
        if (at_level && (!verdict || strcmp(view_text(run, "verdict"), verdict) == 0))
            count++;
    }
    return count;
}

void view_requirements(const cJSON *results, int *tested, int *all)
{
    *tested = *all = 0;
    const cJSON *at;
    cJSON_ArrayForEach(at, view_member(results, "requirements"))
    {
        ++*all;
        *tested += view_verdict(view_text(at, "verdict"))->judges;
    }
}

static int compare_groups(const void *a, const void *b)
{
    const struct view_group *x = *(struct view_group *const *)a, *y = *(struct view_group *const *)b;
    if (x->area != y->area)
        return x->area < y->area ? -1 : 1;
    size_t shorter = x->id.n < y->id.n ? x->id.n : y->id.n;
    int order = memcmp(x->id.p, y->id.p, shorter);
    return order ? order : (x->id.n > y->id.n) - (x->id.n < y->id.n);
}

static void group_run(struct view *v, const cJSON *run)
{
    const char *id = view_text(run, "id");
    struct view_group *group = map_get(v->groups_by_id, view_base_id(id));
    if (!group) {
        group = mem_zalloc(1, sizeof *group);
        group->id = view_base_id(id);
        group->area = view_area(id);
        map_put(v->groups_by_id, group->id, group);
        v->groups = mem_realloc(v->groups, (v->group_count + 1) * sizeof(struct view_group *));
        v->groups[v->group_count++] = group;
    }
    group->runs = mem_realloc(group->runs, (group->count + 1) * sizeof(const cJSON *));
    group->runs[group->count++] = run;
}

void view_init(struct view *v, const cJSON *results)
{
    *v = (struct view){
        .results = results, .requirements = map_new(), .runs = map_new(), .groups_by_id = map_new()};
    const cJSON *at;
    cJSON_ArrayForEach(at, view_member(results, "requirements"))
        map_put(v->requirements, str_of(view_text(at, "id")), (void *)at);
    cJSON_ArrayForEach(at, view_member(results, "cases"))
    {
        map_put(v->runs, str_of(view_text(at, "key")), (void *)at);
        group_run(v, at);
    }
    if (v->group_count)
        qsort(v->groups, v->group_count, sizeof(struct view_group *), compare_groups);
}

void view_fini(struct view *v)
{
    for (size_t i = 0; i < v->group_count; i++) {
        free(v->groups[i]->runs);
        free(v->groups[i]);
    }
    free(v->groups);
    map_free(v->groups_by_id);
    map_free(v->requirements);
    map_free(v->runs);
}

static int compare_failures(const void *a, const void *b)
{
    const cJSON *x = *(const cJSON *const *)a, *y = *(const cJSON *const *)b;
    int order = view_verdict(view_text(x, "verdict"))->order - view_verdict(view_text(y, "verdict"))->order;
    return order ? order : strcmp(view_text(x, "key"), view_text(y, "key"));
}

const cJSON **view_failures(const cJSON *results, size_t *count)
{
    const cJSON *runs = view_member(results, "cases"), *run;
    const cJSON **found = mem_zalloc((size_t)cJSON_GetArraySize(runs) + 1, sizeof *found);
    *count = 0;
    cJSON_ArrayForEach(run, runs) if (view_verdict(view_text(run, "verdict"))->order) found[(*count)++] = run;
    if (*count)
        qsort(found, *count, sizeof *found, compare_failures);
    return found;
}

const cJSON *view_divergence(const cJSON *run)
{
    const cJSON *entry;
    cJSON_ArrayForEach(entry, view_member(run, "transcript"))
    {
        if (view_is_true(entry, "diverges"))
            return entry;
    }
    return NULL;
}

const char *view_message(const cJSON *run)
{
    const char *message = view_text(run, "message"), *expected = view_text(run, "expected"),
               *actual = view_text(run, "actual");
    bool repeats = *expected && *actual && strstr(message, expected) && strstr(message, actual);
    return repeats ? "" : message;
}

void view_target(const cJSON *results, struct sheet *out)
{
    const cJSON *target = view_member(results, "target");
    sheet_put(out, view_text(target, "name"));
    if (*view_text(target, "version"))
        sheet_printf(out, " %s", view_text(target, "version"));
}

/* Runs that say something about the target: what was skipped has not been checked. */
static int count_judged(const cJSON *results, const char *level)
{
    int count = 0;
    for (const struct view_verdict *at = view_verdicts; at->word; at++)
        if (at->judges)
            count += view_count(results, level, at->word);
    return count;
}

void view_sentence(const cJSON *results, bool zh, struct sheet *out)
{
    const char *overall = view_text(results, "overall");
    int must = count_judged(results, "must"), failed = view_count(results, "must", "FAIL");
    int deviations = view_count(results, NULL, "NONSTRICT");
    int open = view_count(results, NULL, "ERROR") + view_count(results, NULL, "INCONCLUSIVE");
    view_target(results, out);
    if (strcmp(overall, "CONFORMANT") == 0)
        sheet_printf(out,
                     zh ? " 符合所测规则：%d 次必须项检查中没有一次失败。"
                        : " conforms to the rules tested: of %d checks of mandatory rules none failed.",
                     must);
    else if (strcmp(overall, "CONFORMANT WITH DEVIATIONS") == 0)
        sheet_printf(out,
                     zh ? " 符合所测的必须项规则，但有 %d 处未遵循建议项。"
                        : " conforms to the mandatory rules tested, but leaves recommendations unfollowed in "
                          "%d checks.",
                     deviations);
    else if (strcmp(overall, "NOT CONFORMANT") == 0 && failed == 0)
        sheet_printf(out,
                     zh ? " 按严格标准不符合所测规则：有 %d 处未遵循建议项。"
                        : " does not conform by the strict reading that was asked for: recommendations are "
                          "unfollowed, number of checks: %d.",
                     deviations);
    else if (strcmp(overall, "NOT CONFORMANT") == 0)
        sheet_printf(out,
                     zh ? " 不符合所测规则：%d 次必须项检查失败（共 %d 次）。"
                        : " does not conform to the rules tested: %d of %d checks of mandatory rules failed.",
                     failed, must);
    else
        sheet_printf(out,
                     zh ? " 尚无结论：运行不完整，%d 次检查没有得出结果。"
                        : " is not judged: the run is incomplete; checks that came to no result: %d.",
                     open);
}

void view_fields(const cJSON *fields, struct sheet *out)
{
    const cJSON *field;
    cJSON_ArrayForEach(field, fields)
    {
        if (field != fields->child)
            sheet_put(out, ", ");
        sheet_printf(out, "%s ", field->string ? field->string : "");
        char *text = cJSON_PrintUnformatted(field);
        sheet_put(out, text ? text : "");
        cJSON_free(text);
    }
}

enum view_expectation view_expectation(const cJSON *run)
{
    const cJSON *row = view_member(run, "expectation");
    if (!row)
        return VIEW_NOT_EXPECTED;
    return view_is_true(row, "met") ? VIEW_AS_EXPECTED : VIEW_UNEXPECTED;
}

void view_expected(const cJSON *run, struct sheet *out)
{
    const cJSON *row = view_member(run, "expectation");
    if (row)
        sheet_printf(out, "%s until %s: %s", view_text(row, "verdict"), view_text(row, "until"),
                     view_text(row, "reason"));
}
