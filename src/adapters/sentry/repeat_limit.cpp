#include "adapters/sentry/repeat_limit.h"

#include <algorithm>
#include <utility>

namespace sw::adapters::sentry {

void RepeatLimit::forgetOne() {
  const auto oldest =
      std::ranges::min_element(seen_, {}, [](const auto& entry) { return entry.second.since; });
  if (oldest != seen_.end()) seen_.erase(oldest);
}

std::optional<std::uint64_t> RepeatLimit::pass(const std::string& fingerprint) {
  const base::Monotonic now = clock_.monotonic();
  if (seen_.size() >= kRemembered && !seen_.contains(fingerprint)) forgetOne();
  const auto [entry, fresh] = seen_.try_emplace(fingerprint);
  Seen& mine = entry->second;
  for (Seen* window : {&mine, &all_}) {
    if (window->passed > 0 && now - window->since < kWindow) continue;
    window->since = now;
    window->passed = 0;
  }
  if (mine.passed >= kOfOne || all_.passed >= kOfAll) {
    ++mine.heldBack;
    return std::nullopt;
  }
  ++mine.passed;
  ++all_.passed;
  return std::exchange(mine.heldBack, 0);
}

}  // namespace sw::adapters::sentry
