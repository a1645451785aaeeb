#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/task.h"
#include "base/uuid.h"
#include "calendar/event_store.h"
#include "jobs/unit_of_work.h"

namespace sw::calendar {

/// What work on all events of everybody needs of the store. Thread-safe.
class UpkeepStore {
 public:
  UpkeepStore() = default;
  UpkeepStore(const UpkeepStore&) = delete;
  UpkeepStore& operator=(const UpkeepStore&) = delete;
  virtual ~UpkeepStore() = default;

  /// How far the work of that name has come, in its own words; nothing when it never began.
  virtual base::Task<base::Result<std::optional<std::string>>> progress(std::string_view name) = 0;
  virtual void setProgress(jobs::UnitOfWork& unit, std::string_view name,
                           std::string_view progress) = 0;

  /// Visits at most `limit` rows of all calendars in the order of id, beginning after `after`.
  /// Staged ones too. See `EventStore` for visitors.
  virtual base::Task<base::Result<void>> scanAll(base::Uuid after, int limit,
                                                 const EventVisitor& visit) = 0;
  /// Writes what a row was derived with (its tz version and recurrence plan) and leaves revision
  /// and span as they are. The unit fails with `kConflict` when its revision is another.
  virtual void restamp(jobs::UnitOfWork& unit, const EventRecord& record) = 0;
};

}  // namespace sw::calendar
