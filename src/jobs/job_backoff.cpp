#include "jobs/job_backoff.h"

#include <algorithm>
#include <cmath>

namespace sw::jobs {

std::chrono::microseconds waitAfter(const JobPolicy& policy, int attempt, double random) {
  using Micros = std::chrono::duration<double, std::micro>;
  // Beyond this the doubling has passed every wait there can be.
  constexpr int kMostDoublings = 40;
  const int doublings = std::clamp(attempt - 1, 0, kMostDoublings);
  const double grown = Micros(policy.firstWait).count() * std::ldexp(1.0, doublings);
  const double most = std::min(grown, Micros(policy.longestWait).count());
  return std::chrono::microseconds(static_cast<std::int64_t>(most * random));
}

}  // namespace sw::jobs
