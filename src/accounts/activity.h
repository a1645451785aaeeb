#pragma once

#include <cstdint>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "base/uuid.h"

namespace sw::accounts {

/// When a person last asked for anything, to the hour.
struct Sighting {
  base::Uuid userId;
  base::Instant hour{};  // its beginning

  friend bool operator==(const Sighting&, const Sighting&) = default;
};

/// When each person was last active; one row a person, which several copies of the program share.
/// Thread-safe.
class ActivityStore {
 public:
  ActivityStore() = default;
  ActivityStore(const ActivityStore&) = delete;
  ActivityStore& operator=(const ActivityStore&) = delete;
  virtual ~ActivityStore() = default;

  /// Notes sightings, of one person once; an earlier one than is known changes nothing. All or
  /// none is written.
  virtual base::Task<base::Result<void>> note(std::vector<Sighting> sightings) = 0;

  /// Distinct people whose last hour ends less than a day, 7 and 30 days before the instant that
  /// is asked for.
  struct Census {
    std::int64_t day = 0;
    std::int64_t week = 0;
    std::int64_t month = 0;

    friend bool operator==(const Census&, const Census&) = default;
  };
  /// Grows with the people of the longest window.
  virtual base::Task<base::Result<Census>> census(base::Instant now) = 0;

  /// Forgets people not seen since `horizon`, at most `limit` a call; answers how many.
  virtual base::Task<base::Result<std::int64_t>> removeBefore(base::Instant horizon, int limit) = 0;
};

}  // namespace sw::accounts
