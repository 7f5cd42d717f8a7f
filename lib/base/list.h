/* A doubly linked list whose links live inside the items: no allocation, O(1) removal. */
#ifndef BASE_LIST_H
#define BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

/* Both the head of a list and the link inside an item. */
struct list {
    struct list *next;
    struct list *prev;
};

/* The item around a link: LIST_ITEM(link, struct session, link). */
#define LIST_ITEM(link, type, member) ((type *)(void *)((char *)(link)-offsetof(type, member)))

/* Walks the links; the current item may be removed meanwhile, no other. */
#define LIST_EACH(head, at)                                                                                  \
    for (struct list *at = (head)->next, *at##_next = at->next; at != (head);                                \
         at = at##_next, at##_next = at->next)

static inline void list_init(struct list *head)
{
    head->next = head->prev = head;
}

static inline bool list_is_empty(const struct list *head)
{
    return head->next == head;
}

static inline void list_add_last(struct list *head, struct list *link)
{
    link->prev = head->prev;
    link->next = head;
    head->prev->next = link;
    head->prev = link;
}

/* Takes the item out; its link is then an empty list, so a second removal does nothing. */
static inline void list_remove(struct list *link)
{
    link->prev->next = link->next;
    link->next->prev = link->prev;
    list_init(link);
}

#endif
