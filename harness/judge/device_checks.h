/* The functions behind the table of checks in device_check.c; each group has a file of its own. All have the type of
 * device_check.run: they see the whole stream, and say the first violation, or what was not seen. */
#ifndef HARNESS_JUDGE_DEVICE_CHECKS_H
#define HARNESS_JUDGE_DEVICE_CHECKS_H

#include "harness/judge/device_check.h"

#define DEVICE_CHECK(name) void device_check_##name(const struct device_stream *s, struct device_finding *f)

/* device_check_served.c: what the platform makes of it. */
DEVICE_CHECK(served); /* DEV-22 */
DEVICE_CHECK(noted);  /* DEV-22 */

/* device_check_connect.c: how it signs in. */
DEVICE_CHECK(connect_first); /* DEV-01 */
DEVICE_CHECK(credentials);   /* DEV-02 */
DEVICE_CHECK(keep_alive_range);
DEVICE_CHECK(securemode);
DEVICE_CHECK(client_id_form);    /* CID-01 */
DEVICE_CHECK(username);          /* CID-05 */
DEVICE_CHECK(client_id_own);     /* CID-07 */
DEVICE_CHECK(keep_alive_longer); /* KAL-13 */

/* device_check_session.c: packet identifiers and what is sent again. */
DEVICE_CHECK(packet_ids);            /* DEV-04 */
DEVICE_CHECK(ids_in_flight);         /* DEV-04, and INCONCLUSIVE when there was no second message */
DEVICE_CHECK(resends);               /* DEV-04: on another connection */
DEVICE_CHECK(resends_at_once);       /* DEV-04: on the same one */
DEVICE_CHECK(acknowledges);          /* DEV-03 */
DEVICE_CHECK(acknowledged_in_order); /* DEV-03 */

/* device_check_pace.c: when it sends, and when it dials. */
DEVICE_CHECK(quiet_when_refused); /* DEV-08 */
DEVICE_CHECK(connect_rate);       /* DEV-07 */
DEVICE_CHECK(back_off);           /* DEV-07 */
DEVICE_CHECK(jitter);             /* DEV-07 */
DEVICE_CHECK(keep_alive);         /* KAL-12 */
DEVICE_CHECK(connack_missed);     /* DEV-05, where a CONNACK is withheld */
DEVICE_CHECK(pingresp_missed);    /* DEV-06, where PINGRESPs are withheld */
DEVICE_CHECK(fighting);           /* DEV-15 */
DEVICE_CHECK(crashes);            /* DEV-19 */

/* device_check_tls.c */
DEVICE_CHECK(tls_policy);      /* DEV-14 */
DEVICE_CHECK(tls_server_name); /* DEV-14 */
DEVICE_CHECK(encrypted);       /* NET-10 */
DEVICE_CHECK(root_replaced);   /* NET-11 */

/* device_check_login.c: other ways to sign in than by the device's secret. */
DEVICE_CHECK(token_renewed);      /* DEV-18 */
DEVICE_CHECK(registration_taken); /* DEV-17 */
DEVICE_CHECK(registered_once);    /* DEV-17 */

/* device_check_described.c */
DEVICE_CHECK(described); /* DEV-21 */

#undef DEVICE_CHECK

#endif
