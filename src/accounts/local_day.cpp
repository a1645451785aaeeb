#include "accounts/local_day.h"

namespace sw::accounts {

using std::chrono::days;

base::Result<DayRule> dayRuleOf(const Settings& settings) {
  SW_TRY(const base::Zone zone, base::Zone::find(settings.timeZone));
  return DayRule{zone, settings.dayBoundary};
}

base::UtcSeconds beginOf(LocalDate date, const DayRule& rule) {
  return rule.zone.toUtc(base::LocalSeconds(date) + rule.boundary);
}

LocalDate localDateOf(base::Instant at, const DayRule& rule) {
  const auto second = std::chrono::floor<std::chrono::seconds>(at);
  auto date = std::chrono::floor<days>(rule.zone.toLocal(second) - rule.boundary);
  // Where the clocks were moved around the boundary, the wall clock alone can be a day off.
  while (second >= endOf(date, rule)) date += days(1);
  while (second < beginOf(date, rule)) date -= days(1);
  return date;
}

base::UtcSeconds instantOn(LocalDate date, std::chrono::minutes timeOfDay, const DayRule& rule) {
  if (timeOfDay < rule.boundary) date += days(1);
  return rule.zone.toUtc(base::LocalSeconds(date) + timeOfDay);
}

}  // namespace sw::accounts
