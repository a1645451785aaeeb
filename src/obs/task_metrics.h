#pragma once

#include "obs/metrics.h"

namespace sw::obs {

/// The metrics of tasks: a part of the MetricCatalog, which alone makes it.
struct TaskMetrics {
  explicit TaskMetrics(Metrics& metrics)
      : created(metrics, {.name = "scheduling_tasks_created_total",
                          .help = "Tasks created, next instances of recurring ones included",
                          .where = "tasks, after the commit"}),
        completed(metrics, {.name = "scheduling_tasks_completed_total",
                            .help = "Tasks completed",
                            .where = "tasks, after the commit"}) {}

  Counter<> created;
  Counter<> completed;
};

}  // namespace sw::obs
