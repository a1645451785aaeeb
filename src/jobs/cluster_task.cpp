#include "jobs/cluster_task.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace sw::jobs {

using base::Error;
using base::Instant;
using base::Result;
using base::Task;

ClusterTask::ClusterTask(Options options, LeaseStore& leases, const base::Clock& clock, Work work)
    : options_(std::move(options)), leases_(leases), clock_(clock), work_(std::move(work)) {}

// Answers whether this copy holds the lease from here on. Whoever does not asks again when the
// lease of another could have ended. A lease that ends later than any could was taken before the
// clock was put back: others see its end when theirs says so.
Task<Result<bool>> ClusterTask::keepLease(Instant now) {
  const bool inTime = lease_ && lease_->until <= now + options_.lease;
  if (inTime && now < lease_->until - options_.lease / 2) co_return true;
  const Instant until = now + options_.lease;
  if (lease_) {
    SW_CO_TRY(const bool kept, co_await leases_.renew(*lease_, until));
    if (kept) {
      lease_->until = until;
      co_return true;
    }
    lease_.reset();
  }
  const LeaseStore::Request request{
      .name = options_.name, .holder = holder_, .now = now, .length = options_.lease};
  SW_CO_TRY(lease_, co_await leases_.acquire(request));
  co_return lease_.has_value();
}

Task<Result<bool>> ClusterTask::tick() {
  const Instant now = clock_.now();
  // Also where the store fails, so that it is not asked without a pause.
  next_ = now + std::min(options_.interval, options_.lease / 3);
  SW_CO_TRY(const bool mine, co_await keepLease(now));
  if (!mine) co_return false;
  due_ = std::min(due_, now + options_.interval);
  next_ = std::min(std::max(due_, now), now + options_.lease / 3);
  if (now < due_) co_return false;
  due_ = now + options_.interval;
  next_ = std::min(due_, now + options_.lease / 3);
  const Lease lease = *lease_;
  try {
    const auto done = co_await work_(lease);
    if (!done.ok()) co_return done.error();
  } catch (const std::exception& thrown) {
    co_return Error(base::Code::kInternal, std::string("an exception: ") + thrown.what());
  } catch (...) {
    co_return Error(base::Code::kInternal, "an exception of an unknown type");
  }
  co_return true;
}

Task<Result<void>> ClusterTask::release() {
  if (!lease_) co_return Result<void>();
  const Lease lease = *lease_;
  lease_.reset();
  co_return co_await leases_.release(lease);
}

}  // namespace sw::jobs
