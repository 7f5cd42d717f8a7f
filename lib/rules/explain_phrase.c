#include "lib/rules/explain_inner.h"

#include "lib/base/check.h"

/* What the rules say, in Chinese. "{}" is any text, the same one on both sides, itself said in Chinese where it is a phrase. The
 * first row that fits counts. */
static const struct explain_words phrases[] = {
    {"*** (a secret or a password?)", "***（疑为密钥或密码）"},
    {"protocol level {}", "协议级别 {}"},
    {"no extension: a client id of {} characters without a bar",
     "没有扩展参数：客户端 ID 共 {} 个字符，不含竖线"},
    {"byte {}: {}", "第 {} 字节：{}"},
    {"a known key has no value", "已知参数没有值"},
    {"a known key has no value: {}", "已知参数没有值：{}"},
    {"a known key has a value outside its set", "已知参数的值不在允许范围内"},
    {"a known key has a value outside its set: {}", "已知参数的值不在允许范围内：{}"},
    {"a known key is given twice with different values", "已知参数出现两次且值不同"},
    {"a known key is given twice with different values: {}", "已知参数出现两次且值不同：{}"},
    {"there are more than 64 items", "参数超过 64 项"},
    {"there are more than 64 items: {}", "参数超过 64 项：{}"},
    {"there is no closing bar", "缺少结尾的竖线"},
    {"there is text behind the closing bar", "结尾的竖线之后还有内容"},
    {"there is text behind the closing bar: {}", "结尾的竖线之后还有内容：{}"},
    {"clientId|key=value,key=value|", "clientId|参数名=值,参数名=值|"},
    {"a clientId of {} characters", "clientId 共 {} 个字符"},
    {"at most {} characters before the first bar", "第一个竖线之前最多 {} 个字符"},
    {"random is missing", "缺少 random"},
    {"authType, random, signmethod and securemode", "authType、random、signmethod 和 securemode"},
    {"no user name", "没有用户名"},
    {"an empty user name", "用户名为空"},
    {"a user name without '&'", "用户名中没有 &"},
    {"a user name with an empty deviceName", "用户名中的 deviceName 为空"},
    {"a user name with an empty productKey", "用户名中的 productKey 为空"},
    {"no password", "没有密码"},
    {"an empty password", "密码为空"},
    {"user name deviceName&productKey, and a password", "用户名 deviceName&productKey 以及密码"},
    {"dynamic registration on {}, not encrypted", "在未加密的 {} 上进行动态注册"},
    {"securemode=-2 on {}, not encrypted", "在未加密的 {} 上使用 securemode=-2"},
    {"{}, not encrypted", "未加密的 {}"},
    {"tls or wss", "tls 或 wss"},
    {"securemode is missing", "缺少 securemode"},
    {"securemode={} contradicts the transport: {} is not encrypted",
     "securemode={} 与传输方式不符：{} 未加密"},
    {"securemode={} contradicts the transport: {} is encrypted", "securemode={} 与传输方式不符：{} 已加密"},
    {"securemode={} is unknown", "securemode={} 未知"},
    {"securemode={} on tls or wss", "在 tls 或 wss 上使用 securemode={}"},
    {"securemode={} on {}", "securemode={}（{} 上）"},
    {"securemode={}", "securemode={}"},
    {"keep alive from {} to {} s", "Keep Alive 为 {} 至 {} 秒"},
    {"keep alive {} s", "Keep Alive 为 {} 秒"},
    {"a will", "遗嘱消息"},
    {"no will", "不带遗嘱消息"},
    {"signmethod is missing", "缺少 signmethod"},
    {"signmethod={}", "signmethod={}"},
    {"signmethod {}", "signmethod 为 {}"},
    {"product {} has no device {}", "产品 {} 没有设备 {}"},
    {"there is no product {}", "没有产品 {}"},
    {"a device of the platform", "平台上已有的设备"},
    {"device {} of product {}, which is disabled", "已被禁用的设备 {}（产品 {}）"},
    {"an enabled device", "已启用的设备"},
    {"a product whose dynamic registration is switched off", "产品未开启动态注册"},
    {"a product with dynamicRegistration", "已开启动态注册的产品"},
    {"authType=regnwl for a product whose devices are registered in advance",
     "产品的设备须预先注册，却使用了 authType=regnwl"},
    {"authType=regnwl, but there is no token login (token.login)",
     "authType=regnwl，但不支持令牌登录（token.login）"},
    {"authType={}", "authType={}"},
    {"a signature of a device that has no secret yet", "尚无密钥的设备的签名"},
    {"dynamic registration first, which gives the device its secret", "先做动态注册以取得设备密钥"},
    {"{} characters, not hex", "{} 个字符，不是十六进制"},
    {"{} hex digits: {} under the productSecret over {}",
     "{} 个十六进制字符：以 productSecret 为密钥、用 {} 对 {} 签名"},
    {"{} hex digits: {} over {}", "{} 个十六进制字符：用 {} 对 {} 签名"},
    {"{} hex digits", "{} 个十六进制字符"},
    {"a device that is activated already", "设备已激活"},
    {"a device that has not been online since it was added or reset", "添加或重置后从未上线的设备"},
    {"an iotId that was not issued", "iotId 不是平台颁发的"},
    {"an iotToken that was not issued", "iotToken 不是平台颁发的"},
    {"a deviceToken in the place of the iotToken", "在 iotToken 的位置发送了 deviceToken"},
    {"an iotToken that was issued with another iotId", "iotToken 与 iotId 不是同时颁发的"},
    {"an iotToken that has expired", "iotToken 已过期"},
    {"iotId and iotToken of one answer of /auth/devicename, at most {} s old",
     "/auth/devicename 同一次应答中的 iotId 和 iotToken，且不超过 {} 秒"},
    {"a deviceToken that was not issued", "deviceToken 不是平台颁发的"},
    {"an iotToken in the place of the deviceToken", "在 deviceToken 的位置发送了 iotToken"},
    {"a deviceToken of another device", "另一台设备的 deviceToken"},
    {"a deviceToken that was issued to another clientId", "deviceToken 是颁发给另一个 clientId 的"},
    {"a deviceToken that has expired", "deviceToken 已过期"},
    {"the deviceToken that was issued to this productKey, deviceName and clientId",
     "颁发给该 productKey、deviceName 和 clientId 的 deviceToken"},
};

