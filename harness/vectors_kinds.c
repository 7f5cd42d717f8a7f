/* The table of kinds: which members a vector of each has, and what is done with it. vectors/README.md says the same. */
#include "vectors_run.h"

#include <stddef.h>

static const struct vector_key sign_keys[] = {{"clientId", VECTOR_TEXT, VECTOR_MAY},
                                              {"deviceName", VECTOR_TEXT, VECTOR_MUST},
                                              {"productKey", VECTOR_TEXT, VECTOR_MUST},
                                              {"timestamp", VECTOR_TEXT, VECTOR_MAY},
                                              {"deviceSecret", VECTOR_TEXT, VECTOR_MUST},
                                              {"signmethod", VECTOR_WORD, VECTOR_MUST},
                                              {"content", VECTOR_TEXT, VECTOR_MUST},
                                              {"digest", VECTOR_DIGITS, VECTOR_MAY},
                                              {"expect_prefix", VECTOR_WORD, VECTOR_MAY},
                                              {"password", VECTOR_TEXT, VECTOR_MAY},
                                              {NULL, VECTOR_TEXT, VECTOR_MAY}};

static const struct vector_key sign_method_keys[] = {{"signmethod", VECTOR_WORD, VECTOR_MUST},
                                                     {"size", VECTOR_INT, VECTOR_IF_VALID},
                                                     {NULL, VECTOR_TEXT, VECTOR_MAY}};

static const struct vector_key sign_digest_keys[] = {{"deviceSecret", VECTOR_TEXT, VECTOR_MUST},
                                                     {"signmethod", VECTOR_WORD, VECTOR_MUST},
                                                     {"content", VECTOR_TEXT, VECTOR_MUST},
                                                     {"digest", VECTOR_DIGITS, VECTOR_MUST},
                                                     {NULL, VECTOR_TEXT, VECTOR_MAY}};

static const struct vector_key client_id_keys[] = {{"clientId", VECTOR_TEXT, VECTOR_MUST},
                                                   {"core", VECTOR_TEXT, VECTOR_IF_VALID},
                                                   {"extension", VECTOR_BOOL, VECTOR_IF_VALID},
                                                   {"items", VECTOR_ARRAY, VECTOR_IF_VALID},
                                                   {"ignored", VECTOR_INT, VECTOR_IF_VALID},
                                                   {"offset", VECTOR_INT, VECTOR_IF_INVALID},
                                                   {NULL, VECTOR_TEXT, VECTOR_MAY}};

static const struct vector_key auth_form_keys[] = {
    {"form", VECTOR_TEXT, VECTOR_MUST},       {"fields", VECTOR_INT, VECTOR_IF_VALID},
    {"ignored", VECTOR_INT, VECTOR_MAY},      {"known", VECTOR_TEXT, VECTOR_MAY},
    {"all", VECTOR_TEXT, VECTOR_MAY},         {"registration", VECTOR_TEXT, VECTOR_MAY},
    {"secret", VECTOR_TEXT, VECTOR_MAY},      {"signmethod", VECTOR_WORD, VECTOR_MAY},
    {"signed_over", VECTOR_WORD, VECTOR_MAY}, {"offset", VECTOR_INT, VECTOR_IF_INVALID},
    {NULL, VECTOR_TEXT, VECTOR_MAY}};

static const struct vector_key topic_name_keys[] = {{"topic", VECTOR_TEXT, VECTOR_MUST},
                                                    {"levels", VECTOR_WORDS, VECTOR_MAY},
                                                    {"offset", VECTOR_INT, VECTOR_IF_INVALID},
                                                    {"clause", VECTOR_CLAUSES, VECTOR_IF_INVALID},
                                                    {NULL, VECTOR_TEXT, VECTOR_MAY}};

static const struct vector_key topic_filter_keys[] = {{"filter", VECTOR_TEXT, VECTOR_MUST},
                                                      {"wildcard", VECTOR_BOOL, VECTOR_IF_VALID},
                                                      {"offset", VECTOR_INT, VECTOR_IF_INVALID},
                                                      {"clause", VECTOR_CLAUSES, VECTOR_IF_INVALID},
                                                      {NULL, VECTOR_TEXT, VECTOR_MAY}};

static const struct vector_key topic_match_keys[] = {{"filter", VECTOR_TEXT, VECTOR_MUST},
                                                     {"topic", VECTOR_TEXT, VECTOR_MUST},
                                                     {"matches", VECTOR_BOOL, VECTOR_MUST},
                                                     {NULL, VECTOR_TEXT, VECTOR_MAY}};

