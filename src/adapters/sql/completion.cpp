#include "adapters/sql/completion.h"

#include <algorithm>

namespace sw::sql {
namespace {

struct ContinueOn {
  base::Loop& loop;
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) const { loop.post(handle); }
  void await_resume() const noexcept {}
};

base::Detached resumeAll(base::Loop& loop, std::vector<std::coroutine_handle<>> handles) {
  co_await ContinueOn{loop};
  for (const auto handle : handles) handle.resume();
}

}  // namespace

void Completions::add(base::Loop& loop, std::coroutine_handle<> handle) {
  const auto known =
      std::ranges::find(byLoop_, &loop, [](const auto& entry) { return entry.first; });
  if (known != byLoop_.end()) {
    known->second.push_back(handle);
  } else {
    byLoop_.push_back({&loop, {handle}});
  }
}

void Completions::post() {
  for (auto& [loop, handles] : byLoop_) {
    if (handles.size() == 1) {
      loop->post(handles.front());
    } else {
      resumeAll(*loop, std::move(handles));
    }
  }
  byLoop_.clear();
}

}  // namespace sw::sql
