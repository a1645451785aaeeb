#include "obs/trace_context.h"

#include <algorithm>
#include <array>
#include <bit>
#include <span>
#include <vector>

#include "base/random.h"
#include "base/text.h"

namespace sw::obs {
namespace {

constexpr std::string_view kTraceParent = "traceparent";
constexpr std::string_view kTraceState = "tracestate";
constexpr std::size_t kParentLength = 55;  // 00-<32 digits>-<16 digits>-<2 digits>
constexpr std::size_t kMaxState = 512;
constexpr std::size_t kMaxMembers = 32;

/// xoshiro256++ 1.0, from its authors' description.
class Generator {
 public:
  Generator() {
    std::array<std::uint8_t, sizeof state_> seed{};
    do {
      base::fillRandom(seed);
      state_ = std::bit_cast<decltype(state_)>(seed);
    } while (std::ranges::all_of(state_, [](std::uint64_t word) { return word == 0; }));
  }
  std::uint64_t next() {
    const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t shifted = state_[1] << 17U;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

 private:
  std::array<std::uint64_t, 4> state_{};
};

Generator& generator() {
  thread_local Generator made;
  return made;
}

void writeHexWord(std::uint64_t word, char* out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (std::size_t i = 0; i < 16; ++i) out[i] = kDigits[(word >> (60 - 4 * i)) & 0xFU];
}

void putBytes(std::uint64_t word, std::uint8_t* out) {
  for (unsigned i = 0; i < 8; ++i) out[i] = static_cast<std::uint8_t>(word >> (56 - 8 * i));
}

/// A lower-case hexadecimal digit's value, or -1 (upper case is not allowed, section 3.2.2.3).
int digitOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

/// The number of up to 16 digits; nothing when one of them is none.
std::optional<std::uint64_t> readHex(std::string_view digits) {
  std::uint64_t value = 0;
  for (const char c : digits) {
    const int digit = digitOf(c);
    if (digit < 0) return std::nullopt;
    value = value * 16 + static_cast<std::uint64_t>(digit);
  }
  return value;
}

bool isKeyByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '*' ||
         c == '/';
}

/// `key` or `tenant@system` (section 3.3.1.3.1).
bool isStateKey(std::string_view key) {
  const auto plain = [](std::string_view part, std::size_t most, bool digitFirst) {
    if (part.empty() || part.size() > most) return false;
    const char first = part.front();
    if (!(first >= 'a' && first <= 'z') && !(digitFirst && first >= '0' && first <= '9')) {
      return false;
    }
    return std::ranges::all_of(part, isKeyByte);
  };
  const std::size_t at = key.find('@');
  if (at == std::string_view::npos) return plain(key, 256, false);
  return plain(key.substr(0, at), 241, true) && plain(key.substr(at + 1), 14, false);
}

/// Printable bytes but comma and equals sign, not ending in a space (section 3.3.1.3.2).
bool isStateValue(std::string_view value) {
  if (value.empty() || value.size() > 256 || value.back() == ' ') return false;
  return std::ranges::all_of(value,
                             [](char c) { return c >= ' ' && c <= '~' && c != ',' && c != '='; });
}

}  // namespace

TraceId newTraceId() {
  Generator& random = generator();
  TraceId id;
  do {
    id = {random.next(), random.next()};
  } while (!id);
  return id;
}

SpanId newSpanId() {
  Generator& random = generator();
  SpanId id = 0;
  while (id == 0) id = random.next();
  return id;
}

TraceRef toRef(const TraceId& trace, SpanId span) {
  TraceRef ref;
  putBytes(trace.high, ref.traceId.data());
  putBytes(trace.low, ref.traceId.data() + 8);
  putBytes(span, ref.spanId.data());
  return ref;
}

void writeHex(const TraceId& id, char* out) {
  writeHexWord(id.high, out);
  writeHexWord(id.low, out + 16);
}
void writeHex(SpanId id, char* out) { writeHexWord(id, out); }

std::string toHex(const TraceId& id) {
  std::string text(32, '0');
  writeHex(id, text.data());
  return text;
}
std::string toHex(SpanId id) {
  std::string text(16, '0');
  writeHex(id, text.data());
  return text;
}

std::string TraceContext::traceParent() const {
  std::string text(kParentLength, '-');
  text[0] = text[1] = '0';
  writeHex(trace, text.data() + 3);
  writeHex(span, text.data() + 36);
  text[53] = '0';
  text[54] = sampled ? '1' : '0';
  return text;
}

std::optional<TraceContext> parseTraceParent(std::string_view text) {
  if (text.size() < kParentLength || text[2] != '-' || text[35] != '-' || text[52] != '-') {
    return std::nullopt;
  }
  const auto version = readHex(text.substr(0, 2));
  if (!version || *version == 0xFF) return std::nullopt;
  if (text.size() > kParentLength && (*version == 0 || text[kParentLength] != '-')) {
    return std::nullopt;
  }
  const auto high = readHex(text.substr(3, 16));
  const auto low = readHex(text.substr(19, 16));
  const auto span = readHex(text.substr(36, 16));
  const auto flags = readHex(text.substr(53, 2));
  if (!high || !low || !span || !flags || (*high | *low) == 0 || *span == 0) return std::nullopt;
  TraceContext context;
  context.trace = {*high, *low};
  context.span = *span;
  context.sampled = (*flags & 1U) != 0;
  return context;
}

bool isTraceState(std::string_view text) {
  if (text.empty() || text.size() > kMaxState) return false;
  std::vector<std::string_view> keys;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    std::string_view member = text.substr(0, comma);
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    member = base::trim(member);
    if (member.empty()) continue;  // allowed (section 3.3.1.1)
    const std::size_t equals = member.find('=');
    if (equals == std::string_view::npos) return false;
    const std::string_view key = member.substr(0, equals);
    if (!isStateKey(key) || !isStateValue(member.substr(equals + 1))) return false;
    if (std::ranges::find(keys, key) != keys.end()) return false;
    keys.push_back(key);
    if (keys.size() > kMaxMembers) return false;
  }
  return !keys.empty();
}

std::optional<TraceContext> readTraceContext(std::string_view traceParent,
                                             std::string_view traceState) {
  auto context = parseTraceParent(base::trim(traceParent));
  if (context && isTraceState(traceState)) context->state = traceState;
  return context;
}

void injectTrace(const TraceContext& context,
                 const std::function<void(std::string_view, std::string_view)>& set) {
  if (!context.trace || context.span == 0) return;
  set(kTraceParent, context.traceParent());
  if (!context.state.empty()) set(kTraceState, context.state);
}

std::optional<TraceContext> extractTrace(
    const std::function<std::string_view(std::string_view)>& get) {
  return readTraceContext(get(kTraceParent), get(kTraceState));
}

}  // namespace sw::obs
