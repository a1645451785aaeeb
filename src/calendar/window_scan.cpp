#include "calendar/window_scan.h"

#include <chrono>
#include <utility>
#include <vector>

#include "calendar/event_record.h"

namespace sw::calendar {
namespace {

void visitOccurrences(const std::shared_ptr<const CompiledSeries>& series, const base::Zone& zone,
                      Interval window, WindowSink& sink) {
  const SeriesExpansion& expansion = series->expansion;
  if (!expansion.wallClock()) {
    expansion.visit(window.start, window.end, [&](const SeriesOccurrence& occurrence) {
      return sink.onOccurrence(series, occurrence, {occurrence.start, occurrence.end});
    });
    return;
  }
  // On the wall clock the bounds are only near: around a change of clocks it is not monotonic.
  constexpr std::chrono::hours kMargin{24};
  expansion.visit(toWallClock(window.start, zone) - kMargin,
                  toWallClock(window.end, zone) + kMargin, [&](const SeriesOccurrence& occurrence) {
                    const Interval span{wallClockIn(occurrence.start, zone),
                                        wallClockIn(occurrence.end, zone)};
                    return sink.onOccurrence(series, occurrence, span);
                  });
}

}  // namespace

base::Zone zoneOf(const Calendar& calendar) {
  const auto zone = base::Zone::find(calendar.timeZone);
  return zone.ok() ? *zone : base::Zone::utc();
}

base::Task<base::Result<void>> scanWindow(EventStore& events, SeriesCache& cache,
                                          const Calendar& calendar, Interval window, bool expand,
                                          WindowSink& sink) {
  const base::Zone zone = zoneOf(calendar);
  std::vector<std::shared_ptr<const CompiledSeries>> known;
  std::vector<EventRecord> unknown;
  const EventVisitor visitor = [&](const EventRow& row) {
    if (row.cancelled) return;
    if (row.kind != EventRecord::Kind::kSeries || !expand) {
      sink.onRow(row, spanIn(row, zone));
    } else if (auto series = cache.peek(row.id, row.revision)) {
      known.push_back(std::move(series));
    } else {
      unknown.push_back(row.toRecord());
    }
  };
  SW_CO_CHECK(co_await events.window(calendar.id, window.start - kWallClockReach,
                                     window.end + kWallClockReach, visitor));
  for (EventRecord& master : unknown) {
    SW_CO_TRY(auto series, co_await cache.get(std::move(master)));
    known.push_back(std::move(series));
  }
  for (const auto& series : known) visitOccurrences(series, zone, window, sink);
  co_return base::Result<void>();
}

base::Task<base::Result<void>> scanSeries(EventStore& events, const Calendar& calendar,
                                          std::shared_ptr<const CompiledSeries> series,
                                          Interval window, WindowSink& sink) {
  const base::Zone zone = zoneOf(calendar);
  const EventVisitor visitor = [&](const EventRow& row) {
    if (!row.cancelled) sink.onRow(row, spanIn(row, zone));
  };
  SW_CO_CHECK(co_await events.overridesOf(series->master.id, visitor));
  visitOccurrences(series, zone, window, sink);
  co_return base::Result<void>();
}

}  // namespace sw::calendar
