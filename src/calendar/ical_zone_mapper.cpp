#include "calendar/ical_zone_mapper.h"

#include <algorithm>

#include "base/time_format.h"
#include "calendar/ical_components.h"
#include "calendar/ical_values.h"
#include "calendar/zone_alias.h"

namespace sw::calendar {
namespace {

constexpr std::string_view kBegin = "BEGIN:VTIMEZONE";
/// Different TZIDs and definitions of one file that are told apart; more are no honest file.
constexpr std::size_t kMaxZones = 2000;
constexpr std::size_t kMaxDefined = 200;
/// Longer definitions are not used: every event of theirs has to carry them.
constexpr std::size_t kMaxDefinition = 16 * 1024;

std::chrono::sys_days newYear(int year) {
  return std::chrono::sys_days(std::chrono::year(year) / std::chrono::January / 1);
}

}  // namespace

ZoneMapper::ZoneMapper(std::string_view text, std::string calendarZone)
    : text_(text), calendarZone_(std::move(calendarZone)) {
  std::size_t at = text.find(kBegin);
  while (at != std::string_view::npos && definitions_.size() < kMaxZones) {
    if (at > 0 && text[at - 1] != '\n' && text[at - 1] != '\r') {
      at = text.find(kBegin, at + kBegin.size());
      continue;
    }
    ComponentReader reader(text.substr(at));
    const auto kind = reader.next();
    if (kind == ComponentReader::Kind::kComponent) {
      if (auto data = readZoneDefinition(reader.component()); data.ok()) {
        std::string name = data->name;
        definitions_.emplace(std::move(name),
                             Definition{*std::move(data), std::string(reader.component().text)});
      }
    }
    // On from where the reader stopped, so that no byte is read twice.
    at = text.find(kBegin, std::max(text.size() - reader.left(), at + 1));
  }
}

const ZoneMapper::Mapped& ZoneMapper::map(const std::string& tzid) {
  const auto it = known_.find(tzid);
  if (it != known_.end()) return it->second;
  static const Mapped kNone{};
  if (known_.size() >= kMaxZones) return kNone;
  return known_.emplace(tzid, find(tzid)).first->second;
}

ZoneMapper::Mapped ZoneMapper::find(const std::string& tzid) {
  const auto alias = findZoneAlias(tzid);
  if (alias && alias->certain) return {true, alias->tzName, {}, {}};
  const auto it = definitions_.find(tzid);
  if (it != definitions_.end() && defined_ < kMaxDefined) {
    Mapped found = findByDefinition(tzid, it->second, alias ? alias->tzName : std::string());
    if (found.known) return found;
  }
  if (alias) {
    return {true, alias->tzName, {}, "time zone '" + tzid + "' was taken for " + alias->tzName};
  }
  return {};
}

ZoneMapper::Mapped ZoneMapper::findByDefinition(const std::string& tzid,
                                                const Definition& definition,
                                                const std::string& guess) {
  if (!definition.data.location.empty()) {
    const auto location = findZoneAlias(definition.data.location);
    if (location && location->certain) return {true, location->tzName, {}, {}};
  }
  ++defined_;
  const auto zone = makeZone(definition.data);
  if (!zone.ok()) return {};
  const auto [from, to] = usedIn(tzid);
  if (auto name = findZoneByBehaviour(*zone, from, to, guess.empty() ? calendarZone_ : guess)) {
    std::string remark;
    if (*name != guess) {
      remark =
          "time zone '" + tzid + "' was read as " + *name + ", which behaves like its definition";
    }
    return {true, *std::move(name), {}, std::move(remark)};
  }
  if (definition.text.size() > kMaxDefinition) return {};
  return {true, tzid, definition.text, {}};
}

/// Looks once through the whole text for the years of DTSTARTs, by TZID.
void ZoneMapper::findYears() {
  yearsKnown_ = true;
  LineReader lines(text_);
  while (lines.next()) {
    if (!lines.text().starts_with("DTSTART;")) {
      repeats_ = repeats_ || lines.text().starts_with("RRULE");
      continue;
    }
    const auto line = parseLine(lines.text());
    const auto tzid = line ? line->parameter("TZID") : std::nullopt;
    const auto time = tzid ? readTime(line->value) : std::nullopt;
    if (!time) continue;
    const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(time->time));
    const int year = static_cast<int>(date.year());
    const auto known = years_.find(*tzid);
    if (known != years_.end()) {
      known->second = {std::min(known->second.first, year), std::max(known->second.last, year)};
    } else if (years_.size() < kMaxZones) {
      years_.emplace(*tzid, Years{year, year});
    }
  }
}

std::pair<base::UtcSeconds, base::UtcSeconds> ZoneMapper::usedIn(const std::string& tzid) {
  if (!yearsKnown_) findYears();
  const auto it = years_.find(tzid);
  if (it == years_.end()) return {newYear(1970), newYear(2037)};
  // Series go on: far enough to tell zones apart, not so far that a rule of the past, which the
  // definition could not know to change, rules out the right one.
  return {newYear(it->second.first), newYear(it->second.last + (repeats_ ? 3 : 1))};
}

}  // namespace sw::calendar
