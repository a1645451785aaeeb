#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <optional>

#include "adapters/sql/database.h"
#include "base/clock.h"
#include "obs/error_reporter.h"

namespace sw::app {

/// Finds pools of connections that do not drain: every connection is out, callers wait, and for
/// `kPatience` no query has ended. That is a critical error, which a restart cures; it is reported
/// again as long as it lasts. A pool that is merely busy ends queries. Called by one thread, the
/// watchdog's.
class PoolGuard {
 public:
  static constexpr std::chrono::seconds kPatience{60};

  /// How far a pool is used at this moment.
  using Use = std::function<sql::PoolUse(sql::Pool)>;
  /// Whether a query has ended since the last call.
  using Progress = std::function<bool()>;

  PoolGuard(Use use, Progress progress, const base::Clock& clock, obs::ErrorReporter& errors);

  void look();

 private:
  struct Watched {
    sql::Pool pool;
    const char* name;
    std::optional<base::Monotonic> stuckSince{};
  };

  const Use use_;
  const Progress progress_;
  const base::Clock& clock_;
  obs::ErrorReporter& errors_;
  std::array<Watched, 2> pools_{{{sql::Pool::kRead, "read"}, {sql::Pool::kWrite, "write"}}};
};

}  // namespace sw::app
