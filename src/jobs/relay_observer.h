#pragma once

#include <span>
#include <vector>

#include "base/uuid.h"

namespace sw::jobs {

/// Told in this process, right after a commit, whose change logs have grown. A hint that saves
/// searching, never the only way to learn of a change: what other copies of the program write, or
/// what was written before a crash, is told late, by the relay's search.
class ChangeObserver {
 public:
  ChangeObserver() = default;
  ChangeObserver(const ChangeObserver&) = delete;
  ChangeObserver& operator=(const ChangeObserver&) = delete;
  virtual ~ChangeObserver() = default;

  /// `users` may repeat. Called on the thread of whoever committed, on the path of a write: must
  /// take about a microsecond, never block and never fail.
  virtual void changed(std::span<const base::Uuid> users) = 0;
};

/// Tells several observers, in the order in which they were added; all before the first change,
/// and none goes before this. Thread-safe from then on.
class ChangeBell final : public ChangeObserver {
 public:
  void add(ChangeObserver& observer) { observers_.push_back(&observer); }

  void changed(std::span<const base::Uuid> users) override {
    for (ChangeObserver* observer : observers_) observer->changed(users);
  }

 private:
  std::vector<ChangeObserver*> observers_;
};

}  // namespace sw::jobs
