#include "adapters/sentry/rate_limits.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/text.h"

namespace sw::adapters::sentry {
namespace {

constexpr std::chrono::seconds kUnnamed{60};
constexpr std::chrono::seconds kLongest{24 * 3600};  // no answer silences us for longer
/// The categories of what is sent here; others are not kept.
constexpr std::array<std::string_view, 3> kCategories = {"error", "internal", "default"};

/// "60", "0.5"; RFC 9110 also has dates in Retry-After, which Sentry does not send.
std::optional<std::chrono::seconds> secondsIn(std::string_view text) {
  double value = 0;
  text = base::trim(text);
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size() || !(value >= 0)) {
    return std::nullopt;
  }
  const auto longest = static_cast<double>(kLongest.count());
  return std::chrono::seconds(static_cast<std::int64_t>(std::ceil(std::min(value, longest))));
}

/// The part up to `separator`, which is taken off `rest` with it; empty parts count.
std::string_view cut(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return base::trim(part);
}

}  // namespace

void RateLimits::limit(std::string_view category, std::chrono::seconds time) {
  if (!category.empty() && std::ranges::find(kCategories, category) == kCategories.end()) return;
  base::Monotonic& until = until_[std::string(category)];
  until = std::max(until, clock_.monotonic() + time);
}

void RateLimits::update(const http::ClientResponse& answer) {
  std::string_view header = answer.header("x-sentry-rate-limits");
  bool named = false;
  while (!header.empty()) {
    // retry_after:category;category:scope:reason:namespaces
    std::string_view one = cut(header, ',');
    const auto time = secondsIn(cut(one, ':'));
    std::string_view categories = cut(one, ':');
    if (!time) continue;
    named = true;
    if (categories.empty()) limit("", *time);
    while (!categories.empty()) limit(cut(categories, ';'), *time);
  }
  if (named || answer.status != 429) return;
  limit("", secondsIn(answer.header("retry-after")).value_or(kUnnamed));
}

std::chrono::nanoseconds RateLimits::wait(std::string_view category) const {
  std::chrono::nanoseconds longest{0};
  for (const std::string_view key : {category, std::string_view()}) {
    const auto found = until_.find(key);
    if (found != until_.end()) longest = std::max(longest, found->second - clock_.monotonic());
  }
  return longest;
}

}  // namespace sw::adapters::sentry
