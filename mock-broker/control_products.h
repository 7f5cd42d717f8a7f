/* The control API's products: what devices may do without being known before. */
#ifndef BROKER_CONTROL_PRODUCTS_H
#define BROKER_CONTROL_PRODUCTS_H

struct broker;
struct http_call;

/* GET products: all of them, without secrets. */
void control_products_get(struct broker *b, struct http_call *call);

/* POST products {"productKey","productSecret"?,"dynamicRegistration"?,"registration"?,"authType"?}: adds one, or changes what is
 * named. */
void control_products_post(struct broker *b, struct http_call *call);

#endif
