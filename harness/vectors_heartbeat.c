/* Vectors of the heartbeat's arithmetic and of the keep-alive range (KAL-01..10). */
#include "lib/rules/heartbeat.h"
#include "vectors_run.h"

void vector_run_heartbeat_wait(struct vector_run *run)
{
    vector_expect_int(run, "wait_ms", vector_int(run, "wait_ms", 0),
                      heartbeat_wait_ms(vector_int(run, "online_at_ms", 0), vector_int(run, "check_s", 0)));
}

void vector_run_heartbeat_deadline(struct vector_run *run)
{
    const struct profile *profile = vector_profile(run);
    int64_t keep_alive_s = vector_int(run, "keepAlive", 0), reset_ms = vector_int(run, "last_reset_ms", 0);
    int64_t wait_ms = heartbeat_wait_ms(vector_int(run, "online_at_ms", 0), profile->heartbeat_check_s);
    vector_expect_int(run, "wait_ms", vector_int(run, "wait_ms", 0), wait_ms);
    vector_expect_int(run, "limit_ms", vector_int(run, "limit_ms", 0),
                      heartbeat_limit_ms(profile, keep_alive_s, wait_ms));
    vector_expect_int(run, "deadline_ms", vector_int(run, "deadline_ms", 0),
                      heartbeat_deadline_ms(profile, reset_ms, keep_alive_s, wait_ms));
}

void vector_run_heartbeat_resets(struct vector_run *run)
{
    enum mqtt_type type = (enum mqtt_type)mqtt_type_named(vector_word(run, "packet"));
    vector_expect_bool(run, "resets", vector_bool(run, "resets", false),
                       heartbeat_resets(vector_profile(run), type));
}

void vector_check_heartbeat_resets(const struct vector_load *load)
{
    vector_check_profile(load);
    vector_check_packet(load);
}

void vector_run_keep_alive(struct vector_run *run)
{
    const struct profile *profile = vector_profile(run);
    int64_t keep_alive_s = vector_int(run, "keepAlive", 0);
    bool inside = keep_alive_s >= profile->keepalive_min_s && keep_alive_s <= profile->keepalive_max_s;
    vector_expect_taken(run, inside, "outside the range of the profile");
}
