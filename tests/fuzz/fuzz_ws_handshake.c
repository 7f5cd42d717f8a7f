/* Any bytes as heads of a WebSocket's opening: found at the same place however they are cut; a request that is taken is answered
 * so that a client takes it, a fault is answered with a status; an answer is judged without reading outside. */
#include <string.h>

#include "lib/base/check.h"
#include "lib/base/mem.h"
#include "lib/protocol/http_head.h"
#include "lib/protocol/ws_handshake.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>

static size_t find_end(struct str bytes)
{
    size_t whole = http_head_end(bytes, 0), first = 0;
    for (size_t n = 1; n <= bytes.n && !first; n++)
        first = http_head_end((struct str){bytes.p, n}, n - 1);
    CHECK(whole == first && whole <= bytes.n);
    return whole;
}

static void answer_request(struct str head, const struct ws_request *request)
{
    struct buf out;
    struct str protocol;
    struct ws_fault fault;
    char key[WS_KEY_SIZE];
    buf_init(&out, 512);
    CHECK(request->path.n > 0 && request->path.p >= head.p &&
          request->path.p + request->path.n <= head.p + head.n);
    CHECK(request->key.n == WS_KEY_SIZE - 1);
    memcpy(key, request->key.p, request->key.n);
    key[request->key.n] = '\0';
    ws_answer_accept(&out, request);
    CHECK(ws_answer_check(buf_str(&out), key, "mqtt, mqttv3.1", &protocol, &fault));
    CHECK(str_eq(protocol, str_of(request->protocol)));
    buf_fini(&out);
}

static void answer_fault(const struct ws_fault *fault)
{
    struct buf out;
    struct str protocol;
    struct ws_fault again;
    buf_init(&out, 512);
    CHECK(fault->clause && fault->reason);
    ws_answer_refuse(&out, fault);
    CHECK(!ws_answer_check(buf_str(&out), "AAAAAAAAAAAAAAAAAAAAAA==", "mqtt", &protocol, &again));
    CHECK(again.code == fault->code);
    buf_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* A copy of its own, so that a sanitizer sees every read past it. */
    char *copy = mem_alloc(size + 1);
    memcpy(copy, data, size);
    copy = mem_realloc(copy, size ? size : 1);
    struct str bytes = {copy, size}, protocol;
    size_t end = find_end(bytes);
    struct str head = {bytes.p, end ? end : size};
    struct ws_request request;
    struct ws_fault fault = {0};
    if (ws_request_parse(head, &request, &fault)) {
        CHECK(ws_request_is_meant(head));
        answer_request(head, &request);
    } else {
        answer_fault(&fault);
    }
    ws_answer_check(head, "dGhlIHNhbXBsZSBub25jZQ==", "mqtt", &protocol, &fault);
    free(copy);
    return 0;
}
