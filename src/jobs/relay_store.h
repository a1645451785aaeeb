#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "base/uuid.h"
#include "jobs/change_subscriber.h"
#include "jobs/unit_of_work.h"

namespace sw::jobs {

/// How far each subscriber has come in each user's change log. A subscriber that has never been
/// told anything of a user has no position there, so that users without news cost nothing.
/// Thread-safe; several copies of the program share it.
class RelayStore {
 public:
  RelayStore() = default;
  RelayStore(const RelayStore&) = delete;
  RelayStore& operator=(const RelayStore&) = delete;
  virtual ~RelayStore() = default;

  /// Makes a subscriber known, unless it is already. Answers from when on it is told changes of
  /// users where it has no position: the instant of its first enrolment, or the beginning of time
  /// for one that starts at the oldest.
  virtual base::Task<base::Result<base::Instant>> enroll(std::string_view subscriber,
                                                         ChangeSubscriber::Start start,
                                                         base::Instant now) = 0;

  /// Where the subscriber stands in the user's log: the number of the last change it was told.
  /// Where it has none: of the one before the first that was written at `since` or later.
  struct Standing {
    std::int64_t position = 0;
    bool recorded = false;  // whether the store holds it
    std::int64_t last = 0;  // of the user's log
  };
  virtual base::Task<base::Result<Standing>> standing(std::string_view subscriber,
                                                      base::Uuid userId, base::Instant since) = 0;

  /// Moves a position from where `standing` found it to `to`. The unit fails with `kConflict` when
  /// it is no longer there: another copy of the program was faster.
  virtual void advance(UnitOfWork& unit, std::string_view subscriber, base::Uuid userId,
                       const Standing& from, std::int64_t to) = 0;
  /// Moves a position forward to `to`, unless it is there or further already; never fails the
  /// unit. For changes with which the subscriber wrote nothing.
  virtual void raise(UnitOfWork& unit, std::string_view subscriber, base::Uuid userId,
                     std::int64_t to) = 0;

  /// Users of whom the subscriber has not been told everything, by id, from behind `after` (nil:
  /// from the first). A full page may be followed by more. Grows with the number of users.
  virtual base::Task<base::Result<std::vector<base::Uuid>>> behind(std::string_view subscriber,
                                                                   base::Instant since,
                                                                   base::Uuid after, int limit) = 0;

  /// Users whose logs have entries from `since` on, with the number of the last of them. Grows
  /// with the number of those entries.
  struct News {
    base::Uuid userId;
    std::int64_t last = 0;
  };
  virtual base::Task<base::Result<std::vector<News>>> writtenSince(base::Instant since) = 0;
};

}  // namespace sw::jobs
