/* The page /console on the web port and on the control port: a device in a browser, and what the control API shows.
 * Static files and one JSON of facts; whatever the page asks and does goes through the control API or signs in as a device. */
#ifndef BROKER_CONSOLE_H
#define BROKER_CONSOLE_H

#include <stdbool.h>

struct broker;
struct http_call;

/* An answer is no larger, so that it fits what a device port keeps for a slow reader (HTTP_JOIN_WAITING_BYTES). */
enum { CONSOLE_ANSWER_MAX = 248 * 1024 };

/* MQTT.js, compressed: in the folder of `make console-assets` (below home_dir()), or of --console-assets. */
#define CONSOLE_LIBRARY "mqtt.min.js.gz"

/* What the page has to know of the program; texts are borrowed. */
struct console {
    const char *assets;          /* folder of CONSOLE_LIBRARY; NULL: where make puts it */
    const char *control_address; /* of the control API; NULL: there is none */
    int control_port;
    bool control_is_local; /* on a loopback address, out of reach for a page on another machine */
    bool has_token;
};

/* True for /console and what is below it. */
bool console_is_path(const char *path);

/* Answers a call of such a path. */
void console_answer(const struct broker *b, struct http_call *call);

#endif
