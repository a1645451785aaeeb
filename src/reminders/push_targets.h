#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "jobs/unit_of_work.h"
#include "reminders/push_target_store.h"

namespace sw::reminders {

/// The devices of people: registers and removes them. The store and keeper must outlive it.
/// Thread-safe.
class PushTargets {
 public:
  static constexpr std::size_t kMaxPerUser = 20;

  PushTargets(PushTargetStore& store, const PushKeeper& keeper, const base::Clock& clock)
      : store_(store), keeper_(keeper), clock_(clock) {}

  /// All of the user's, the newest last. Fails as the store does.
  base::Task<base::Result<std::vector<PushTarget>>> list(base::Uuid userId);
  /// The user's target of that id, or `kNotFound`.
  base::Task<base::Result<PushTarget>> find(base::Uuid userId, base::Uuid id);

  /// Adds the device to `unit`. An address that the user has registered before keeps its id and
  /// takes the new keys. A browser belongs to whoever registered it last, since several people may
  /// sign in on it one after the other. `server` is the part of the address that may be told.
  /// `kConflict` when the user has too many, or when the same address is being registered by
  /// another request (at commit).
  base::Task<base::Result<PushTarget>> add(jobs::UnitOfWork& unit, base::Uuid userId,
                                           PushTargetRequest request, std::string server);
  /// Adds the removal to `unit`, which fails with `kNotFound` when there is none of that id.
  void remove(jobs::UnitOfWork& unit, base::Uuid userId, base::Uuid id);

 private:
  PushTargetStore& store_;
  const PushKeeper& keeper_;
  const base::Clock& clock_;
};

}  // namespace sw::reminders
