#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/result.h"
#include "base/task.h"
#include "jobs/command.h"
#include "jobs/unit_of_work.h"

namespace sw::jobs {

/// Commands and their results. Thread-safe.
class CommandStore {
 public:
  /// How long a command that has ended is known; after it its taskId is free again.
  static constexpr std::chrono::days kRetention{30};

  CommandStore() = default;
  CommandStore(const CommandStore&) = delete;
  CommandStore& operator=(const CommandStore&) = delete;
  virtual ~CommandStore() = default;

  virtual base::Task<base::Result<std::optional<CommandRecord>>> find(base::Uuid userId,
                                                                      std::string_view taskId) = 0;
  /// The unit fails with `kConflict` when the user has a command of that taskId.
  virtual void create(UnitOfWork& unit, const CommandRecord& record) = 0;
  /// Writes how far a command has come. Nothing happens to one that is gone or has succeeded.
  virtual void update(UnitOfWork& unit, const CommandProgress& progress) = 0;
  /// Removes commands that ended before `horizon`, at most `limit` a call; answers how many.
  virtual base::Task<base::Result<std::int64_t>> removeBefore(base::Instant horizon, int limit) = 0;
};

}  // namespace sw::jobs
