#include "journal_fields.h"

#include "lib/base/check.h"

#define AT(member) offsetof(struct journal_event, u.member)

#define WHO(kind)                                                                                            \
    {"productKey", JOURNAL_TEXT, AT(kind.who.product_key)},                                                  \
        {"deviceName", JOURNAL_TEXT, AT(kind.who.device_name)},                                              \
        {"clientId", JOURNAL_TEXT, AT(kind.who.client_id)},                                                  \
        {"transport", JOURNAL_WORD, AT(kind.who.transport)},                                                 \
    {                                                                                                        \
        "peer", JOURNAL_TEXT, AT(kind.who.peer)                                                              \
    }

static const struct journal_field online[] = {WHO(online),
                                              {"keepAlive", JOURNAL_INT, AT(online.keep_alive_s)},
                                              {"cleanSession", JOURNAL_BOOL, AT(online.clean_session)},
                                              {"sessionPresent", JOURNAL_BOOL, AT(online.session_present)},
                                              {"limit_ms", JOURNAL_INT, AT(online.limit_ms)},
                                              {"login", JOURNAL_WORD, AT(online.login)},
                                              {"tls", JOURNAL_TLS, AT(online.tls)},
                                              {"ws", JOURNAL_WS, AT(online.ws)},
                                              {0}};
static const struct journal_field offline[] = {WHO(offline),
                                               {"reason", JOURNAL_WORD, AT(offline.reason)},
                                               {"idle_ms", JOURNAL_INT_OPTIONAL, AT(offline.idle_ms)},
                                               {"limit_ms", JOURNAL_INT_OPTIONAL, AT(offline.limit_ms)},
                                               {"newPeer", JOURNAL_TEXT, AT(offline.new_peer)},
                                               {0}};
static const struct journal_field refused[] = {{"rule", JOURNAL_WORD, AT(refused.rule)},
                                               {"requirement", JOURNAL_WORD, AT(refused.requirement)},
                                               {"returnCode", JOURNAL_CODE, AT(refused.return_code)},
                                               {"action", JOURNAL_WORD, AT(refused.action)},
                                               {"received", JOURNAL_TEXT, AT(refused.received)},
                                               {"accepted", JOURNAL_TEXT, AT(refused.accepted)},
                                               WHO(refused),
                                               {"explanation", JOURNAL_JSON, AT(refused.explanation)},
                                               {0}};
static const struct journal_field flapping[] = {{"productKey", JOURNAL_TEXT, AT(flapping.product_key)},
                                                {"deviceName", JOURNAL_TEXT, AT(flapping.device_name)},
                                                {"peers", JOURNAL_PEERS, AT(flapping.old_peer)},
                                                {"count", JOURNAL_INT, AT(flapping.count)},
                                                {"window_s", JOURNAL_INT, AT(flapping.window_s)},
                                                {0}};
static const struct journal_field malformed[] = {
    {"reason", JOURNAL_WORD, AT(malformed.reason)}, {"offset", JOURNAL_INT, AT(malformed.offset)},
    {"clause", JOURNAL_WORD, AT(malformed.clause)}, {"packet", JOURNAL_WORD, AT(malformed.packet)},
    {"peer", JOURNAL_TEXT, AT(malformed.peer)},     {0}};
static const struct journal_field no_connect[] = {{"peer", JOURNAL_TEXT, AT(no_connect.peer)},
                                                  {"reason", JOURNAL_WORD, AT(no_connect.reason)},
                                                  {"bytes", JOURNAL_INT, AT(no_connect.bytes)},
                                                  {"detail", JOURNAL_HEARD, AT(no_connect.detail)},
                                                  {0}};
static const struct journal_field denied[] = {{"action", JOURNAL_WORD, AT(denied.action)},
                                              {"rule", JOURNAL_WORD, AT(denied.rule)},
                                              {"topic", JOURNAL_HEARD, AT(denied.topic)},
                                              {"productKey", JOURNAL_TEXT, AT(denied.product_key)},
                                              {"deviceName", JOURNAL_TEXT, AT(denied.device_name)},
                                              {0}};
static const struct journal_field limit[] = {{"limit", JOURNAL_WORD, AT(limit.limit)},
                                             {"value", JOURNAL_INT, AT(limit.value)},
                                             {"max", JOURNAL_INT, AT(limit.max)},
                                             {"productKey", JOURNAL_TEXT, AT(limit.product_key)},
                                             {"deviceName", JOURNAL_TEXT, AT(limit.device_name)},
                                             {0}};
static const struct journal_field alink_error[] = {{"reason", JOURNAL_WORD, AT(alink_error.reason)},
                                                   {"code", JOURNAL_INT, AT(alink_error.code)},
                                                   {"topic", JOURNAL_HEARD, AT(alink_error.topic)},
                                                   {"productKey", JOURNAL_TEXT, AT(alink_error.product_key)},
                                                   {"deviceName", JOURNAL_TEXT, AT(alink_error.device_name)},
                                                   {0}};
