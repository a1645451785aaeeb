#pragma once

#include "accounts/activity.h"
#include "base/error.h"
#include "obs/log.h"
#include "obs/metric_catalog.h"

namespace sw::accounts {

/// What is told of how many people are active: metric and log together. One a process;
/// thread-safe.
class ActivityProbe {
 public:
  ActivityProbe(obs::MetricCatalog& catalog, obs::Log& log);

  void counted(const ActivityStore::Census& census) const;
  void failed(const base::Error& error) const;

 private:
  obs::Logger logger_;
  obs::GaugeHandle day_;
  obs::GaugeHandle week_;
  obs::GaugeHandle month_;
};

}  // namespace sw::accounts
