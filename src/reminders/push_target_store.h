#pragma once

#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "jobs/unit_of_work.h"
#include "reminders/push_target.h"

namespace sw::reminders {

/// Where the devices that people have registered are kept. Thread-safe.
class PushTargetStore {
 public:
  PushTargetStore() = default;
  PushTargetStore(const PushTargetStore&) = delete;
  PushTargetStore& operator=(const PushTargetStore&) = delete;
  virtual ~PushTargetStore() = default;

  /// All of one user's, by id.
  virtual base::Task<base::Result<std::vector<PushTarget>>> ofUser(base::Uuid userId) = 0;
  /// Adds a target, or writes over that of the same id and user. The unit fails with `kConflict`
  /// when the user has another one with that fingerprint.
  virtual void put(jobs::UnitOfWork& unit, const PushTarget& target) = 0;
  /// Removes it; the unit fails with `kNotFound` when the user has none of that id.
  virtual void remove(jobs::UnitOfWork& unit, base::Uuid userId, base::Uuid id) = 0;
  /// Removes it where it is still as given: one that was registered anew in the meantime stays.
  virtual void removeGone(jobs::UnitOfWork& unit, const PushTarget& target) = 0;
  /// Removes the targets with that fingerprint of every other user.
  virtual void removeOfOthers(jobs::UnitOfWork& unit, base::Uuid userId,
                              const base::Sha256& fingerprint) = 0;
};

}  // namespace sw::reminders
