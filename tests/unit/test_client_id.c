#include "lib/protocol/client_id.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/base/buf.h"
#include "lib/base/mem.h"
#include "tests/unit/unit.h"

/* A client id, its core, and its items written "key=value;" in order, to compare a whole list at once. */
struct shape {
    const char *text, *core, *items;
    size_t ignored;
};

static const char *items_text(const struct client_id *id, struct buf *out)
{
    buf_clear(out);
    for (size_t i = 0; i < id->count; i++)
        buf_printf(out, "%.*s=%.*s;", STR_ARG(id->items[i].key), STR_ARG(id->items[i].value));
    return buf_cstr(out);
}

static void expect_shapes(const struct shape *shapes, size_t count)
{
    struct buf text;
    buf_init(&text, 4096);
    for (size_t i = 0; i < count; i++) {
        struct client_id id;
        struct client_id_fault fault;
        bool good = client_id_parse(str_of(shapes[i].text), &id, &fault);
        CU_ASSERT_TRUE(good);
        if (!good) {
            fprintf(stderr, "\n%s: %s at %zu\n", shapes[i].text, fault.reason, fault.offset);
            continue;
        }
        CU_ASSERT_TRUE(id.has_extension);
        CU_ASSERT_TRUE(str_is(id.core, shapes[i].core));
        CU_ASSERT_STRING_EQUAL(items_text(&id, &text), shapes[i].items);
        CU_ASSERT_EQUAL(id.ignored, shapes[i].ignored);
    }
    buf_fini(&text);
}

/* device-facts 2.3, as sent. */
static void shapes_of_real_devices(void)
{
    static const struct shape shapes[] = {
        {"yfTuLfBJTiL.TestDeviceForDemo|securemode=3,timestamp=2524608000000,signmethod=hmacsha1,gw=0,"
         "partner_id=example.demo.partner-id,module_id=example.demo.module-id|",
         "yfTuLfBJTiL.TestDeviceForDemo",
         "securemode=3;timestamp=2524608000000;signmethod=hmacsha1;gw=0;partner_id=example.demo.partner-id;"
         "module_id=example.demo.module-id;",
         0},
        {"a1MZxOdcBnO.test_01|securemode=2,_v=sdk-c-2.3.0,timestamp=2524608000000,signmethod=hmacsha1,lan=C,"
         "gw=0,ext=0,pid=example.demo.partner-id,mid=example.demo.module-id|",
         "a1MZxOdcBnO.test_01",
         "securemode=2;_v=sdk-c-2.3.0;timestamp=2524608000000;signmethod=hmacsha1;lan=C;gw=0;ext=0;"
         "pid=example.demo.partner-id;mid=example.demo.module-id;",
         0},
        {"a1RIsMLz2BJ.example1|timestamp=2524608000000,_v=sdk-c-3.0.1,securemode=3,signmethod=hmacsha256,lan="
         "C,"
         "gw=0,ext=0|",
         "a1RIsMLz2BJ.example1",
         "timestamp=2524608000000;_v=sdk-c-3.0.1;securemode=3;signmethod=hmacsha256;lan=C;gw=0;ext=0;", 0},
        {"PK.DN|timestamp=2524608000000,_v=sdk-c-3.2.0,securemode=2,signmethod=hmacsha256,lan=C,_ss=1,gw=0,"
         "ext=0|",
         "PK.DN",
         "timestamp=2524608000000;_v=sdk-c-3.2.0;securemode=2;signmethod=hmacsha256;lan=C;_ss=1;gw=0;ext=0;",
         0},
        {"PK.DN|timestamp=2524608000000,_ss=1,_v=sdk-c-4.1.0,securemode=2,signmethod=hmacsha256,ext=3,"
         "_conn=tls_37|",
         "PK.DN",
         "timestamp=2524608000000;_ss=1;_v=sdk-c-4.1.0;securemode=2;signmethod=hmacsha256;ext=3;_conn=tls_"
         "37;",
         0},
        {"PK&DN|securemode=3,signmethod=hmacsha1,timestamp=1795200286135,lan=NodeJS,_v=1.2.8|", "PK&DN",
         "securemode=3;signmethod=hmacsha1;timestamp=1795200286135;lan=NodeJS;_v=1.2.8;", 0},
        {"DN|securemode=2,signmethod=hmacsha1,timestamp=1795201890|", "DN",
         "securemode=2;signmethod=hmacsha1;timestamp=1795201890;", 0},
        {"DN.PK|random=1f2e3d4c,authType=register,securemode=2,signmethod=hmacsha256|", "DN.PK",
         "random=1f2e3d4c;authType=register;securemode=2;signmethod=hmacsha256;", 0},
        {"cid0001|authType=connwl,securemode=-2,_ss=1,ext=3,_v=sdk-c-4.2.0|", "cid0001",
         "authType=connwl;securemode=-2;_ss=1;ext=3;_v=sdk-c-4.2.0;", 0},
    };
    expect_shapes(shapes, sizeof shapes / sizeof shapes[0]);
}

