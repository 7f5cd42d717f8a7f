#include "host_name.h"

#include "lib/net/address.h"

enum { LABEL_BYTES_MAX = 63 };

bool host_name_is_label(struct str label)
{
    for (size_t i = 0; i < label.n; i++) {
        char c = label.p[i];
        bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z', digit = c >= '0' && c <= '9';
        bool hyphen = c == '-' && i > 0 && i + 1 < label.n;
        if (!letter && !digit && !hyphen && c != '_')
            return false;
    }
    return label.n > 0 && label.n <= LABEL_BYTES_MAX;
}

bool host_name_is_address(const char *text)
{
    struct sockaddr_storage socket;
    return address_parse(text, 0, &socket);
}

bool host_name_is_good(const char *text)
{
    struct str rest = str_of(text);
    if (host_name_is_address(text))
        return true;
    if (rest.n > HOST_NAME_BYTES_MAX)
        return false;
    for (;;) {
        size_t dot = str_find(rest, '.');
        if (!host_name_is_label((struct str){rest.p, dot}))
            return false;
        if (dot == rest.n)
            return true;
        rest = (struct str){rest.p + dot + 1, rest.n - dot - 1};
    }
}
