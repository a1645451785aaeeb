#include "calendar/ical_timezone.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/time_format.h"
#include "calendar/ical_values.h"
#include "calendar/recurrence_walker.h"
#include "calendar/zone_alias.h"

namespace sw::calendar {
namespace {

using std::chrono::seconds;

/// Changes are laid out to here: the 400 years before are regular for any definition whose
/// exceptions end by 2050, and the pattern of the Gregorian calendar repeats after as many.
constexpr base::LocalSeconds kHorizon = std::chrono::local_days(std::chrono::January / 1 / 2455);
/// Rules that begin earlier (Outlook's in 1601) say nothing that anyone scheduled.
constexpr base::LocalSeconds kEarliest = std::chrono::local_days(std::chrono::January / 1 / 1900);
constexpr std::size_t kMaxChanges = 8000;
/// More is no honest definition; zones with a long history have some 200.
constexpr std::size_t kMaxObservances = 400;
constexpr std::size_t kMaxRulesEach = 4;

void readTimes(std::string_view value, std::vector<base::LocalSeconds>& out) {
  while (!value.empty()) {
    const std::size_t comma = std::min(value.find(','), value.size());
    if (const auto time = readTime(value.substr(0, value.substr(0, comma).find('/')))) {
      out.push_back(time->time);
    }
    value.remove_prefix(std::min(comma + 1, value.size()));
  }
}

std::optional<ZoneObservance> readObservance(const Component& part) {
  const ContentLine* start = part.find("DTSTART");
  const ContentLine* before = part.find("TZOFFSETFROM");
  const ContentLine* after = part.find("TZOFFSETTO");
  if (after == nullptr) return std::nullopt;
  const auto offset = readUtcOffset(after->value);
  const auto offsetBefore = before != nullptr ? readUtcOffset(before->value) : offset;
  const auto time = start != nullptr ? readTime(start->value) : std::nullopt;
  if (!offset || !offsetBefore || !time) return std::nullopt;
  ZoneObservance out{time->time, *offsetBefore, *offset, {}, {}};
  // A start in UTC is wrong here, but its meaning is plain.
  if (time->kind == Until::Kind::kUtc) out.start += *offsetBefore;
  for (const ContentLine& line : part.lines) {
    if (line.is("RRULE")) {
      if (out.rules.size() == kMaxRulesEach) continue;
      const auto rule = parseRule(line.value, Strictness::kLenient);
      // No clock changes by the hour.
      if (rule.ok() && rule->frequency >= Frequency::kDaily) out.rules.push_back(*rule);
    } else if (line.is("RDATE") && out.dates.size() < kMaxChanges) {
      readTimes(line.value, out.dates);
    }
  }
  return out;
}

/// Adds the changes that `rule` makes; false when there are too many.
bool addChanges(const ZoneObservance& part, const RecurrenceRule& rule,
                std::vector<base::OffsetChange>& out) {
  const CompiledRule compiled(rule, part.start, false);
  RuleWalker walker(compiled);
  const bool seek = !rule.count && part.start < kEarliest;
  walker.seek((seek ? kEarliest : part.start).time_since_epoch().count(),
              kHorizon.time_since_epoch().count());
  std::array<std::int64_t, 64> times;
  std::uint32_t counted = 0;
  for (;;) {
    const std::size_t got = walker.fill(times);
    for (std::size_t i = 0; i < got; ++i) {
      if (rule.count && counted++ >= *rule.count) return true;
      const base::UtcSeconds at(seconds(times[i]) - part.offsetBefore);
      if (rule.until && rule.until->kind == Until::Kind::kUtc &&
          at.time_since_epoch() > rule.until->time.time_since_epoch()) {
        return true;
      }
      out.push_back({at, part.offset});
    }
    if (out.size() > kMaxChanges) return false;
    if (got < times.size()) return true;
  }
}

}  // namespace

base::Result<ZoneDefinition> readZoneDefinition(const Component& component) {
  ZoneDefinition out;
  if (const ContentLine* name = component.find("TZID")) {
    out.name = unescapeText(trimmed(name->value));
  }
  if (const ContentLine* location = component.find("X-LIC-LOCATION")) {
    out.location = unescapeText(trimmed(location->value));
  }
  if (out.name.empty()) return base::Error(base::Code::kInvalid, "a VTIMEZONE has no TZID");
  for (const Component& part : component.children) {
    if (!part.is("STANDARD") && !part.is("DAYLIGHT")) continue;
    if (out.observances.size() == kMaxObservances) break;
    if (auto observance = readObservance(part)) out.observances.push_back(*std::move(observance));
  }
  if (out.observances.empty()) {
    return base::Error(base::Code::kInvalid,
                       "the VTIMEZONE '" + out.name + "' has no usable STANDARD or DAYLIGHT");
  }
  return out;
}

base::Result<base::Zone> makeZone(const ZoneDefinition& definition) {
  std::vector<base::OffsetChange> changes;
  bool fits = true;
  for (const ZoneObservance& part : definition.observances) {
    const auto at = [&](base::LocalSeconds local) {
      return base::UtcSeconds(local.time_since_epoch() - part.offsetBefore);
    };
    if (part.rules.empty() || part.start >= kEarliest) {
      changes.push_back({at(part.start), part.offset});
    }
    fits = fits && changes.size() + part.dates.size() <= 2 * kMaxChanges;
    if (!fits) break;
    for (const base::LocalSeconds date : part.dates) changes.push_back({at(date), part.offset});
    for (const RecurrenceRule& rule : part.rules) fits = fits && addChanges(part, rule, changes);
  }
  if (!fits || changes.empty()) {
    return base::Error(base::Code::kInvalid, "the VTIMEZONE '" + definition.name +
                                                 "' changes more often than a time zone can");
  }
  const auto first = std::min_element(
      definition.observances.begin(), definition.observances.end(),
      [](const ZoneObservance& a, const ZoneObservance& b) { return a.start < b.start; });
  std::sort(changes.begin(), changes.end());
  // Of several changes at one instant the last of the order counts; equal offsets are no change.
  std::vector<base::OffsetChange> kept;
  seconds offset = first->offsetBefore;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (i + 1 < changes.size() && changes[i + 1].at == changes[i].at) continue;
    if (changes[i].offset == offset) continue;
    kept.push_back(changes[i]);
    offset = changes[i].offset;
  }
  constexpr base::UtcSeconds kLongAhead = std::chrono::sys_days(std::chrono::January / 1 / 2201);
  return base::Zone::define(definition.name, first->offsetBefore, kept,
                            !kept.empty() && kept.back().at > kLongAhead);
}

bool sameOffsets(const base::Zone& a, const base::Zone& b, base::UtcSeconds from,
                 base::UtcSeconds to) {
  while (from < to) {
    const base::OffsetSpan left = a.spanAt(from);
    const base::OffsetSpan right = b.spanAt(from);
    if (left.offset != right.offset) return false;
    from = std::min(left.end, right.end);
  }
  return true;
}

std::optional<std::string> findZoneByBehaviour(const base::Zone& zone, base::UtcSeconds from,
                                               base::UtcSeconds to, std::string_view preferred) {
  const auto behaves = [&](std::string_view name) {
    const auto candidate = base::Zone::find(name);
    return candidate.ok() && sameOffsets(zone, *candidate, from, to);
  };
  if (!preferred.empty() && behaves(preferred)) return std::string(preferred);
  // Where several behave alike, the one that most people live in.
  for (const char* name :
       {"America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles",
        "Europe/London", "Europe/Berlin", "Europe/Helsinki", "Australia/Sydney"}) {
    if (behaves(name)) return std::string(name);
  }
  for (const WindowsZone& row : windowsZones()) {
    if (behaves(row.tzName)) return std::string(row.tzName);
  }
  return std::nullopt;
}

}  // namespace sw::calendar