static const struct vector_key heartbeat_wait_keys[] = {{"online_at_ms", VECTOR_INT, VECTOR_MUST},
                                                        {"check_s", VECTOR_INT, VECTOR_MUST},
                                                        {"wait_ms", VECTOR_INT, VECTOR_MUST},
                                                        {NULL, VECTOR_TEXT, VECTOR_MAY}};

static const struct vector_key heartbeat_deadline_keys[] = {
    {"profile", VECTOR_WORD, VECTOR_MUST},     {"keepAlive", VECTOR_INT, VECTOR_MUST},
    {"online_at_ms", VECTOR_INT, VECTOR_MUST}, {"last_reset_ms", VECTOR_INT, VECTOR_MUST},
    {"wait_ms", VECTOR_INT, VECTOR_MUST},      {"limit_ms", VECTOR_INT, VECTOR_MUST},
    {"deadline_ms", VECTOR_INT, VECTOR_MUST},  {NULL, VECTOR_TEXT, VECTOR_MAY}};

static const struct vector_key heartbeat_resets_keys[] = {{"profile", VECTOR_WORD, VECTOR_MUST},
                                                          {"packet", VECTOR_WORD, VECTOR_MUST},
                                                          {"resets", VECTOR_BOOL, VECTOR_MUST},
                                                          {NULL, VECTOR_TEXT, VECTOR_MAY}};

static const struct vector_key keep_alive_keys[] = {{"profile", VECTOR_WORD, VECTOR_MUST},
                                                    {"keepAlive", VECTOR_INT, VECTOR_MUST},
                                                    {NULL, VECTOR_TEXT, VECTOR_MAY}};

static const struct vector_key mqtt_packet_keys[] = {
    {"hex", VECTOR_BYTES, VECTOR_MUST},     {"level", VECTOR_INT, VECTOR_MAY},
    {"packet", VECTOR_WORD, VECTOR_MUST},   {"packet_max_bytes", VECTOR_INT, VECTOR_MAY},
    {"fields", VECTOR_OBJECT, VECTOR_MUST}, {"encode", VECTOR_BOOL, VECTOR_MAY},
    {NULL, VECTOR_TEXT, VECTOR_MAY}};

static const struct vector_key mqtt_stream_keys[] = {{"hex", VECTOR_BYTES, VECTOR_MUST},
                                                     {"level", VECTOR_INT, VECTOR_MAY},
                                                     {"packets", VECTOR_WORDS, VECTOR_MUST},
                                                     {"offset", VECTOR_INT, VECTOR_IF_INVALID},
                                                     {"clause", VECTOR_CLAUSES, VECTOR_IF_INVALID},
                                                     {NULL, VECTOR_TEXT, VECTOR_MAY}};

static const struct vector_key mqtt_malformed_keys[] = {{"hex", VECTOR_BYTES, VECTOR_MUST},
                                                        {"level", VECTOR_INT, VECTOR_MAY},
                                                        {"packet_max_bytes", VECTOR_INT, VECTOR_MAY},
                                                        {"offset", VECTOR_INT, VECTOR_IF_INVALID},
                                                        {"clause", VECTOR_CLAUSES, VECTOR_IF_INVALID},
                                                        {NULL, VECTOR_TEXT, VECTOR_MAY}};

static const struct vector_key mqtt_size_keys[] = {{"hex", VECTOR_BYTES, VECTOR_MUST},
                                                   {"size", VECTOR_INT, VECTOR_IF_VALID},
                                                   {"offset", VECTOR_INT, VECTOR_IF_INVALID},
                                                   {"clause", VECTOR_CLAUSES, VECTOR_IF_INVALID},
                                                   {NULL, VECTOR_TEXT, VECTOR_MAY}};

static const struct vector_key mqtt_partial_keys[] = {{"hex", VECTOR_BYTES, VECTOR_MUST},
                                                      {"level", VECTOR_INT, VECTOR_MAY},
                                                      {"packet_max_bytes", VECTOR_INT, VECTOR_MAY},
                                                      {NULL, VECTOR_TEXT, VECTOR_MAY}};

static const struct vector_key ws_request_keys[] = {{"head", VECTOR_TEXT, VECTOR_MUST},
                                                    {"path", VECTOR_WORD, VECTOR_IF_VALID},
                                                    {"protocol", VECTOR_WORD, VECTOR_MAY},
                                                    {"accept", VECTOR_WORD, VECTOR_MAY},
                                                    {"status", VECTOR_INT, VECTOR_IF_INVALID},
                                                    {"clause", VECTOR_CLAUSES, VECTOR_IF_INVALID},
                                                    {NULL, VECTOR_TEXT, VECTOR_MAY}};

