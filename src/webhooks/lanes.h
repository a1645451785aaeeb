#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "base/clock.h"
#include "base/uuid.h"

namespace sw::webhooks {

/// Keeps one receiver from holding up the others: so many messages at a time for each webhook,
/// and none while its target is plainly away (a circuit breaker, closed again by one message that
/// gets through). What finds no room is told when to come back, so that it waits in the database
/// and not here. Of this copy of the program; forgets webhooks that are idle and well. Thread-safe.
class Lanes {
 public:
  struct Options {
    int most = 4;                         // messages at a time for one webhook
    int failures = 5;                     // in a row, before the breaker opens
    std::chrono::seconds firstPause{30};  // doubles each time it opens again
    std::chrono::seconds longestPause{600};
  };

  explicit Lanes(Options options) : options_(options) {}

  /// Nothing when the message may go now (then `leave` must follow), else how long to wait.
  std::optional<std::chrono::milliseconds> enter(const base::Uuid& webhook, base::Monotonic now);

  struct Outcome {
    /// False when the target was not asked after all, which says nothing of it.
    bool tried = true;
    bool delivered = false;
    std::chrono::nanoseconds took{};
    /// What the target asked for with its refusal; it is left alone for that long.
    std::chrono::seconds retryAfter{0};
  };
  /// The message that `enter` let in has ended. True when this opened the breaker.
  bool leave(const base::Uuid& webhook, base::Monotonic now, const Outcome& outcome);

  /// How many breakers are open or have yet to be closed by a success.
  [[nodiscard]] std::size_t open() const;
  /// How many webhooks it remembers.
  [[nodiscard]] std::size_t size() const;

 private:
  struct Lane {
    int running = 0;
    int failures = 0;  // in a row
    int openings = 0;  // in a row
    base::Monotonic openUntil{};
    base::Monotonic nextSlot{};  // when the next message that waits may come
    base::Monotonic lastUsed{};
    std::chrono::nanoseconds usual{std::chrono::milliseconds(200)};  // time of a message, smoothed
  };

  std::chrono::milliseconds slot(Lane& lane, base::Monotonic from, base::Monotonic now) const;
  void forgetOld(base::Monotonic now);
  [[nodiscard]] bool isOpen(const Lane& lane) const { return lane.openings > 0; }

  const Options options_;
  mutable std::mutex mutex_;  // guards what follows
  std::unordered_map<base::Uuid, Lane> lanes_;
  std::size_t sweepAt_ = 1024;  // size at which old lanes are looked for
};

}  // namespace sw::webhooks
