#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "jobs/lease_store.h"

namespace sw::jobs {

/// Something that is done again and again, on one copy of the program at a time: whoever holds the
/// lease of its name does it at every interval, and another copy goes on within `lease` when that
/// one falls silent. Added to the scheduler, which calls it from its thread; must outlive it.
class ClusterTask {
 public:
  struct Options {
    std::string name;  // of the lease
    std::chrono::milliseconds interval{};
    std::chrono::milliseconds lease{std::chrono::seconds(30)};
  };
  /// Does it once. Must not block. The lease may be lost meanwhile: what must not be done by two
  /// copies guards its writes with it.
  using Work = std::function<base::Task<base::Result<void>>(const Lease&)>;

  ClusterTask(Options options, LeaseStore& leases, const base::Clock& clock, Work work);
  ClusterTask(const ClusterTask&) = delete;
  ClusterTask& operator=(const ClusterTask&) = delete;

  /// Called by the scheduler before it starts.
  void holdAs(std::string holder) { holder_ = std::move(holder); }
  /// Takes or keeps the lease and does the work where that is due; answers whether it was done.
  /// Fails as the lease's store or as the work, and goes on the next time. One call at a time.
  base::Task<base::Result<bool>> tick();
  /// Lets another copy go on at once.
  base::Task<base::Result<void>> release();

  [[nodiscard]] const std::string& name() const { return options_.name; }
  [[nodiscard]] bool held() const { return lease_.has_value(); }
  /// When `tick` has something to do next. At once when the clock was put back since the last.
  [[nodiscard]] base::Instant next(base::Instant now) const {
    return next_ > now + options_.lease / 3 ? now : next_;
  }

 private:
  base::Task<base::Result<bool>> keepLease(base::Instant now);

  const Options options_;
  LeaseStore& leases_;
  const base::Clock& clock_;
  const Work work_;
  std::string holder_ = "local";
  std::optional<Lease> lease_;
  base::Instant next_{};
  base::Instant due_{};  // of the work
};

}  // namespace sw::jobs
