/* Vectors of refused CONNECTs and the mistakes that explain them: read into requests for lib/rules/explain. */
#ifndef HARNESS_VECTORS_EXPLAIN_H
#define HARNESS_VECTORS_EXPLAIN_H

#include "harness/explain_request.h"
#include "harness/vectors_run.h"

/* The request of a vector of kind "explain"; texts live as long as run's. */
void vector_explain_read(struct vector_run *run, struct explain_request *out);

#endif
