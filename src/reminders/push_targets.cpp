#include "reminders/push_targets.h"

#include <algorithm>
#include <utility>

namespace sw::reminders {

using base::Code;
using base::Error;
using base::Result;
using base::Task;

Task<Result<std::vector<PushTarget>>> PushTargets::list(base::Uuid userId) {
  co_return co_await store_.ofUser(userId);
}

Task<Result<PushTarget>> PushTargets::find(base::Uuid userId, base::Uuid id) {
  SW_CO_TRY(const std::vector<PushTarget> all, co_await store_.ofUser(userId));
  const auto found = std::ranges::find(all, id, &PushTarget::id);
  if (found == all.end()) co_return Error(Code::kNotFound, "there is no such push target");
  co_return *found;
}

Task<Result<PushTarget>> PushTargets::add(jobs::UnitOfWork& unit, base::Uuid userId,
                                          PushTargetRequest request, std::string server) {
  SW_CO_TRY(const std::vector<PushTarget> all, co_await store_.ofUser(userId));
  PushTarget target;
  target.fingerprint = keeper_.fingerprint(request.address.url);
  const auto known = std::ranges::find(all, target.fingerprint, &PushTarget::fingerprint);
  const bool again = known != all.end();
  if (!again && all.size() >= kMaxPerUser) {
    co_return Error(Code::kConflict, "there are " + std::to_string(kMaxPerUser) +
                                         " push targets already; remove some first");
  }
  target.id = again ? known->id : base::newUuid(clock_);
  target.created = again ? known->created : clock_.now();
  target.userId = userId;
  target.kind = request.address.kind;
  target.name = std::move(request.name);
  target.server = std::move(server);
  target.sealed = keeper_.seal(request.address, target.id);
  store_.put(unit, target);
  if (target.kind == PushKind::kWebPush) {
    store_.removeOfOthers(unit, userId, target.fingerprint);
  }
  co_return target;
}

void PushTargets::remove(jobs::UnitOfWork& unit, base::Uuid userId, base::Uuid id) {
  store_.remove(unit, userId, id);
}

}  // namespace sw::reminders
