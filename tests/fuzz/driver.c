/* Replays a corpus through a fuzz entry point and then mutates it, the same way every time: for machines without libFuzzer.
 * fuzz/NAME CORPUS_DIR [--seconds N] [--seed N] */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUTS_MAX = 1000, INPUT_MAX_BYTES = 65536, INPUTS_A_LOOK = 64 };

struct corpus {
    struct buf inputs[INPUTS_MAX];
    size_t count;
};

static uint64_t state = 1;

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

static void cut_out(struct buf *b)
{
    size_t from = below(b->len), n = below(b->len - from + 1);
    if (n)
        memmove(b->data + from, b->data + from + n, b->len - from - n);
    b->len -= n;
}

static void splice(struct buf *b, const struct buf *other)
{
    size_t from = below(other->len), n = below(other->len - from + 1), at = below(b->len + 1);
    uint8_t *room = n ? buf_reserve(b, n) : NULL;
    if (!room)
        return;
    memmove(b->data + at + n, b->data + at, b->len - at);
    memcpy(b->data + at, other->data + from, n);
    b->len += n;
}

static void mutate(struct buf *b, const struct corpus *corpus)
{
    for (size_t times = 1 + below(6); times > 0; times--) {
        switch (below(4)) {
        case 0:
            flip(b);
            break;
        case 1:
            overwrite(b);
            break;
        case 2:
            cut_out(b);
            break;
        default:
            splice(b, &corpus->inputs[below(corpus->count)]);
        }
    }
}

/* In a block of its own size, so that a sanitizer sees the first byte read past the end. */
static void run(const struct buf *input)
{
    uint8_t *exact = mem_alloc(input->len);
    if (input->len)
        memcpy(exact, input->data, input->len);
    LLVMFuzzerTestOneInput(exact, input->len);
    free(exact);
}

static size_t run_mutations(const struct corpus *corpus, int64_t seconds)
{
    struct clock *clock = clock_new_real();
    size_t runs = 0;
    while (clock_now_ms(clock) < seconds * 1000) {
        for (int i = 0; i < INPUTS_A_LOOK; i++, runs++) {
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

static int usage(void)
{
    fprintf(stderr, "usage: fuzz/NAME [--seconds N] [--seed N] CORPUS_DIR\n");
    return 2;
}

int main(int argc, char **argv)
{
    int64_t seconds = 0, seed = 1;
    const char *dir = NULL;
    for (int i = 1; i < argc; i++) {
        bool is_option = strcmp(argv[i], "--seconds") == 0 || strcmp(argv[i], "--seed") == 0;
        if (is_option &&
            (i + 1 == argc || !str_to_int(str_of(argv[i + 1]), argv[i][4] == 'c' ? &seconds : &seed)))
            return usage();
        if (is_option)
            i++;
        else if (argv[i][0] == '-' || dir)
            return usage();
        else
            dir = argv[i];
    }
    if (!dir)
        return usage();
    state = (uint64_t)seed * 0x9e3779b97f4a7c15ULL + 1;
    static struct corpus corpus;
    read_corpus(&corpus, dir);
    if (corpus.count == 0) {
        fprintf(stderr, "%s: no corpus there\n", dir);
        return 2;
    }
    for (size_t i = 0; i < corpus.count; i++)
        run(&corpus.inputs[i]);
    size_t mutations = run_mutations(&corpus, seconds);
    printf("%s: %zu inputs replayed, %zu mutations\n1 passed, 0 failed, 0 skipped\n", dir, corpus.count,
           mutations);
    for (size_t i = 0; i < corpus.count; i++)
        buf_fini(&corpus.inputs[i]);
    return 0;
}
