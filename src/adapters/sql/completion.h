#pragma once

#include <coroutine>
#include <utility>
#include <vector>

#include "base/loop.h"

namespace sw::sql {

/// Coroutines that background threads have finished work for, to be resumed on the loops they
/// came from: one post a loop however many there are. Used by one thread at a time.
class Completions {
 public:
  void add(base::Loop& loop, std::coroutine_handle<> handle);
  /// Posts everything added so far and forgets it.
  void post();

 private:
  std::vector<std::pair<base::Loop*, std::vector<std::coroutine_handle<>>>> byLoop_;
};

}  // namespace sw::sql
