/* The reports about a device that was judged, now or again. */
#ifndef HARNESS_JUDGE_DEVICE_REPORT_H
#define HARNESS_JUDGE_DEVICE_REPORT_H

#include <stdbool.h>

#include "harness/judge/device_record.h"
#include "harness/results.h"

/* Writes them to a folder: those that are chosen (NULL: all). The frame's ledger, target and device are put in here. False when something
 * could not be written; that is told on standard error. */
bool device_report_write(const struct device_record_frame *record, struct results_frame frame,
                         const char *dir, const char *chosen);

#endif
