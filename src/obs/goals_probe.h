#pragma once

#include "base/uuid.h"
#include "obs/log.h"
#include "obs/metric_catalog.h"

namespace sw::obs {

/// What goals tell of themselves, after the commit: metric and log together. One a process;
/// thread-safe.
class GoalsProbe {
 public:
  GoalsProbe(MetricCatalog& catalog, Log& log);

  void goalCreated(const base::Uuid& goal) const;
  /// By its owner, or by its progress.
  void goalCompleted(const base::Uuid& goal) const;

 private:
  Logger logger_;
  CounterHandle created_;
  CounterHandle completed_;
};

}  // namespace sw::obs