static const struct journal_field rrpc[] = {{"messageId", JOURNAL_HEARD, AT(rrpc.message_id)},
                                            {"topic", JOURNAL_HEARD, AT(rrpc.topic)},
                                            {"payload", JOURNAL_HEARD, AT(rrpc.payload)},
                                            {"payload_hex", JOURNAL_TEXT, AT(rrpc.payload_hex)},
                                            {"bytes", JOURNAL_INT, AT(rrpc.bytes)},
                                            {"productKey", JOURNAL_TEXT, AT(rrpc.product_key)},
                                            {"deviceName", JOURNAL_TEXT, AT(rrpc.device_name)},
                                            {0}};
static const struct journal_field resent[] = {{"packetId", JOURNAL_INT, AT(resent.packet_id)},
                                              {"topic", JOURNAL_HEARD, AT(resent.topic)},
                                              {"productKey", JOURNAL_TEXT, AT(resent.product_key)},
                                              {"deviceName", JOURNAL_TEXT, AT(resent.device_name)},
                                              {"peer", JOURNAL_TEXT, AT(resent.peer)},
                                              {0}};
static const struct journal_field note[] = {{"text", JOURNAL_HEARD, AT(note.text)},
                                            {"productKey", JOURNAL_TEXT, AT(note.product_key)},
                                            {"deviceName", JOURNAL_TEXT, AT(note.device_name)},
                                            {"peer", JOURNAL_TEXT, AT(note.peer)},
                                            {0}};

static const struct journal_field fault[] = {{"fault", JOURNAL_WORD, AT(fault.fault)},
                                             {"id", JOURNAL_INT, AT(fault.id)},
                                             {"packet", JOURNAL_WORD, AT(fault.packet)},
                                             {"direction", JOURNAL_WORD, AT(fault.direction)},
                                             {"productKey", JOURNAL_TEXT, AT(fault.product_key)},
                                             {"deviceName", JOURNAL_TEXT, AT(fault.device_name)},
                                             {"peer", JOURNAL_TEXT, AT(fault.peer)},
                                             {0}};
static const struct journal_field registered[] = {
    WHO(registered), {"authType", JOURNAL_WORD, AT(registered.auth_type)}, {0}};
static const struct journal_field auth[] = {{"path", JOURNAL_HEARD, AT(auth.path)},
                                            {"status", JOURNAL_INT, AT(auth.status)},
                                            {"code", JOURNAL_INT, AT(auth.code)},
                                            {"detail", JOURNAL_HEARD, AT(auth.detail)},
                                            {"productKey", JOURNAL_TEXT, AT(auth.product_key)},
                                            {"deviceName", JOURNAL_TEXT, AT(auth.device_name)},
                                            {"transport", JOURNAL_WORD, AT(auth.transport)},
                                            {"peer", JOURNAL_TEXT, AT(auth.peer)},
                                            {0}};

static const struct journal_field ws_error[] = {WHO(ws_error),
                                                {"code", JOURNAL_INT, AT(ws_error.code)},
                                                {"reason", JOURNAL_WORD, AT(ws_error.reason)},
                                                {"clause", JOURNAL_WORD, AT(ws_error.clause)},
                                                {0}};

static const struct journal_shape shapes[JOURNAL_KINDS] = {
    [JOURNAL_ONLINE] = {"online", online, LOG_INFO},
    [JOURNAL_OFFLINE] = {"offline", offline, LOG_INFO},
    [JOURNAL_REFUSED] = {"refused", refused, LOG_WARNING},
    [JOURNAL_FLAPPING] = {"flapping", flapping, LOG_WARNING},
    [JOURNAL_MALFORMED] = {"malformed", malformed, LOG_WARNING},
    [JOURNAL_NO_CONNECT] = {"no-connect", no_connect, LOG_INFO},
    [JOURNAL_DENIED] = {"denied", denied, LOG_WARNING},
    [JOURNAL_LIMIT] = {"limit", limit, LOG_INFO},
    [JOURNAL_ALINK_ERROR] = {"alink-error", alink_error, LOG_WARNING},
    [JOURNAL_RRPC] = {"rrpc", rrpc, LOG_INFO},
    [JOURNAL_RESENT] = {"resent", resent, LOG_INFO},
    [JOURNAL_NOTE] = {"note", note, LOG_INFO},
    [JOURNAL_FAULT] = {"fault", fault, LOG_INFO},
    [JOURNAL_REGISTERED] = {"registered", registered, LOG_INFO},
    [JOURNAL_AUTH] = {"auth", auth, LOG_INFO},
    [JOURNAL_WS_ERROR] = {"ws-error", ws_error, LOG_WARNING},
};

const struct journal_shape *journal_shape(enum journal_kind kind)
{
    CHECK((unsigned)kind < JOURNAL_KINDS);
    return &shapes[kind];
}

size_t journal_texts(const struct journal_field *field, struct journal_event *event, struct str **first)
{
    *first = (struct str *)(void *)((char *)event + field->offset);
    switch (field->type) {
    case JOURNAL_TEXT:
    case JOURNAL_HEARD:
    case JOURNAL_JSON:
        return 1;
    case JOURNAL_WS:
    case JOURNAL_PEERS:
        return 2;
    case JOURNAL_TLS:
        return 3;
    default:
        return 0;
    }
}
