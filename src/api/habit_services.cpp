#include "api/habit_services.h"

#include <utility>

#include "api/etag.h"
#include "base/time_format.h"
#include "calendar/entity_tag.h"
#include "habits/habit_view.h"

namespace sw::api {

using base::Code;
using base::Result;
using base::Task;

Task<Result<FoundHabit>> findHabit(HabitServices& services, RequestScope& scope) {
  SW_CO_TRY(const base::Uuid id, scope.idParameter("habitId"));
  SW_CO_TRY(auto found, co_await services.habits.find(scope.userId(), id));
  if (!found) co_return base::Error(Code::kNotFound, "there is no such habit");
  SW_CO_TRY(habits::OpenHabit open, habits::open(found->record, found->settings));
  co_return FoundHabit{std::move(open), std::move(found->settings)};
}

Result<void> checkHabitMatch(const RequestScope& scope, const habits::Habit& habit) {
  const std::string_view wanted = scope.head().header("If-Match");
  const std::string etag = calendar::etagOf(habit.revision);
  if (wanted.empty() || ifMatchNames(withoutStates(wanted), etag)) return {};
  return base::Error(Code::kPreconditionFailed,
                     "it was changed since: its revision is now " + std::string(etag));
}

Response habitResponse(const RequestScope& scope, int status, const habits::OpenHabit& open,
                       const habits::HabitProgress& progress) {
  std::string out;
  habits::appendHabitView(out, open, progress);
  return scope.tagged(status, std::move(out), habits::etagOf(open.habit, progress.today));
}

std::optional<habits::LocalDate> readDate(QueryReader& query, std::string_view name) {
  const auto text = query.text(name, 10);
  if (!text) return std::nullopt;
  const auto date = base::parseDate(*text);
  if (!date) query.problem(name, "must be a date such as 2026-03-01");
  return date;
}

}  // namespace sw::api
