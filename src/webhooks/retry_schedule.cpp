#include "webhooks/retry_schedule.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <string>

namespace sw::webhooks {
namespace {

using namespace std::chrono_literals;
using std::chrono::seconds;

constexpr std::array<seconds, 10> kWaits = {5s, 30s, 2min, 5min, 15min, 30min, 1h, 2h, 4h, 6h};

/// An HTTP date in the form that senders must use (RFC 9110, section 5.6.7).
std::optional<std::chrono::sys_seconds> readHttpDate(const std::string& text) {
  std::tm parts{};
  const char* const end = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return std::chrono::sys_seconds(seconds(::timegm(&parts)));
}

}  // namespace

seconds RetrySchedule::wait(int attempt) {
  const auto index = static_cast<std::size_t>(std::max(attempt, 1) - 1);
  return kWaits.at(std::min(index, kWaits.size() - 1));
}

std::optional<base::Instant> RetrySchedule::next(base::Instant started, base::Instant now,
                                                 int attempt, seconds retryAfter, double jitter) {
  const base::Instant end = started + kWindow;
  if (now >= end) return std::nullopt;
  const double stretch = 0.8 + 0.4 * std::clamp(jitter, 0.0, 1.0);
  auto delay = std::chrono::duration_cast<base::Instant::duration>(
      std::chrono::duration<double>(wait(attempt)) * stretch);
  delay = std::max<base::Instant::duration>(delay, retryAfter);
  return std::min(now + delay, end);
}

seconds readRetryAfter(std::string_view header, base::Instant now) {
  if (header.empty()) return 0s;
  std::int64_t number = 0;
  const char* const end = header.data() + header.size();
  const auto [stop, failure] = std::from_chars(header.data(), end, number);
  if (failure != std::errc{} || stop != end) {
    const auto date = readHttpDate(std::string(header));
    if (!date) return 0s;
    number = (*date - std::chrono::floor<seconds>(now)).count();
  }
  return seconds(std::clamp<std::int64_t>(number, 0, seconds(RetrySchedule::kWindow).count()));
}

}  // namespace sw::webhooks
