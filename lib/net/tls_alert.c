#include "tls_alert.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stdio.h>

const char *tls_alert_name(int number)
{
    static const struct {
        int number;
        const char *name;
    } alerts[] = {{0, "close_notify"},
                  {10, "unexpected_message"},
                  {20, "bad_record_mac"},
                  {21, "decryption_failed"},
                  {22, "record_overflow"},
                  {30, "decompression_failure"},
                  {40, "handshake_failure"},
                  {41, "no_certificate"},
                  {42, "bad_certificate"},
                  {43, "unsupported_certificate"},
                  {44, "certificate_revoked"},
                  {45, "certificate_expired"},
                  {46, "certificate_unknown"},
                  {47, "illegal_parameter"},
                  {48, "unknown_ca"},
                  {49, "access_denied"},
                  {50, "decode_error"},
                  {51, "decrypt_error"},
                  {60, "export_restriction"},
                  {70, "protocol_version"},
                  {71, "insufficient_security"},
                  {80, "internal_error"},
                  {86, "inappropriate_fallback"},
                  {90, "user_canceled"},
                  {100, "no_renegotiation"},
                  {109, "missing_extension"},
                  {110, "unsupported_extension"},
                  {111, "certificate_unobtainable"},
                  {112, "unrecognized_name"},
                  {113, "bad_certificate_status_response"},
                  {114, "bad_certificate_hash_value"},
                  {115, "unknown_psk_identity"},
                  {116, "certificate_required"},
                  {120, "no_application_protocol"}};
    for (size_t i = 0; i < sizeof alerts / sizeof alerts[0]; i++)
        if (alerts[i].number == number)
            return alerts[i].name;
    return "unknown";
}

/* What an alert of a device says about the two sides; NULL: its name says it all. */
static const char *meaning_for_server(int number)
{
    static const struct {
        int number;
        const char *text;
    } meanings[] = {{42, "the device found this broker's certificate corrupt or wrongly signed"},
                    {45, "this broker's certificate has expired, or the device's clock is wrong"},
                    {46, "the device does not accept this broker's certificate"},
                    {48, "the device does not trust this broker's root certificate"},
                    {70, "the device does not speak the version of TLS that was chosen"}};
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
        if (meanings[i].number == number)
            return meanings[i].text;
    return NULL;
}

static void describe_alert(bool is_server, int number, char *out, size_t size)
{
    const char *meaning = is_server ? meaning_for_server(number) : NULL;
    if (meaning)
        snprintf(out, size, "%s: %s", tls_alert_name(number), meaning);
    else
        snprintf(out, size, "the peer sent alert %s", tls_alert_name(number));
}

void tls_alert_describe(SSL *ssl, char *out, size_t size)
{
    unsigned long error = ERR_peek_error();
    int reason = ERR_GET_REASON(error);
    long verified = SSL_get_verify_result(ssl);
    const char *text = error ? ERR_reason_error_string(error) : NULL;
    if (ERR_GET_LIB(error) == ERR_LIB_SSL && reason >= SSL_AD_REASON_OFFSET)
        describe_alert(SSL_is_server(ssl), reason - SSL_AD_REASON_OFFSET, out, size);
    else if (ERR_GET_LIB(error) == ERR_LIB_SSL && reason == SSL_R_CERTIFICATE_VERIFY_FAILED &&
             verified != X509_V_OK)
        snprintf(out, size, "certificate verify failed: %s", X509_verify_cert_error_string(verified));
    else
        snprintf(out, size, "%s", text ? text : "TLS failed without a reason");
}
