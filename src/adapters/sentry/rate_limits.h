#pragma once

#include <map>
#include <string>
#include <string_view>

#include "adapters/http/client.h"
#include "base/clock.h"

namespace sw::adapters::sentry {

/// What the receiver asked to be spared, by category of data
/// (develop.sentry.dev/sdk/expected-features/rate-limiting). One thread's.
class RateLimits {
 public:
  explicit RateLimits(const base::Clock& clock) : clock_(clock) {}

  /// Takes what an answer says: X-Sentry-Rate-Limits, else the Retry-After of a 429, which holds
  /// for everything; a 429 that names no time counts as one minute.
  void update(const http::ClientResponse& answer);
  /// How long data of the category must wait; zero when it need not.
  [[nodiscard]] std::chrono::nanoseconds wait(std::string_view category) const;

 private:
  void limit(std::string_view category, std::chrono::seconds time);

  const base::Clock& clock_;
  std::map<std::string, base::Monotonic, std::less<>> until_;  // "": of all categories
};

}  // namespace sw::adapters::sentry
