#include "tokens.h"

#include "lib/base/buf.h"
#include "lib/base/check.h"
#include "lib/base/clock.h"
#include "lib/base/map.h"
#include "lib/base/mem.h"
#include "lib/base/random.h"
#include "lib/base/secrets.h"

#include <stdlib.h>

/* The tokens of one device, oldest first. */
struct holder {
    struct list tokens;
    size_t count;
};

struct tokens {
    const struct clock *clock;
    struct secrets *secrets;
    struct map *by_text, *by_iot_id;
    struct map *holders; /* by productKey, NUL, deviceName */
};

struct tokens *tokens_new(const struct clock *clock, struct secrets *secrets)
{
    struct tokens *t = mem_zalloc(1, sizeof *t);
    t->clock = clock;
    t->secrets = secrets;
    t->by_text = map_new();
    t->by_iot_id = map_new();
    t->holders = map_new();
    return t;
}

/* NUL cannot be in a name. */
static void key_of(struct str product_key, struct str device_name, struct buf *key)
{
    buf_init(key, product_key.n + device_name.n + 1);
    buf_append_str(key, product_key);
    buf_append_byte(key, 0);
    buf_append_str(key, device_name);
}

static void drop(struct tokens *t, struct holder *holder, struct token *token)
{
    CHECK(map_take(t->by_text, str_of(token->text)) == token);
    if (token->iot_id[0])
        CHECK(map_take(t->by_iot_id, str_of(token->iot_id)) == token);
    if (t->secrets)
        secrets_remove(t->secrets, str_of(token->text));
    list_remove(&token->link);
    holder->count--;
    mem_wipe(token->text, sizeof token->text);
    free(token->product_key);
    free(token->device_name);
    free(token->client_id);
    free(token);
}

static struct token *oldest(const struct holder *holder)
{
    return LIST_ITEM(holder->tokens.next, struct token, link);
}

static void drop_all(struct tokens *t, struct holder *holder)
{
    while (holder->count)
        drop(t, holder, oldest(holder));
    free(holder);
}

void tokens_clear(struct tokens *t)
{
    size_t at = 0;
    void *holder;
    while (map_next(t->holders, &at, NULL, &holder))
        drop_all(t, holder);
    map_free(t->holders);
    t->holders = map_new();
}

void tokens_free(struct tokens *t)
{
    if (!t)
        return;
    tokens_clear(t);
    map_free(t->holders);
    map_free(t->by_text);
    map_free(t->by_iot_id);
    free(t);
}

static struct holder *holder_of(struct tokens *t, struct str product_key, struct str device_name)
{
    struct buf key;
    key_of(product_key, device_name, &key);
    struct holder *holder = map_get(t->holders, buf_str(&key));
    if (!holder) {
        holder = mem_zalloc(1, sizeof *holder);
        list_init(&holder->tokens);
        map_put(t->holders, buf_str(&key), holder);
    }
    buf_fini(&key);
    return holder;
}

/* The deviceToken that a new one for this clientId takes the place of. */
static void drop_device_token(struct tokens *t, struct holder *holder, struct str client_id)
{
    LIST_EACH(&holder->tokens, at)
    {
        struct token *token = LIST_ITEM(at, struct token, link);
        if (!token->iot_id[0] && str_is(client_id, token->client_id))
            drop(t, holder, token);
    }
}

const struct token *tokens_issue(struct tokens *t, enum token_kind kind, struct str product_key,
                                 struct str device_name, struct str client_id, int64_t lifetime_s)
{
    struct holder *holder = holder_of(t, product_key, device_name);
    if (kind == TOKEN_DEVICE)
        drop_device_token(t, holder, client_id);
    if (holder->count == TOKENS_OF_DEVICE_MAX)
        drop(t, holder, oldest(holder));
    struct token *token = mem_zalloc(1, sizeof *token);
    if (kind == TOKEN_IOT)
        random_text(token->iot_id, TOKEN_ID_CHARACTERS);
    random_hex(token->text, TOKEN_CHARACTERS);
    token->product_key = mem_dup(product_key.p, product_key.n);
    token->device_name = mem_dup(device_name.p, device_name.n);
    token->client_id = mem_dup(client_id.p, client_id.n);
    token->expires_ms = lifetime_s < 0 ? INT64_MAX : clock_now_ms(t->clock) + lifetime_s * 1000;
    CHECK(!map_put(t->by_text, str_of(token->text), token));
    if (t->secrets)
        secrets_add(t->secrets, str_of(token->text));
    if (kind == TOKEN_IOT)
        CHECK(!map_put(t->by_iot_id, str_of(token->iot_id), token));
    list_add_last(&holder->tokens, &token->link);
    holder->count++;
    return token;
}

const struct token *tokens_of_iot_id(const struct tokens *t, struct str iot_id)
{
    return map_get(t->by_iot_id, iot_id);
}

const struct token *tokens_find(const struct tokens *t, struct str text)
{
    return map_get(t->by_text, text);
}

bool tokens_expired(const struct tokens *t, const struct token *token)
{
    return clock_now_ms(t->clock) >= token->expires_ms;
}

void tokens_revoke(struct tokens *t, struct str product_key, struct str device_name)
{
    struct buf key;
    key_of(product_key, device_name, &key);
    struct holder *holder = map_take(t->holders, buf_str(&key));
    if (holder)
        drop_all(t, holder);
    buf_fini(&key);
}

size_t tokens_count(const struct tokens *t)
{
    return map_count(t->by_text);
}
