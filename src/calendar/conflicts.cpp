#include "calendar/conflicts.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "calendar/event_record.h"
#include "calendar/series_expansion.h"
#include "calendar/window_scan.h"

namespace sw::calendar {
namespace {

// Most events that are read to compare a series with.
constexpr std::size_t kMaxCompared = 5000;
constexpr std::size_t kMaxOccurrences = 1000;

base::Result<std::vector<Interval>> singleSpan(const EventContent& content, const base::Zone& zone,
                                               bool wallClock) {
  SW_TRY(const base::UtcSeconds start, instantOf(content.start, content.zoneDefinitions));
  SW_TRY(const base::UtcSeconds end, instantOf(content.end, content.zoneDefinitions));
  Interval span{start, end};
  if (wallClock) span = {wallClockIn(span.start, zone), wallClockIn(span.end, zone)};
  return std::vector{span};
}

base::Result<std::vector<Interval>> seriesSpans(const EventContent& content, const base::Zone& zone,
                                                base::UtcSeconds now) {
  SW_TRY(const SeriesExpansion series, SeriesExpansion::make(content, nullptr, {}));
  const auto first = series.rules().first();
  std::vector<Interval> spans;
  if (!first) return spans;
  const base::UtcSeconds from = std::max(first->utc, now);
  series.visit(from, from + ConflictFinder::kHorizon, [&](const SeriesOccurrence& occurrence) {
    Interval span{occurrence.start, occurrence.end};
    if (series.wallClock()) span = {wallClockIn(span.start, zone), wallClockIn(span.end, zone)};
    spans.push_back(span);
    return spans.size() < kMaxOccurrences;
  });
  return spans;
}

bool overlapsAny(const std::vector<Interval>& merged, Interval span) {
  const auto next = std::ranges::upper_bound(merged, span.start, {}, &Interval::end);
  return next != merged.end() && next->start < span.end;
}

}  // namespace

base::Task<base::Result<EventList>> ConflictFinder::find(std::span<const CalendarAccess> calendars,
                                                         const Calendar& target,
                                                         const EventContent& content,
                                                         base::Uuid self) {
  if (content.transparency == Transparency::kTransparent ||
      content.status == EventStatus::kCancelled) {
    co_return EventList();
  }
  const base::Zone zone = zoneOf(target);
  const bool wallClock = content.start.allDay || content.start.timeZone.empty();
  const auto now = std::chrono::floor<std::chrono::seconds>(clock_.now());
  auto found = content.recurrence.empty() ? singleSpan(content, zone, wallClock)
                                          : seriesSpans(content, zone, now);
  if (!found.ok()) co_return found.error();
  std::vector<Interval> spans = *std::move(found);
  mergeIntervals(spans);
  if (spans.empty()) co_return EventList();

  WindowQuery query;
  query.calendars = calendars;
  query.from = spans.front().start;
  query.to = spans.back().end;
  query.limit = kMaxCompared;
  SW_CO_TRY(EventList list, co_await reader_.window(query));
  std::size_t kept = 0;
  list.leaveOut([&](const ListedEvent& item) {
    const bool own =
        item.position.id == self || (item.row != nullptr && item.row->seriesId == self);
    const Interval span{item.position.start, item.end};
    if (own || !item.busy() || span.start >= span.end || !overlapsAny(spans, span)) return true;
    return ++kept > kMaxNamed;
  });
  co_return list;
}

}  // namespace sw::calendar
