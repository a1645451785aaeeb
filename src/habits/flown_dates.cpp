#include "habits/flown_dates.h"

#include <algorithm>

namespace sw::habits {

using std::chrono::days;

namespace {

base::UtcSeconds midnight(LocalDate date, const base::Zone& zone) {
  return zone.toUtc(base::LocalSeconds(date));
}

}  // namespace

bool isLeftOut(LocalDate date, const base::Zone& zone) {
  return midnight(date, zone) == midnight(date + days(1), zone);
}

int flownOver(const HabitEntry& last, LocalDate date, base::Instant now,
              const accounts::DayRule& day) {
  if (last.timeZone == day.zone.name()) return 0;
  const auto zone = base::Zone::find(last.timeZone);
  if (!zone.ok()) return 0;
  const LocalDate there = accounts::localDateOf(now, {*zone, day.boundary});
  const LocalDate first = std::max(there, last.date + days(1));
  return first < date ? static_cast<int>((date - first).count()) : 0;
}

FlownDates::FlownDates(LocalDate first, const HabitEntry& entry)
    : flownFrom_(entry.date - days(entry.flownOver)) {
  if (first >= flownFrom_) return;
  if (const auto zone = base::Zone::find(entry.timeZone); zone.ok()) {
    look(first, flownFrom_ - days(1), *zone);
  }
}

FlownDates::FlownDates(LocalDate first, LocalDate last, const base::Zone& zone) {
  look(first, last, zone);
}

void FlownDates::look(LocalDate first, LocalDate last, const base::Zone& zone) {
  if (first > last || zone.isUtc()) return;
  // Clocks are moved by an hour or two; only a date that is left out takes a day.
  constexpr std::chrono::hours kLess{12};
  const LocalDate end = last + days(1);
  if (midnight(end, zone) - midnight(first, zone) < (end - first) - kLess) zone_ = zone;
}

}  // namespace sw::habits
