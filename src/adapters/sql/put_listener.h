#pragma once

#include <functional>
#include <mutex>
#include <utility>

#include "base/clock.h"

namespace sw::sql {

/// Who is told of jobs that a unit has put, as the store and the units on their way share it.
/// Thread-safe: once `set` has answered, nobody calls the former one.
class PutListener {
 public:
  void set(std::function<void(base::Instant earliest)> listener) {
    const std::lock_guard lock(mutex_);
    listener_ = std::move(listener);
  }
  void tell(base::Instant earliest) {
    const std::lock_guard lock(mutex_);
    if (listener_) listener_(earliest);
  }

 private:
  std::mutex mutex_;
  std::function<void(base::Instant)> listener_;
};

}  // namespace sw::sql
