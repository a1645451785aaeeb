#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace sw::reminders {

/// The circuit breakers of the servers that a channel calls: after `kFailures` failures in a row a
/// server is left alone for a while, then one call tries it. Keeps a broken server from holding up
/// messages to the others, and asks nothing of one that has said when to come back. Thread-safe.
class ServerBreaker {
 public:
  static constexpr int kFailures = 5;
  static constexpr std::chrono::seconds kFirstPause{30};
  static constexpr std::chrono::minutes kLongestPause{10};
  /// Longer than any call takes.
  static constexpr std::chrono::seconds kTrial{30};
  /// A server that asks for more than this is tried all the same.
  static constexpr std::chrono::hours kLongestWish{1};
  /// Servers that are remembered; beyond them one is forgotten that works.
  static constexpr std::size_t kServers = 1000;

  explicit ServerBreaker(const base::Clock& clock) : clock_(clock) {}

  /// Whether the server may be called now; whoever gets a yes says what came of it. While a call
  /// tries a server that failed, others are refused.
  [[nodiscard]] bool allows(const std::string& server);
  /// The server answered. True when it had failed before: it has recovered.
  bool succeeded(const std::string& server);
  /// It did not, or said that it cannot at present; `retryAfter` when it said for how long.
  void failed(const std::string& server, std::optional<std::chrono::seconds> retryAfter);
  /// How many servers are left alone at present.
  [[nodiscard]] std::size_t open();

 private:
  struct State {
    int failures = 0;
    std::chrono::nanoseconds pause{};  // of the last time
    base::Monotonic until{};           // not called before
    bool trying = false;
  };
  void makeRoom();

  const base::Clock& clock_;
  std::mutex mutex_;  // guards what follows
  std::map<std::string, State> servers_;
};

/// The seconds of a `Retry-After` header (RFC 9110, section 10.2.3); nothing when it is absent, a
/// date or no number.
std::optional<std::chrono::seconds> readRetryAfter(std::string_view header);

}  // namespace sw::reminders
