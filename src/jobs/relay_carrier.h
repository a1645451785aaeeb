#pragma once

#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "jobs/change_log.h"
#include "jobs/change_subscriber.h"
#include "jobs/relay_backlog.h"
#include "jobs/relay_probe.h"
#include "jobs/relay_store.h"
#include "jobs/unit_of_work.h"

namespace sw::jobs {

/// Tells one subscriber the next changes of one user, and moves its position. Owned by the relay,
/// used on its thread; for several lanes at once, for one lane once.
class RelayCarrier {
 public:
  RelayCarrier(ChangeLog& log, RelayStore& store, Storage& storage, RelayProbe& probe, int batch)
      : log_(log), store_(store), storage_(storage), probe_(probe), batch_(batch) {}

  /// One batch. After a failure a batch is a single change, so that what comes before a change
  /// that cannot be told is told. Failures are reported here, every one; suspends.
  base::Task<RelayBacklog::Outcome> carry(RelayLane& lane, ChangeSubscriber& subscriber,
                                          base::Instant since);

 private:
  base::Task<base::Result<std::vector<Change>>> read(RelayLane& lane, ChangeSubscriber& subscriber,
                                                     int limit);
  base::Task<base::Result<void>> tell(RelayLane& lane, ChangeSubscriber& subscriber,
                                      const std::vector<Change>& changes);

  ChangeLog& log_;
  RelayStore& store_;
  Storage& storage_;
  RelayProbe& probe_;
  const int batch_;
};

}  // namespace sw::jobs
