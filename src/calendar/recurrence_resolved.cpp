#include "calendar/recurrence_resolved.h"

#include <array>
#include <charconv>
#include <chrono>
#include <limits>

namespace sw::calendar {
namespace {

// "1;FLAGS;FIRST;LAST" and for each rule ";-" (not counted) or ";LAST" with its checkpoints
// ",BEFORE@AT". Numbers are hexadecimal.
constexpr std::string_view kVersion = "1";
constexpr std::size_t kMaxRules = 64;

void appendHex(std::string& out, std::int64_t value) {
  std::array<char, 24> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, 16).ptr;
  out.append(text.data(), end);
}

void appendTime(std::string& out, const std::optional<base::UtcSeconds>& time) {
  if (time) {
    appendHex(out, time->time_since_epoch().count());
  } else {
    out += "none";
  }
}

std::optional<std::int64_t> readHex(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool readTime(std::string_view text, std::optional<base::UtcSeconds>& out) {
  if (text == "none") return true;
  const auto value = readHex(text);
  if (!value) return false;
  out = base::UtcSeconds(std::chrono::seconds(*value));
  return true;
}

/// Takes what comes before `separator`, or all.
std::string_view take(std::string_view& rest, char separator) {
  const std::size_t end = rest.find(separator);
  const std::string_view part = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return part;
}

bool readRule(std::string_view text, ResolvedRule& out) {
  if (text == "-") return true;
  out.counted = true;
  if (!readTime(take(text, ','), out.last)) return false;
  while (!text.empty()) {
    std::string_view pair = take(text, ',');
    const auto before = readHex(take(pair, '@'));
    const auto at = readHex(pair);
    if (!before || !at || *before < 0 || *before > std::numeric_limits<std::uint32_t>::max() ||
        out.checkpoints.size() >= kMaxCheckpoints) {
      return false;
    }
    out.checkpoints.push_back(
        {static_cast<std::uint32_t>(*before), base::UtcSeconds(std::chrono::seconds(*at))});
  }
  return true;
}

}  // namespace

std::string encodeResolved(const ResolvedRecurrence& resolved) {
  std::string out(kVersion);
  out += ';';
  if (resolved.endless) out += 'e';
  if (resolved.gaveUp) out += 'g';
  out += ';';
  appendTime(out, resolved.first);
  out += ';';
  appendTime(out, resolved.last);
  for (const ResolvedRule& rule : resolved.rules) {
    out += ';';
    if (!rule.counted) {
      out += '-';
      continue;
    }
    appendTime(out, rule.last);
    for (const Checkpoint& checkpoint : rule.checkpoints) {
      out += ',';
      appendHex(out, checkpoint.before);
      out += '@';
      appendHex(out, checkpoint.at.time_since_epoch().count());
    }
  }
  return out;
}

std::optional<ResolvedRecurrence> decodeResolved(std::string_view text) {
  ResolvedRecurrence out;
  if (take(text, ';') != kVersion) return std::nullopt;
  for (const char flag : take(text, ';')) {
    if (flag != 'e' && flag != 'g') return std::nullopt;
    (flag == 'e' ? out.endless : out.gaveUp) = true;
  }
  if (!readTime(take(text, ';'), out.first)) return std::nullopt;
  if (!readTime(take(text, ';'), out.last)) return std::nullopt;
  while (!text.empty()) {
    if (out.rules.size() >= kMaxRules) return std::nullopt;
    if (!readRule(take(text, ';'), out.rules.emplace_back())) return std::nullopt;
  }
  return out;
}

}  // namespace sw::calendar
