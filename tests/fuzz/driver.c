/* Replays a corpus through a fuzz entry point and then mutates it, the same way every time: for machines without libFuzzer.
 * fuzz/NAME CORPUS_DIR [--seconds N] [--runs N] [--seed N]: until the time is over or so many mutations were run, whichever
 * is given. An input that ends the program is left in ./fuzz-crash; copied into a corpus, it is replayed. */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"
#include "tests/fuzz/fuzz.h"

enum { INPUTS_MAX = 1000, INPUT_MAX_BYTES = 65536, INPUTS_A_LOOK = 64 };

/* There when the program is built with a sanitizer, which ends it without a signal. */
void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

struct corpus {
    struct buf inputs[INPUTS_MAX];
    size_t count;
};

struct options {
    int64_t seconds, runs, seed;
    const char *dir;
};

static uint64_t state = 1;
static const struct buf *running; /* the input that is being tried */

static uint64_t next_random(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static size_t below(size_t limit)
{
    return limit ? (size_t)(next_random() % limit) : 0;
}

static void read_input(struct corpus *corpus, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return;
    struct buf *input = &corpus->inputs[corpus->count++];
    buf_init(input, INPUT_MAX_BYTES);
    uint8_t *room = buf_reserve(input, INPUT_MAX_BYTES);
    buf_commit(input, fread(room, 1, INPUT_MAX_BYTES, file));
    fclose(file);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void read_corpus(struct corpus *corpus, const char *dir)
{
    struct dirent **names;
    int count = scandir(dir, &names, NULL, by_name);
    for (int i = 0; i < count; i++) {
        char *path = mem_printf("%s/%s", dir, names[i]->d_name);
        if (names[i]->d_name[0] != '.' && corpus->count < INPUTS_MAX)
            read_input(corpus, path);
        free(path);
        free(names[i]);
    }
    if (count >= 0)
        free(names);
}

static void flip(struct buf *b)
{
    if (b->len)
        b->data[below(b->len)] ^= (uint8_t)(1u << below(8));
}

static void overwrite(struct buf *b)
{
    static const uint8_t telling[] = {0, 1, 2, 0x7f, 0x80, 0xff, '|', ',', '=', '"', '{', '[', '/', '+', '#'};
    if (b->len)
        b->data[below(b->len)] = telling[below(sizeof telling)];
}

/* Lengths that readers stumble over: the largest and the smallest of their kind, and one past what is there. */
static void overwrite_length(struct buf *b)
{
    static const struct {
        uint8_t bytes[5];
        size_t n;
    } lengths[] = {{{0xff, 0xff, 0xff, 0x7f}, 4},
                   {{0xff, 0xff, 0xff, 0xff, 0x01}, 5},
                   {{0x80, 0x80, 0x00}, 3},
                   {{0xff, 0x7f}, 2},
                   {{0x80, 0x01}, 2},
                   {{0x00, 0x00}, 2},
                   {{0x00, 0x01}, 2},
                   {{0xff, 0xff}, 2},
                   {{0x7f, 0xff}, 2},
                   {{0x00, 0x80}, 2}};
    size_t i = below(sizeof lengths / sizeof lengths[0]), at = below(b->len);
    for (size_t k = 0; k < lengths[i].n && at + k < b->len; k++)
        b->data[at + k] = lengths[i].bytes[k];
}

/* A byte one up or down: a length that almost fits. */
static void nudge(struct buf *b)
{
    if (!b->len)
        return;
    uint8_t *byte = &b->data[below(b->len)];
    *byte = (uint8_t)(*byte + (below(2) ? 1 : 255));
}

static void cut_out(struct buf *b)
{
    size_t from = below(b->len), n = below(b->len - from + 1);
    if (n)
        memmove(b->data + from, b->data + from + n, b->len - from - n);
    b->len -= n;
}

static void insert_part(struct buf *b, const struct buf *other)
{
    size_t from = below(other->len), n = below(other->len - from + 1), at = below(b->len + 1);
    uint8_t *room = n ? buf_reserve(b, n) : NULL;
    if (!room)
        return;
    memmove(b->data + at + n, b->data + at, b->len - at);
    memcpy(b->data + at, other->data + from, n);
    b->len += n;
}

/* A run of one byte, short or long. */
static void insert_run(struct buf *b)
{
    struct buf same;
    buf_init(&same, INPUT_MAX_BYTES);
    uint8_t byte = b->len ? b->data[below(b->len)] : (uint8_t)below(256);
    for (size_t n = 1 + below(below(8) ? 8 : 600); n > 0; n--)
        buf_append_byte(&same, byte);
    insert_part(b, &same);
    buf_fini(&same);
}

static void mutate(struct buf *b, const struct corpus *corpus)
{
    for (size_t times = 1 + below(6); times > 0; times--) {
        switch (below(7)) {
        case 0:
            flip(b);
            break;
        case 1:
            overwrite(b);
            break;
        case 2:
            cut_out(b);
            break;
        case 3:
            overwrite_length(b);
            break;
        case 4:
            nudge(b);
            break;
        case 5:
            insert_run(b);
            break;
        default:
            insert_part(b, &corpus->inputs[below(corpus->count)]);
        }
    }
}

/* Called in a dying program: only what is safe there. */
static void keep_input(void)
{
    static const char said[] = "the input is in ./fuzz-crash\n";
    int fd = open("fuzz-crash", O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (fd < 0 || write(fd, running->data, running->len) != (ssize_t)running->len)
        return;
    close(fd);
    if (write(STDERR_FILENO, said, sizeof said - 1) < 0)
        return;
}

static void on_signal(int number)
{
    keep_input();
    signal(number, SIG_DFL);
    raise(number);
}

static void watch(void)
{
    if (__sanitizer_set_death_callback)
        __sanitizer_set_death_callback(keep_input);
    signal(SIGABRT, on_signal); /* CHECK */
    if (!__sanitizer_set_death_callback) {
        signal(SIGSEGV, on_signal);
        signal(SIGBUS, on_signal);
        signal(SIGFPE, on_signal);
    }
}

/* In a block of its own size, so that a sanitizer sees the first byte read past the end. */
static void run(const struct buf *input)
{
    uint8_t *exact = mem_alloc(input->len);
    if (input->len)
        memcpy(exact, input->data, input->len);
    running = input;
    LLVMFuzzerTestOneInput(exact, input->len);
    free(exact);
}

static size_t run_mutations(const struct corpus *corpus, const struct options *options)
{
    struct clock *clock = clock_new_real();
    size_t runs = 0, most = options->runs ? (size_t)options->runs : SIZE_MAX;
    int64_t end_ms = options->seconds || !options->runs ? options->seconds * 1000 : INT64_MAX;
    while (runs < most && clock_now_ms(clock) < end_ms) {
        for (int i = 0; i < INPUTS_A_LOOK && runs < most; i++, runs++) {
            struct buf input;
            buf_init(&input, INPUT_MAX_BYTES);
            buf_append_str(&input, buf_str(&corpus->inputs[below(corpus->count)]));
            mutate(&input, corpus);
            run(&input);
            buf_fini(&input);
        }
    }
    clock_free(clock);
    return runs;
}

/* The number of an option that takes one, or NULL. */
static int64_t *number_of(struct options *options, const char *name)
{
    return strcmp(name, "--seconds") == 0 ? &options->seconds
           : strcmp(name, "--runs") == 0  ? &options->runs
           : strcmp(name, "--seed") == 0  ? &options->seed
                                          : NULL;
}

static bool read_options(struct options *options, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        int64_t *number = number_of(options, argv[i]);
        if (number) {
            if (++i == argc || !str_to_int(str_of(argv[i]), number) || *number < 0)
                return false;
        } else if (argv[i][0] == '-' || options->dir) {
            return false;
        } else {
            options->dir = argv[i];
        }
    }
    return options->dir != NULL;
}

int main(int argc, char **argv)
{
    struct options options = {.seed = 1};
    if (!read_options(&options, argc, argv)) {
        fprintf(stderr, "usage: fuzz/NAME CORPUS_DIR [--seconds N] [--runs N] [--seed N]\n");
        return 2;
    }
    state = (uint64_t)options.seed * 0x9e3779b97f4a7c15ULL + 1;
    static struct corpus corpus;
    read_corpus(&corpus, options.dir);
    if (corpus.count == 0) {
        fprintf(stderr, "%s: no corpus there\n", options.dir);
        return 2;
    }
    watch();
    for (size_t i = 0; i < corpus.count; i++)
        run(&corpus.inputs[i]);
    size_t mutations = run_mutations(&corpus, &options);
    printf("%s: %zu inputs replayed, %zu mutations\n1 passed, 0 failed, 0 skipped\n", options.dir,
           corpus.count, mutations);
    for (size_t i = 0; i < corpus.count; i++)
        buf_fini(&corpus.inputs[i]);
    return 0;
}
