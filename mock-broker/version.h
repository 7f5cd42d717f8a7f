/* The program's name and version, for --version, the control API and its header. */
#ifndef BROKER_VERSION_H
#define BROKER_VERSION_H

#define BROKER_NAME    "mock-broker"
#define BROKER_VERSION "0.1.0"

#endif