enum { PIECES_MAX = 3 };

static size_t hole(struct str pattern)
{
    for (size_t at = 0; at + 1 < pattern.n; at++)
        if (pattern.p[at] == '{' && pattern.p[at + 1] == '}')
            return at;
    return pattern.n;
}

static struct str behind(struct str s, size_t n)
{
    return (struct str){s.p + n, s.n - n};
}

/* Does the text fit, and what stands in the holes? A piece ends where the pattern's next words begin first; it is never empty. */
static bool fits(struct str pattern, struct str text, struct str pieces[PIECES_MAX])
{
    for (size_t n = 0;; n++) {
        size_t words = hole(pattern);
        if (!str_starts(text, (struct str){pattern.p, words}))
            return false;
        text = behind(text, words);
        if (words == pattern.n)
            return text.n == 0;
        pattern = behind(pattern, words + 2);
        const struct str next = {pattern.p, hole(pattern)};
        size_t length = 1;
        if (next.n == 0)
            length = text.n;
        while (next.n && length < text.n && !str_starts(behind(text, length), next))
            length++;
        if (text.n == 0 || length > text.n)
            return false;
        CHECK(n < PIECES_MAX);
        pieces[n] = (struct str){text.p, length};
        text = behind(text, length);
    }
}

bool explain_phrase(struct str english, struct buf *out)
{
    struct str pieces[PIECES_MAX];
    for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++) {
        if (!fits(str_of(phrases[i].en), english, pieces))
            continue;
        struct str rest = str_of(phrases[i].zh);
        for (size_t n = 0, words; (words = hole(rest)) < rest.n; n++) {
            buf_append(out, rest.p, words);
            if (!explain_phrase(pieces[n], out))
                buf_append_str(out, pieces[n]);
            rest = behind(rest, words + 2);
        }
        buf_append_str(out, rest);
        return true;
    }
    return false;
}
