#include "reminders/server_breaker.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace sw::reminders {

bool ServerBreaker::allows(const std::string& server) {
  const std::lock_guard lock(mutex_);
  const auto found = servers_.find(server);
  if (found == servers_.end()) return true;
  State& state = found->second;
  if (state.until == base::Monotonic{}) return true;
  const base::Monotonic now = clock_.monotonic();
  if (now < state.until) return false;
  state.trying = true;
  // A trial that never says what came of it must not keep the server out for ever.
  state.until = now + kTrial;
  return true;
}

bool ServerBreaker::succeeded(const std::string& server) {
  const std::lock_guard lock(mutex_);
  return servers_.erase(server) > 0;
}

void ServerBreaker::failed(const std::string& server,
                           std::optional<std::chrono::seconds> retryAfter) {
  const std::lock_guard lock(mutex_);
  if (servers_.size() >= kServers && !servers_.contains(server)) makeRoom();
  State& state = servers_[server];
  ++state.failures;
  const bool tried = std::exchange(state.trying, false);
  const base::Monotonic now = clock_.monotonic();
  // Calls that were on their way when it opened say nothing new.
  const bool paused = now < state.until && !tried;
  if (!paused && (state.failures >= kFailures || tried)) {
    const std::chrono::nanoseconds longer =
        std::min<std::chrono::nanoseconds>(state.pause * 2, kLongestPause);
    state.pause = std::max<std::chrono::nanoseconds>(longer, kFirstPause);
    state.until = now + state.pause;
  }
  if (retryAfter) {
    state.until =
        std::max(state.until, now + std::min<std::chrono::seconds>(*retryAfter, kLongestWish));
  }
}

void ServerBreaker::makeRoom() {
  const base::Monotonic now = clock_.monotonic();
  std::erase_if(servers_, [now](const auto& entry) { return entry.second.until <= now; });
  if (servers_.size() >= kServers) servers_.erase(servers_.begin());
}

std::size_t ServerBreaker::open() {
  const std::lock_guard lock(mutex_);
  const base::Monotonic now = clock_.monotonic();
  return static_cast<std::size_t>(std::ranges::count_if(
      servers_, [now](const auto& entry) { return entry.second.until > now; }));
}

std::optional<std::chrono::seconds> readRetryAfter(std::string_view header) {
  const std::string_view text = base::trim(header);
  std::int64_t seconds = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (problem != std::errc() || end != text.data() + text.size() || seconds < 0) {
    return std::nullopt;
  }
  return std::chrono::seconds(seconds);
}

}  // namespace sw::reminders
