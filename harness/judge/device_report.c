#include "device_report.h"

#include "harness/report.h"
#include "lib/base/problem.h"

bool device_report_write(const struct device_record_frame *record, struct results_frame frame,
                         const char *dir, const char *chosen)
{
    struct problems problems = {0};
    cJSON *target = device_record_target(record), *device = device_record(record);
    frame.ledger = record->plan->suite.ledger;
    frame.target = target;
    frame.device = device;
    cJSON *document = results_document(record->plan->results, &frame);
    bool written = report_write(document, dir, chosen, &problems) == 0;
    problems_print(&problems, stderr);
    problems_fini(&problems);
    cJSON_Delete(document);
    cJSON_Delete(target);
    cJSON_Delete(device);
    return written;
}
