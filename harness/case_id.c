#include "case_id.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

bool case_id_is_good(const char *id)
{
    size_t letters = 0, digits = 0;
    while (isupper((unsigned char)id[letters]))
        letters++;
    if (letters == 0 || id[letters] != '-')
        return false;
    while (isdigit((unsigned char)id[letters + 1 + digits]))
        digits++;
    return digits > 0 && id[letters + 1 + digits] == '\0';
}

bool case_id_is_good_row(const char *id)
{
    if (!*id)
        return false;
    for (const char *c = id; *c; c++)
        if (!isalnum((unsigned char)*c) && !strchr("-_.", *c))
            return false;
    return true;
}
