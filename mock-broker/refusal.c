#include "refusal.h"

#include "broker.h"
#include "connection.h"
#include "tokens.h"

#include "lib/base/mem.h"
#include "lib/rules/explain.h"

#include <stdlib.h>

/* An explanation asks for other devices of the product; it does not wait for a walk through a large registry. */
enum { DEVICES_LOOKED_AT = 256, SENTENCE_MAX = 1024 };

/* What explain asks beyond the rulebook. The neighbours are looked for once. */
struct wider {
    const struct broker *broker;
    const struct device *neighbours[EXPLAIN_OTHERS_MAX];
    size_t count;
    bool searched;
};

static bool product_secret(void *ctx, struct str product_key, struct str *secret)
{
    const struct wider *w = ctx;
    const struct product *product = registry_product(w->broker->registry, product_key);
    if (!product || !product->secret[0])
        return false;
    *secret = str_of(product->secret);
    return true;
}

static void search(struct wider *w, struct str product_key)
{
    size_t at = 0;
    struct device *device;
    for (int looked = 0; looked < DEVICES_LOOKED_AT && w->count < EXPLAIN_OTHERS_MAX; looked++) {
        if (!registry_next_device(w->broker->registry, &at, &device))
            break;
        if (str_is(product_key, device->product->key) && device->secret[0])
            w->neighbours[w->count++] = device;
    }
    w->searched = true;
}

static bool other_device(void *ctx, struct str product_key, size_t n, struct str *device_name,
                         struct str *secret)
{
    struct wider *w = ctx;
    if (!w->searched)
        search(w, product_key);
    if (n >= w->count)
        return false;
    *device_name = str_of(w->neighbours[n]->name);
    *secret = str_of(w->neighbours[n]->secret);
    return true;
}

static bool issued_token(void *ctx, struct str text, struct explain_token *out)
{
    const struct wider *w = ctx;
    const struct token *token = tokens_find(w->broker->tokens, text);
    if (!token)
        return false;
    *out = (struct explain_token){.product_key = str_of(token->product_key),
                                  .device_name = str_of(token->device_name),
                                  .client_id = str_of(token->client_id),
                                  .expired = tokens_expired(w->broker->tokens, token)};
    return true;
}

/* The explanation as JSON, the caller's; the sentence about the refusing rule goes to *sentence. */
static char *tell(const struct broker *broker, const struct connect_input *input, struct buf *sentence)
{
    struct wider wider = {.broker = broker};
    const struct explain_lookup lookup = {&wider, product_secret, other_device, issued_token};
    struct explanation why;
    explain(&(struct explain_input){input, &lookup}, &why);
    if (why.count > 0 && why.items[0].found_count > 0)
        explain_text(&why.items[0], EXPLAIN_ENGLISH, sentence);
    cJSON *json = explain_json(&why);
    char *text = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    return text;
}

void refusal_journal(struct connection *c, const struct connect_input *input,
                     const struct connect_verdict *verdict)
{
    const struct connect_refusal *refusal = &verdict->refusal;
    struct journal_event event = {.kind = JOURNAL_REFUSED};
    event.u.refused.who = connection_who(c);
    event.u.refused.who.product_key = verdict->shown.product_key;
    event.u.refused.who.device_name = verdict->shown.device_name;
    event.u.refused.who.client_id = verdict->shown.core;
    event.u.refused.rule = refusal->rule->id;
    event.u.refused.requirement = refusal->rule->requirement;
    event.u.refused.action = refusal->return_code == PROFILE_REFUSAL_CLOSE ? "close" : "connack";
    event.u.refused.return_code = refusal->return_code;
    event.u.refused.received = str_of(refusal->received);
    event.u.refused.accepted = str_of(refusal->accepted);
    struct buf sentence;
    buf_init(&sentence, SENTENCE_MAX);
    char *json = input ? tell(c->broker, input, &sentence) : NULL;
    event.u.refused.explanation = str_of(json);
    event.u.refused.sentence = buf_str(&sentence);
    journal_append(c->broker->journal, &event);
    cJSON_free(json);
    buf_fini(&sentence);
}
