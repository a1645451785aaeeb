#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"

namespace sw::app {

/// A bar on standard error for a person who waits: only on a terminal, and only when the work
/// takes more than half a second. Used by one thread.
class ProgressBar {
 public:
  static constexpr std::chrono::milliseconds kPatience{500};
  static constexpr std::chrono::milliseconds kInterval{100};

  /// `label` is what is being done, as in "importing".
  ProgressBar(std::string label, const base::Clock& clock);
  /// As above, with the decision whether somebody watches.
  ProgressBar(std::string label, const base::Clock& clock, bool watched);
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  /// Wipes the bar away.
  ~ProgressBar();

  /// `done` of `total` (0: not known) units are done.
  void update(std::int64_t done, std::int64_t total);
  /// The line that `update` would show now, or nothing when none is due.
  std::optional<std::string> lineAt(base::Monotonic now, std::int64_t done, std::int64_t total);

 private:
  const std::string label_;
  const base::Clock& clock_;
  const bool watched_;
  const base::Monotonic begun_;
  std::optional<base::Monotonic> shown_;
};

}  // namespace sw::app