static const struct vector_key ws_answer_keys[] = {{"head", VECTOR_TEXT, VECTOR_MUST},
                                                   {"key", VECTOR_WORD, VECTOR_MUST},
                                                   {"protocols", VECTOR_WORD, VECTOR_MAY},
                                                   {"protocol", VECTOR_WORD, VECTOR_MAY},
                                                   {"clause", VECTOR_CLAUSES, VECTOR_IF_INVALID},
                                                   {NULL, VECTOR_TEXT, VECTOR_MAY}};

static const struct vector_key ws_frames_keys[] = {
    {"from", VECTOR_WORD, VECTOR_MUST},      {"hex", VECTOR_BYTES, VECTOR_MUST},
    {"data", VECTOR_BYTES, VECTOR_MUST},     {"control", VECTOR_WORDS, VECTOR_MAY},
    {"code", VECTOR_INT, VECTOR_IF_INVALID}, {"clause", VECTOR_CLAUSES, VECTOR_IF_INVALID},
    {NULL, VECTOR_TEXT, VECTOR_MAY}};

static const struct vector_key explain_keys[] = {{"profile", VECTOR_WORD, VECTOR_MUST},
                                                 {"clientId", VECTOR_TEXT, VECTOR_MUST},
                                                 {"username", VECTOR_TEXT, VECTOR_MAY},
                                                 {"password", VECTOR_TEXT, VECTOR_MAY},
                                                 {"productKey", VECTOR_TEXT, VECTOR_MUST},
                                                 {"deviceName", VECTOR_TEXT, VECTOR_MUST},
                                                 {"deviceSecret", VECTOR_TEXT, VECTOR_MUST},
                                                 {"productSecret", VECTOR_TEXT, VECTOR_MAY},
                                                 {"others", VECTOR_ARRAY, VECTOR_MAY},
                                                 {"tokens", VECTOR_ARRAY, VECTOR_MAY},
                                                 {"keepAlive", VECTOR_INT, VECTOR_MAY},
                                                 {"transport", VECTOR_WORD, VECTOR_MAY},
                                                 {"level", VECTOR_INT, VECTOR_MAY},
                                                 {"refusals", VECTOR_ARRAY, VECTOR_IF_INVALID},
                                                 {NULL, VECTOR_TEXT, VECTOR_MAY}};

const struct vector_kind vector_kinds[] = {
    {"sign", sign_keys, vector_run_sign, vector_check_sign},
    {"sign-method", sign_method_keys, vector_run_sign_method, NULL},
    {"sign-digest", sign_digest_keys, vector_run_sign_digest, vector_check_sign},
    {"client-id", client_id_keys, vector_run_client_id, vector_check_client_id},
    {"auth-form", auth_form_keys, vector_run_auth_form, NULL},
    {"topic-name", topic_name_keys, vector_run_topic_name, NULL},
    {"topic-filter", topic_filter_keys, vector_run_topic_filter, NULL},
    {"topic-match", topic_match_keys, vector_run_topic_match, NULL},
    {"heartbeat-wait", heartbeat_wait_keys, vector_run_heartbeat_wait, NULL},
    {"heartbeat-deadline", heartbeat_deadline_keys, vector_run_heartbeat_deadline, vector_check_profile},
    {"heartbeat-resets", heartbeat_resets_keys, vector_run_heartbeat_resets, vector_check_heartbeat_resets},
    {"keep-alive", keep_alive_keys, vector_run_keep_alive, vector_check_profile},
    {"mqtt-packet", mqtt_packet_keys, vector_run_mqtt_packet, vector_check_mqtt_packet},
    {"mqtt-stream", mqtt_stream_keys, vector_run_mqtt_stream, vector_check_mqtt_stream},
    {"mqtt-malformed", mqtt_malformed_keys, vector_run_mqtt_malformed, NULL},
    {"mqtt-size", mqtt_size_keys, vector_run_mqtt_size, NULL},
    {"mqtt-partial", mqtt_partial_keys, vector_run_mqtt_partial, NULL},
    {"ws-request", ws_request_keys, vector_run_ws_request, NULL},
    {"ws-answer", ws_answer_keys, vector_run_ws_answer, NULL},
    {"ws-frames", ws_frames_keys, vector_run_ws_frames, vector_check_ws_frames},
    {"explain", explain_keys, vector_run_explain, vector_check_explain},
    {NULL, NULL, NULL, NULL}};
