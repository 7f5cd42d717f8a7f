/* A device for tests of the judge, good or broken in one way: test-device --help. */
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>

#include "harness/commands.h"
#include "lib/base/log.h"
#include "lib/net/loop.h"
#include "tests/devices/device.h"
#include "tests/devices/timekeeper.h"

struct test_device {
    struct loop *loop;
    struct device *device;
};

static void on_start(void *ctx)
{
    device_start(((struct test_device *)ctx)->device);
}

static void on_gone(void *ctx)
{
    struct test_device *t = ctx;
    device_stop(t->device);
    loop_stop(t->loop);
}

static void on_signal(void *ctx, int number)
{
    (void)number;
    on_gone(ctx);
}

static int run(const struct setting *setting, struct clock *clock, struct shared_clock *shared)
{
    struct test_device t = {.loop = loop_new(clock)};
    const struct timekeeper_calls calls = {&t, on_start, on_gone};
    const char *error = "";
    struct timekeeper *keeper = NULL;
    t.device = device_new(t.loop, setting, &error);
    if (t.device) {
        loop_on_signal(t.loop, SIGTERM, on_signal, &t);
        loop_on_signal(t.loop, SIGINT, on_signal, &t);
        if (shared)
            keeper = timekeeper_new(t.loop, shared, &calls);
        else
            device_start(t.device);
        loop_run(t.loop);
    } else {
        log_line(LOG_ERROR, "%s: %s", setting->ca, error);
    }
    timekeeper_stop(keeper);
    loop_free(t.loop);
    timekeeper_free(keeper);
    int code = t.device ? EXIT_AS_EXPECTED : EXIT_INCOMPLETE;
    device_free(t.device);
    return code;
}

/* A device that is to crash leaves no core. */
static void forbid_core(void)
{
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
}

int main(int argc, char **argv)
{
    struct setting setting;
    log_set_name("test-device");
    log_set_level(LOG_INFO);
    forbid_core();
    int code = setting_read(&setting, argc, argv);
    if (code != EXIT_AS_EXPECTED || setting.helps)
        return code;
    if (setting.lists)
        breakage_list(stdout);
    if (setting.lists_styles)
        style_list(stdout);
    if (setting.describes)
        setting_describe(&setting, stdout);
    if (setting.lists || setting.lists_styles || setting.describes)
        return EXIT_AS_EXPECTED;
    struct shared_clock *shared = setting.clock ? shared_clock_join(setting.clock) : NULL;
    if (setting.clock && !shared) {
        log_line(LOG_ERROR, "nobody shares a clock at %s", setting.clock);
        return EXIT_INCOMPLETE;
    }
    struct clock *clock = shared ? clock_new_manual(0) : clock_new_real();
    code = run(&setting, clock, shared);
    clock_free(clock);
    shared_clock_leave(shared);
    return code;
}
