#include "lib/net/tls_alert.h"

#include "tests/unit/unit.h"

#include <openssl/err.h>

static void alerts_have_the_standards_names(void)
{
    CU_ASSERT_STRING_EQUAL(tls_alert_name(0), "close_notify");
    CU_ASSERT_STRING_EQUAL(tls_alert_name(40), "handshake_failure");
    CU_ASSERT_STRING_EQUAL(tls_alert_name(48), "unknown_ca");
    CU_ASSERT_STRING_EQUAL(tls_alert_name(120), "no_application_protocol");
    CU_ASSERT_STRING_EQUAL(tls_alert_name(1), "unknown");
}

static void errors_are_described(void)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    SSL *ssl = SSL_new(context);
    char text[100];
    ERR_clear_error();
    tls_alert_describe(ssl, text, sizeof text);
    CU_ASSERT_STRING_EQUAL(text, "TLS failed without a reason");
    ERR_raise(ERR_LIB_SSL, SSL_AD_REASON_OFFSET + 45);
    tls_alert_describe(ssl, text, sizeof text);
    CU_ASSERT_STRING_EQUAL(text, "the peer sent alert certificate_expired");
    ERR_clear_error();
    ERR_raise(ERR_LIB_SSL, SSL_R_HTTP_REQUEST);
    tls_alert_describe(ssl, text, sizeof text);
    CU_ASSERT_STRING_EQUAL(text, "http request");
    ERR_clear_error();
    SSL_set_verify_result(ssl, X509_V_ERR_CERT_HAS_EXPIRED);
    ERR_raise(ERR_LIB_SSL, SSL_R_CERTIFICATE_VERIFY_FAILED);
    tls_alert_describe(ssl, text, sizeof text);
    CU_ASSERT_STRING_EQUAL(text, "certificate verify failed: certificate has expired");
    ERR_clear_error();
    SSL_free(ssl);
    SSL_CTX_free(context);
}

void unit_tls_alert(void)
{
    UNIT(alerts_have_the_standards_names);
    UNIT(errors_are_described);
}