static void odd_shapes_of_real_devices(void)
{
    static const struct shape shapes[] = {
        /* Link SDK 4.x without an extension: an empty item at the end. */
        {"PK.DN|timestamp=2524608000000,_ss=1,_v=sdk-c-4.1.0,securemode=2,signmethod=hmacsha256,ext=3,|",
         "PK.DN", "timestamp=2524608000000;_ss=1;_v=sdk-c-4.1.0;securemode=2;signmethod=hmacsha256;ext=3;",
         1},
        /* npm 1.0.1: line feeds and blanks. */
        {"PK&DN_aliyun-iot-device-sdk-js|securemode=3,\n        signmethod=hmacsha1,\n        "
         "timestamp=1795200292746|",
         "PK&DN_aliyun-iot-device-sdk-js", "securemode=3;signmethod=hmacsha1;timestamp=1795200292746;", 0},
        /* Python LinkKit: a bar inside the list, and more behind it. */
        {"PK&DN|securemode=2,signmethod=hmacsha1,ext=1,_ss=1,lan=Python,_v=1.2.13,sii=Eth|03ACDEFF0032,"
         "timestamp=1795200816|",
         "PK&DN",
         "securemode=2;signmethod=hmacsha1;ext=1;_ss=1;lan=Python;_v=1.2.13;sii=Eth|03ACDEFF0032;"
         "timestamp=1795200816;",
         0},
        /* npm 1.2.8 in a browser: a bar, a blank and an empty item. */
        {"PK&DN|securemode=3,signmethod=hmacsha1,timestamp=1795200286135,lan=JS|Broswer ,|", "PK&DN",
         "securemode=3;signmethod=hmacsha1;timestamp=1795200286135;lan=JS|Broswer;", 1},
        {"PK&DN|lan=JS|Broswer ,_v=1.2.8|", "PK&DN", "lan=JS|Broswer;_v=1.2.8;", 0},
    };
    expect_shapes(shapes, sizeof shapes / sizeof shapes[0]);
}

static void tolerated_forms(void)
{
    static const struct shape shapes[] = {
        {"12345||", "12345", "", 0},
        {"12345| \n |", "12345", "", 0},
        {"|securemode=3|", "", "securemode=3;", 0},
        {"a|,,|", "a", "", 3},
        {"a|securemode,=3,novalue|", "a", "", 3},
        {"a|x=,y=1=2|", "a", "x=;y=1=2;", 0},
        {"a| securemode = 3 ,\tSecureMode=x|", "a", "securemode=3;SecureMode=x;", 0},
        {"a|securemode=3,securemode=3|", "a", "securemode=3;securemode=3;", 0},
        {"a|lan=C,lan=JS|", "a", "lan=C;lan=JS;", 0},
        {"a|b|c=1|", "a", "b|c=1;", 0},
    };
    expect_shapes(shapes, sizeof shapes / sizeof shapes[0]);
}

static void a_bare_id_has_no_extension(void)
{
    struct client_id id;
    struct client_id_fault fault;
    CU_ASSERT_TRUE(client_id_parse(STR("dev1"), &id, &fault));
    CU_ASSERT_FALSE(id.has_extension);
    CU_ASSERT_TRUE(str_is(id.core, "dev1"));
    CU_ASSERT_EQUAL(id.count, 0);
    CU_ASSERT_TRUE(client_id_parse(STR(""), &id, &fault));
    CU_ASSERT_FALSE(id.has_extension);
    CU_ASSERT_EQUAL(id.core.n, 0);
    CU_ASSERT_TRUE(client_id_parse((struct str){NULL, 0}, &id, &fault));
    CU_ASSERT_EQUAL(id.core.n, 0);
}

