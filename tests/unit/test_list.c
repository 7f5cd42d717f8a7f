#include "lib/base/list.h"

#include <string.h>

#include "tests/unit/unit.h"

struct item {
    char name;
    struct list link;
};

static const char *names(struct list *head)
{
    static char text[16];
    size_t n = 0;
    LIST_EACH(head, at)
    {
        text[n++] = LIST_ITEM(at, struct item, link)->name;
    }
    text[n] = '\0';
    return text;
}

static void keeps_the_order(void)
{
    struct list head;
    struct item items[] = {{'a', {0}}, {'b', {0}}, {'c', {0}}};
    list_init(&head);
    CU_ASSERT_TRUE(list_is_empty(&head));
    CU_ASSERT_STRING_EQUAL(names(&head), "");
    for (size_t i = 0; i < 3; i++)
        list_add_last(&head, &items[i].link);
    CU_ASSERT_FALSE(list_is_empty(&head));
    CU_ASSERT_STRING_EQUAL(names(&head), "abc");
    list_remove(&items[1].link);
    CU_ASSERT_STRING_EQUAL(names(&head), "ac");
    list_remove(&items[1].link);
    CU_ASSERT_STRING_EQUAL(names(&head), "ac");
    list_add_last(&head, &items[1].link);
    CU_ASSERT_STRING_EQUAL(names(&head), "acb");
    for (size_t i = 0; i < 3; i++)
        list_remove(&items[i].link);
    CU_ASSERT_TRUE(list_is_empty(&head));
}

static void the_current_item_may_go(void)
{
    struct list head;
    struct item items[] = {{'a', {0}}, {'b', {0}}, {'c', {0}}, {'d', {0}}};
    list_init(&head);
    for (size_t i = 0; i < 4; i++)
        list_add_last(&head, &items[i].link);
    size_t walked = 0;
    LIST_EACH(&head, at)
    {
        if (walked++ % 2 == 0)
            list_remove(at);
    }
    CU_ASSERT_EQUAL(walked, 4);
    CU_ASSERT_STRING_EQUAL(names(&head), "bd");
}

void unit_list(void)
{
    UNIT(keeps_the_order);
    UNIT(the_current_item_may_go);
}
