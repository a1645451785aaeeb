#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/clock.h"

namespace sw::webhooks {

/// When a delivery is tried again.
struct RetrySchedule {
  /// How long a delivery is tried before it is parked.
  static constexpr std::chrono::hours kWindow{24};
  /// For how long nothing must have got through before a webhook is switched off.
  static constexpr std::chrono::days kPatience{5};

  /// The wait after attempt number `attempt` (from 1) has failed, without jitter: 5 s, 30 s, 2 min,
  /// 5 min, 15 min, 30 min, 1 h, 2 h, 4 h, then 6 h. Close together at first, where most outages
  /// end, as the Standard Webhooks specification recommends ("Deliverability and reliability").
  static std::chrono::seconds wait(int attempt);

  /// When the next attempt is, or nothing when it is to be parked: the window that began at
  /// `started` is over. The wait is stretched by up to a fifth either way by `jitter`, 0 to 1, and
  /// is never shorter than `retryAfter` asks for. The last attempt is at the window's end.
  static std::optional<base::Instant> next(base::Instant started, base::Instant now, int attempt,
                                           std::chrono::seconds retryAfter, double jitter);
};

/// The wait that a `Retry-After` header asks for: seconds or a date (RFC 9110, section 10.2.3);
/// zero when there is none that can be read. At most the window.
std::chrono::seconds readRetryAfter(std::string_view header, base::Instant now);

}  // namespace sw::webhooks