static void malformed_extensions_are_refused_with_their_place(void)
{
    static const struct {
        const char *text, *reason;
        size_t offset;
    } rows[] = {
        {"12345|securemode=3", "there is no closing bar", 18},
        {"12345|", "there is no closing bar", 6},
        {"|", "there is no closing bar", 1},
        {"a|securemode=3|x", "there is text behind the closing bar", 15},
        {"a|securemode=3|\n", "there is text behind the closing bar", 15},
        {"a|b|c", "there is text behind the closing bar", 4},
        {"a|securemode=|", "a known key has no value", 2},
        {"a|lan=C, timestamp= |", "a known key has no value", 9},
        {"a|signmethod=,securemode=3|", "a known key has no value", 2},
        {"a|random=|", "a known key has no value", 2},
        {"a|instanceId=|", "a known key has no value", 2},
        {"a|securemode=9|", "a known key has a value outside its set", 2},
        {"a|securemode=03|", "a known key has a value outside its set", 2},
        {"a|securemode=6|", "a known key has a value outside its set", 2},
        {"a|securemode=3 3|", "a known key has a value outside its set", 2},
        {"a|securemode=3||", "a known key has a value outside its set", 2},
        {"a|securemode=3|,timestamp=1|", "a known key has a value outside its set", 2},
        {"a|authType=Register|", "a known key has a value outside its set", 2},
        {"a|ext=x|", "a known key has a value outside its set", 2},
        {"a|gw=-1|", "a known key has a value outside its set", 2},
        {"a|_ss=1.0|", "a known key has a value outside its set", 2},
        {"a|securemode=3,lan=C,securemode=2|", "a known key is given twice with different values", 21},
        {"a|timestamp=1,timestamp=2|", "a known key is given twice with different values", 14},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct client_id id;
        struct client_id_fault fault = {"", 0};
        CU_ASSERT_FALSE(client_id_parse(str_of(rows[i].text), &id, &fault));
        CU_ASSERT_STRING_EQUAL(fault.reason, rows[i].reason);
        CU_ASSERT_EQUAL(fault.offset, rows[i].offset);
        if (fault.offset != rows[i].offset)
            fprintf(stderr, "\n%s: offset %zu\n", rows[i].text, fault.offset);
    }
}

static void every_securemode_of_the_set_parses(void)
{
    static const char *const modes[] = {"-2", "-1", "0", "1", "2", "3", "4", "5", "7", "8"};
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        char *text = mem_printf("a|securemode=%s|", modes[i]);
        struct client_id id;
        struct client_id_fault fault;
        CU_ASSERT_TRUE(client_id_parse(str_of(text), &id, &fault));
        CU_ASSERT_TRUE(str_is(client_id_get(&id, "securemode"), modes[i]));
        free(text);
    }
}

/* The limit is on items that count; what is ignored does not take a place. */
static void too_many_items(void)
{
    struct buf text;
    buf_init(&text, 4096);
    buf_printf(&text, "a|,,");
    for (int i = 0; i < CLIENT_ID_ITEMS_MAX; i++)
        buf_printf(&text, "k%d=v,", i);
    buf_printf(&text, "|");
    struct client_id id;
    struct client_id_fault fault = {"", 0};
    CU_ASSERT_TRUE(client_id_parse(buf_str(&text), &id, &fault));
    CU_ASSERT_EQUAL(id.count, CLIENT_ID_ITEMS_MAX);
    size_t place = text.len - 1;
    text.len--;
    buf_printf(&text, "x=1|");
    CU_ASSERT_FALSE(client_id_parse(buf_str(&text), &id, &fault));
    CU_ASSERT_STRING_EQUAL(fault.reason, "there are more than 64 items");
    CU_ASSERT_EQUAL(fault.offset, place);
    buf_fini(&text);
}

static void lookup_is_exact(void)
{
    struct client_id id;
    struct client_id_fault fault;
    CU_ASSERT_TRUE(client_id_parse(STR("a|securemode=3,lan=,x=1|"), &id, &fault));
    CU_ASSERT_TRUE(str_is(client_id_get(&id, "securemode"), "3"));
    CU_ASSERT_PTR_NULL(client_id_get(&id, "SecureMode").p);
    CU_ASSERT_PTR_NULL(client_id_get(&id, "secure").p);
    CU_ASSERT_PTR_NOT_NULL(client_id_get(&id, "lan").p);
    CU_ASSERT_EQUAL(client_id_get(&id, "lan").n, 0);
    CU_ASSERT_EQUAL(id.items[2].offset, 20);
    CU_ASSERT_TRUE(client_id_key_known(STR("authType")));
    CU_ASSERT_FALSE(client_id_key_known(STR("authtype")));
    CU_ASSERT_FALSE(client_id_key_known(STR("_v")));
    CU_ASSERT_FALSE(client_id_key_known(STR("")));
}

void unit_client_id(void)
{
    UNIT(shapes_of_real_devices);
    UNIT(odd_shapes_of_real_devices);
    UNIT(tolerated_forms);
    UNIT(a_bare_id_has_no_extension);
    UNIT(malformed_extensions_are_refused_with_their_place);
    UNIT(every_securemode_of_the_set_parses);
    UNIT(too_many_items);
    UNIT(lookup_is_exact);
}
