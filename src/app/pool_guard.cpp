#include "app/pool_guard.h"

#include <utility>

namespace sw::app {

PoolGuard::PoolGuard(Use use, Progress progress, const base::Clock& clock,
                     obs::ErrorReporter& errors)
    : use_(std::move(use)), progress_(std::move(progress)), clock_(clock), errors_(errors) {}

void PoolGuard::look() {
  const bool progressed = progress_();
  const base::Monotonic now = clock_.monotonic();
  for (Watched& watched : pools_) {
    const sql::PoolUse use = use_(watched.pool);
    if (progressed || use.max == 0 || use.active < use.max || use.waiting == 0) {
      watched.stuckSince.reset();
      continue;
    }
    if (!watched.stuckSince) watched.stuckSince = now;
    if (now - *watched.stuckSince < kPatience) continue;
    watched.stuckSince = now;
    const obs::Field fields[] = {obs::safeField("pool", watched.name),
                                 obs::field("connections", use.max),
                                 obs::field("waiting", use.waiting)};
    errors_.report(obs::Incident::kPoolExhausted, {.what = watched.name}, {.fields = fields});
  }
}

}  // namespace sw::app
