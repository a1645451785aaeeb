#include "calendar/series_expansion.h"

#include <algorithm>
#include <utility>

#include "calendar/ical_zone.h"
#include "calendar/recurrence_lines.h"

namespace sw::calendar {
namespace {

/// No change of clocks moves them further.
constexpr std::chrono::hours kLongestShift{25};

bool isWallClockTime(const EventTime& time) { return time.allDay || time.timeZone.empty(); }

base::Result<base::Zone> zoneOf(const EventTime& time, const std::string& definitions) {
  if (isWallClockTime(time)) return base::Zone::utc();
  return resolveZone(time.timeZone, definitions);
}

}  // namespace

base::Result<base::UtcSeconds> instantOf(const EventTime& time, const std::string& definitions) {
  SW_TRY(const base::Zone zone, zoneOf(time, definitions));
  return zone.toUtc(time.local);
}

base::Result<Recurrence> recurrenceOf(const EventContent& content) {
  SW_TRY(const base::Zone zone, zoneOf(content.start, content.zoneDefinitions));
  const bool floating = !content.start.allDay && content.start.timeZone.empty();
  const SeriesStart start{content.start.local, content.start.allDay, floating, zone};
  const ZoneResolver resolver = [&](std::string_view name) {
    return resolveZone(std::string(name), content.zoneDefinitions);
  };
  return parseRecurrence(start, content.recurrence, Strictness::kStrict, resolver);
}

SeriesExpansion::SeriesExpansion(Recurrence recurrence, const ResolvedRecurrence* resolved)
    : recurrence_(std::move(recurrence)), rules_(recurrence_, resolved) {}

base::Result<SeriesExpansion> SeriesExpansion::make(const EventContent& master,
                                                    const ResolvedRecurrence* resolved,
                                                    std::vector<OccurrenceKey> changed) {
  SW_TRY(Recurrence recurrence, recurrenceOf(master));
  SW_TRY(const base::Zone endZone, zoneOf(master.end, master.zoneDefinitions));
  const base::UtcSeconds start = recurrence.zone.toUtc(master.start.local);
  const base::UtcSeconds end = endZone.toUtc(master.end.local);

  SeriesExpansion series(std::move(recurrence), resolved);
  series.start_ = master.start;
  series.end_ = master.end;
  series.endZone_ = endZone;
  series.wallClock_ = isWallClockTime(master.start);
  series.duration_ = std::max(end - start, std::chrono::seconds(0));
  series.longest_ = series.duration_;
  if (const auto length = nominalLengthOf(master); length && !series.wallClock_) {
    series.length_ = length;
    series.longest_ += kLongestShift;
  }
  for (const SeriesTime& date : series.recurrence_.dates) {
    series.longest_ = std::max(series.longest_, date.duration.value_or(std::chrono::seconds(0)));
  }
  series.changed_ = std::move(changed);
  std::ranges::sort(series.changed_);
  return series;
}

SeriesOccurrence SeriesExpansion::toOccurrence(const Occurrence& occurrence) const {
  const auto own = occurrence.duration();
  return {occurrence.utc, occurrence.local, occurrence.utc,
          own ? occurrence.utc + *own : endFrom(occurrence.utc, occurrence.local)};
}

base::UtcSeconds SeriesExpansion::endFrom(base::UtcSeconds start, base::LocalSeconds local) const {
  if (!length_ || length_->days.count() == 0) return start + duration_;
  return std::max(start, recurrence_.zone.toUtc(local + length_->days) + length_->seconds);
}

base::UtcSeconds SeriesExpansion::lastEnd(base::UtcSeconds last) const {
  base::UtcSeconds end = endFrom(last, recurrence_.zone.toLocal(last));
  // An earlier one may end later: it has a length of its own, or lasts over a change of clocks
  // that made its day longer.
  for (const SeriesTime& date : recurrence_.dates) {
    end = std::max(end, last + date.duration.value_or(std::chrono::seconds(0)));
  }
  if (!length_ || length_->days.count() == 0) return end;
  constexpr std::size_t kEnough = 2000;
  for (const Occurrence& near : rules_.between(last - kLongestShift, last, kEnough)) {
    end = std::max(end, toOccurrence(near).end);
  }
  return end;
}

bool SeriesExpansion::visit(base::UtcSeconds from, base::UtcSeconds to,
                            const Visitor& visitor) const {
  const auto outcome = rules_.visit(from - longest_, to, [&](std::span<const Occurrence> batch) {
    for (const Occurrence& next : batch) {
      const SeriesOccurrence occurrence = toOccurrence(next);
      if (occurrence.end <= from && occurrence.start < from) continue;
      if (std::ranges::binary_search(changed_, occurrence.key)) continue;
      if (!visitor(occurrence)) return false;
    }
    return true;
  });
  return outcome != RecurrenceSet::Outcome::kGaveUp;
}

std::optional<SeriesOccurrence> SeriesExpansion::find(OccurrenceKey key) const {
  const auto found = rules_.between(key, key + std::chrono::seconds(1), 1);
  if (found.empty() || found.front().utc != key) return std::nullopt;
  return toOccurrence(found.front());
}

EventTime SeriesExpansion::startTime(const SeriesOccurrence& occurrence) const {
  return {occurrence.local, start_.allDay, start_.timeZone};
}

EventTime SeriesExpansion::endTime(const SeriesOccurrence& occurrence) const {
  return {endZone_.toLocal(occurrence.end), end_.allDay, end_.timeZone};
}

}  // namespace sw::calendar
