#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "base/uuid.h"
#include "jobs/relay_backlog.h"
#include "jobs/relay_observer.h"
#include "jobs/relay_store.h"

namespace sw::jobs {

/// Finds users with news that nobody told of: at the start what was left from before, later what
/// other copies of the program wrote. Owned by the relay, used on its thread, one call at a time.
class RelaySearch {
 public:
  struct Options {
    /// Between two looks at what was written lately; zero where no other copy writes, and then
    /// there are none. Costs what was written lately, whoever else has news.
    std::chrono::milliseconds look{0};
    /// How far such a look goes back behind the last: how far the clocks of the copies may differ,
    /// and the longest that a commit takes.
    std::chrono::milliseconds overlap{std::chrono::seconds(10)};
    /// Between two looks at the positions of all users, which find what was missed.
    std::chrono::milliseconds all{std::chrono::hours(1)};
  };
  /// Users of one page of a look at all.
  static constexpr int kPage = 1000;

  RelaySearch(RelayStore& store, const Options& options) : store_(store), options_(options) {}

  /// When the next look is due; the beginning of time before the first.
  [[nodiscard]] base::Instant due() const;

  /// One subscriber: its name, and from when on it is told.
  struct Reader {
    std::string_view name;
    base::Instant since;
  };
  /// Does what is due at `now`: notes lanes in `backlog`, and tells `others` (may be null) of users
  /// whose logs grew. Answers how many lanes a look at all found, else -1. Fails as the store; what
  /// it found until then is noted, and it is due again after a pause.
  base::Task<base::Result<std::int64_t>> run(const std::vector<Reader>& readers,
                                             RelayBacklog& backlog, ChangeObserver* others,
                                             base::Instant now);

 private:
  base::Task<base::Result<std::int64_t>> lookAtAll(const std::vector<Reader>& readers,
                                                   RelayBacklog& backlog, base::Instant now);
  base::Task<base::Result<void>> lookAtLatest(RelayBacklog& backlog, ChangeObserver* others,
                                              base::Instant now);

  RelayStore& store_;
  const Options options_;
  base::Instant nextAll_{};
  base::Instant nextLook_{};
  base::Instant lastLook_{};
  /// The last number that a look saw of users who wrote within the overlap.
  std::unordered_map<base::Uuid, std::int64_t> seen_;
};

}  // namespace sw::jobs
