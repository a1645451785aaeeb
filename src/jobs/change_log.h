#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"
#include "jobs/unit_of_work.h"

namespace sw::jobs {

/// One creation, update or deletion, as everybody downstream sees it: `GET /changes`, streams,
/// webhooks, the message bus and the sync engine all read this log.
struct Change {
  base::Uuid userId;        // whose log it is in: the owner of what changed
  std::int64_t number = 0;  // within that user's log: 1, 2, 3 … without gaps; set by the store
  std::string type;         // "calendar.event.created"
  base::Uuid resourceId;
  /// Who else may see it: the calendar it belongs to; nil for what only the user sees.
  base::Uuid calendarId;
  std::int64_t revision = 0;  // of the resource after the change
  base::Instant at{};
  std::string requestId;    // of the request that caused it; empty for the program's own work
  std::string traceParent;  // W3C trace context; empty for none
  /// The part of the resource that changed, by a name its domain gives it (the id of an occurrence
  /// of a series); empty for all of it.
  std::string part{};
};

/// The log of changes, written in the transaction of what changed (the outbox pattern).
/// Entries are kept for 30 days. Thread-safe.
class ChangeLog {
 public:
  static constexpr std::chrono::days kRetention{30};

  ChangeLog() = default;
  ChangeLog(const ChangeLog&) = delete;
  ChangeLog& operator=(const ChangeLog&) = delete;
  virtual ~ChangeLog() = default;

  /// Adds an entry; `number` is given by the store at commit.
  virtual void append(UnitOfWork& unit, Change change) = 0;

  /// Where one user's log is read from: entries with a number greater than `after`.
  struct Position {
    base::Uuid userId;
    std::int64_t after = 0;  // kOldestKept: from the oldest entry that is still there
  };
  static constexpr std::int64_t kOldestKept = -1;
  /// At most `limit` entries of one user, oldest first. `kGone` when entries after the position
  /// have been removed already (never for `kOldestKept`).
  virtual base::Task<base::Result<std::vector<Change>>> read(Position position, int limit) = 0;
  /// The number of the user's last entry, 0 when there is none.
  virtual base::Task<base::Result<std::int64_t>> last(base::Uuid userId) = 0;
  /// Removes entries from before `horizon`, at most `limit` a call; answers how many.
  virtual base::Task<base::Result<std::int64_t>> removeBefore(base::Instant horizon, int limit) = 0;
};

}  // namespace sw::jobs
