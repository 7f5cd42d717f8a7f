/* lint-as: mock-broker/router.h */
#ifndef ROUTER_H
#define ROUTER_H
#endif
