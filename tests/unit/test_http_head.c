#include "lib/protocol/http_head.h"

#include "tests/unit/unit.h"

static void the_end_is_found_however_the_bytes_are_cut(void)
{
    struct str whole = STR("GET / HTTP/1.1\r\nHost: x\r\n\r\nrest");
    for (size_t n = 0; n <= whole.n; n++) {
        size_t expected = n >= 27 ? 27 : 0;
        CU_ASSERT_EQUAL(http_head_end((struct str){whole.p, n}, 0), expected);
        if (n > 0 && n <= 27)
            CU_ASSERT_EQUAL(http_head_end((struct str){whole.p, n}, n - 1), expected);
    }
}

static void bare_line_feeds_end_a_head_too(void)
{
    CU_ASSERT_EQUAL(http_head_end(STR("A\nB\n\nC"), 0), 5);
    CU_ASSERT_EQUAL(http_head_end(STR("A\nB\n\r\nC"), 0), 6);
    CU_ASSERT_EQUAL(http_head_end(STR("A\r\nB\r\r\n"), 0), 0);
    CU_ASSERT_EQUAL(http_head_end(STR("\r\n\r\n"), 0), 4);
}

static void lines_are_given_one_by_one(void)
{
    struct str head = STR("GET / HTTP/1.1\r\nHost:  a b\t\r\nEMPTY:\r\nx:y:z\r\n\r\nNot: this");
    struct http_line line;
    size_t at;
    CU_ASSERT_TRUE(str_is(http_head_first(head, &at), "GET / HTTP/1.1"));
    CU_ASSERT_TRUE_FATAL(http_head_next(head, &at, &line));
    CU_ASSERT_TRUE(str_is(line.name, "Host") && str_is(line.value, "a b") && !line.fault);
    CU_ASSERT_TRUE_FATAL(http_head_next(head, &at, &line));
    CU_ASSERT_TRUE(str_is(line.name, "EMPTY") && line.value.n == 0 && !line.fault);
    CU_ASSERT_TRUE_FATAL(http_head_next(head, &at, &line));
    CU_ASSERT_TRUE(str_is(line.name, "x") && str_is(line.value, "y:z") && !line.fault);
    CU_ASSERT_FALSE(http_head_next(head, &at, &line));
}

static void faulty_lines_are_named_and_read_all_the_same(void)
{
    static const struct {
        const char *line, *name, *fault;
    } rows[] = {{"a: b\n", "a", "a header line does not end in CR LF"},
                {" a: b\r\n", "a", "a header line is folded"},
                {"\tmore\r\n", "more", "a header line is folded"},
                {"no colon\r\n", "no colon", "a header line has no colon"},
                {"a : b\r\n", "a", "the name of a header is not a token"},
                {": b\r\n", "", "the name of a header is not a token"},
                {"a(: b\r\n", "a(", "the name of a header is not a token"},
                {"a: b\1\r\n", "a", "the value of a header has a control character"},
                {"a: b\x7f\r\n", "a", "the value of a header has a control character"},
                {"a: b\r\r\n", "a", "the value of a header has a control character"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct http_line line;
        size_t at = 0;
        CU_ASSERT_TRUE_FATAL(http_head_next(str_of(rows[i].line), &at, &line));
        CU_ASSERT_TRUE(str_is(line.name, rows[i].name));
        CU_ASSERT_STRING_EQUAL(line.fault, rows[i].fault);
    }
}

static void headers_are_counted_in_any_case(void)
{
    struct str head = STR("GET / HTTP/1.1\r\nhost: 1\r\nHOST: 2\r\nHosts: 3\r\n\r\n"), value;
    CU_ASSERT_EQUAL(http_head_count(head, "Host", &value), 2);
    CU_ASSERT_TRUE(str_is(value, "1"));
    CU_ASSERT_EQUAL(http_head_count(head, "Ho", NULL), 0);
}

static void lists_are_searched_over_all_their_headers(void)
{
    struct str head =
        STR("GET / HTTP/1.1\r\nConnection: keep-alive , ,\r\nconnection:UPGRADE\r\nx: upgrade\r\n\r\n");
    CU_ASSERT_TRUE(http_head_lists(head, "Connection", "Upgrade"));
    CU_ASSERT_TRUE(http_head_lists(head, "Connection", "keep-alive"));
    CU_ASSERT_FALSE(http_head_lists(head, "Connection", "keep"));
    CU_ASSERT_FALSE(http_head_lists(head, "Connection", ""));
}

static void tokens_are_told_from_other_text(void)
{
    CU_ASSERT_TRUE(http_is_token(STR("Sec-WebSocket-Key")));
    CU_ASSERT_TRUE(http_is_token(STR("mqttv3.1")));
    CU_ASSERT_FALSE(http_is_token(STR("")));
    CU_ASSERT_FALSE(http_is_token(STR("a b")));
    CU_ASSERT_FALSE(http_is_token(STR("a\0b")));
    CU_ASSERT_FALSE(http_is_token(STR("a/b")));
}

void unit_http_head(void)
{
    UNIT(the_end_is_found_however_the_bytes_are_cut);
    UNIT(bare_line_feeds_end_a_head_too);
    UNIT(lines_are_given_one_by_one);
    UNIT(faulty_lines_are_named_and_read_all_the_same);
    UNIT(headers_are_counted_in_any_case);
    UNIT(lists_are_searched_over_all_their_headers);
    UNIT(tokens_are_told_from_other_text);
}
