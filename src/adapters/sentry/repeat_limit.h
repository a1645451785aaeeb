#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/clock.h"

namespace sw::adapters::sentry {

/// Keeps a storm of one error from becoming a storm of reports: of each fingerprint a few a
/// minute pass, and a bounded number of all together. Remembers a bounded number of them. Guarded
/// by its user.
class RepeatLimit {
 public:
  static constexpr std::uint32_t kOfOne = 3;
  static constexpr std::uint32_t kOfAll = 60;
  static constexpr std::chrono::minutes kWindow{1};
  static constexpr std::size_t kRemembered = 256;

  explicit RepeatLimit(const base::Clock& clock) : clock_(clock) {}

  /// How many of its kind were held back before this one, when it may pass; else nothing.
  std::optional<std::uint64_t> pass(const std::string& fingerprint);

 private:
  struct Seen {
    base::Monotonic since{};
    std::uint32_t passed = 0;
    std::uint64_t heldBack = 0;
  };
  void forgetOne();

  const base::Clock& clock_;
  std::map<std::string, Seen> seen_;
  Seen all_;
};

}  // namespace sw::adapters::sentry
