#include "api/request_id.h"

#include <algorithm>
#include <array>

#include "base/uuid.h"

namespace sw::api {
namespace {

constexpr std::size_t kMaxId = 128;

constexpr auto kSafe = [] {
  std::array<bool, 256> safe{};
  for (const char c : std::string_view("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                       "0123456789-_.:")) {
    safe[static_cast<unsigned char>(c)] = true;
  }
  return safe;
}();

/// A lower-case hexadecimal digit's value, or -1.
int digitOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

/// Fills `out` from exactly that many bytes of lower-case digits; false when there are others or
/// all bytes are zero.
template <std::size_t N>
bool readId(std::string_view digits, std::array<std::uint8_t, N>& out) {
  bool any = false;
  for (std::size_t i = 0; i < N; ++i) {
    const int high = digitOf(digits[2 * i]);
    const int low = digitOf(digits[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    out[i] = static_cast<std::uint8_t>(high * 16 + low);
    any |= out[i] != 0;
  }
  return any;
}

}  // namespace

bool isSafeRequestId(std::string_view id) {
  return !id.empty() && id.size() <= kMaxId &&
         std::ranges::all_of(id, [](char c) { return kSafe[static_cast<unsigned char>(c)]; });
}

std::string requestIdOr(std::string_view offered, const base::Clock& clock) {
  return isSafeRequestId(offered) ? std::string(offered) : base::newUuid(clock).toString();
}

std::optional<obs::TraceRef> parseTraceParent(std::string_view text) {
  constexpr std::size_t kLength = 55;  // 00-<32 digits>-<16 digits>-<2 digits>
  if (text.size() < kLength || text[2] != '-' || text[35] != '-' || text[52] != '-') {
    return std::nullopt;
  }
  const int high = digitOf(text[0]);
  const int low = digitOf(text[1]);
  if (high < 0 || low < 0 || high * 16 + low == 0xFF) return std::nullopt;
  const bool later = high + low > 0;
  if (text.size() > kLength && !(later && text[kLength] == '-')) return std::nullopt;
  if (digitOf(text[53]) < 0 || digitOf(text[54]) < 0) return std::nullopt;
  obs::TraceRef trace;
  if (!readId(text.substr(3, 32), trace.traceId) || !readId(text.substr(36, 16), trace.spanId)) {
    return std::nullopt;
  }
  return trace;
}

}  // namespace sw::api
