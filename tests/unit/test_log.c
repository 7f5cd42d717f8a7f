#include "lib/base/log.h"

#include <string.h>

#include "tests/unit/dying.h"

/* Each scene runs in a child, so levels and names set there are gone afterwards. */
static void say_at_all_levels(void)
{
    log_line(LOG_ERROR, "e%d", 1);
    log_line(LOG_WARNING, "w");
    log_line(LOG_INFO, "i");
    log_line(LOG_DEBUG, "d");
}

static void say_all(void)
{
    log_set_name("tester");
    log_set_level(LOG_DEBUG);
    say_at_all_levels();
}

static void say_little(void)
{
    log_set_level(LOG_ERROR);
    say_at_all_levels();
}

static void say_nothing(void)
{
    log_set_level(LOG_NOTHING);
    say_at_all_levels();
}

static void say_forged(void)
{
    log_line(LOG_ERROR, "user %s", "x\nmock-broker: error: forged\x1b[31m");
}

static void say_much(void)
{
    static char text[5000];
    memset(text, 'x', sizeof text - 1);
    log_line(LOG_ERROR, "%s", text);
}

static void expect_said(void (*act)(void), const char *expected)
{
    char said[512];
    int status = dying(act, said, sizeof said);
    CU_ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CU_ASSERT_STRING_EQUAL(said, expected);
}

static void levels_decide_what_is_shown(void)
{
    expect_said(say_at_all_levels, "iotconform: error: e1\niotconform: warning: w\n");
    expect_said(say_all, "tester: error: e1\ntester: warning: w\ntester: info: i\ntester: debug: d\n");
    expect_said(say_little, "iotconform: error: e1\n");
    expect_said(say_nothing, "");
    CU_ASSERT_TRUE(log_is_on(LOG_WARNING));
    CU_ASSERT_FALSE(log_is_on(LOG_INFO));
}

static void peers_cannot_forge_lines(void)
{
    expect_said(say_forged, "iotconform: error: user x?mock-broker: error: forged?[31m\n");
}

static void a_long_line_is_cut_and_ended(void)
{
    char said[4096];
    dying(say_much, said, sizeof said);
    size_t n = strlen(said);
    CU_ASSERT_TRUE(n > 2000 && n < 2200);
    CU_ASSERT_EQUAL(said[n - 1], '\n');
    CU_ASSERT_PTR_EQUAL(strchr(said, '\n'), said + n - 1);
}

static void level_names(void)
{
    static const char *const names[] = {"error", "warning", "info", "debug"};
    enum log_level level = LOG_ERROR;
    for (int i = 0; i < 4; i++) {
        CU_ASSERT_TRUE(log_level_named(names[i], &level));
        CU_ASSERT_EQUAL((int)level, i);
    }
    CU_ASSERT_FALSE(log_level_named("Error", &level));
    CU_ASSERT_FALSE(log_level_named("", &level));
    CU_ASSERT_EQUAL(level, LOG_DEBUG);
}

void unit_log(void)
{
    UNIT(levels_decide_what_is_shown);
    UNIT(peers_cannot_forge_lines);
    UNIT(a_long_line_is_cut_and_ended);
    UNIT(level_names);
}
