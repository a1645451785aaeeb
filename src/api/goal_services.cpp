#include "api/goal_services.h"

#include <charconv>
#include <utility>

#include "goals/goal_json.h"

namespace sw::api {

using base::Result;
using base::Task;

Task<Result<FoundGoal>> findGoal(GoalServices& services, RequestScope& scope) {
  SW_CO_TRY(const base::Uuid id, scope.idParameter("goalId"));
  SW_CO_TRY(auto goal, co_await services.goals.find(id));
  if (!goal || goal->ownerId != scope.userId()) {
    co_return base::Error(base::Code::kNotFound, "there is no such goal");
  }
  SW_CO_TRY(accounts::DayRule rule, co_await goals::dayRuleOf(services.settings, scope.userId()));
  co_return FoundGoal{*std::move(goal), rule};
}

Response goalResponse(RequestScope& scope, int status, const FoundGoal& found) {
  std::string out;
  goals::appendGoalView(out, found.goal, found.today(scope.clock()));
  return scope.tagged(status, std::move(out), goals::etagOf(found.goal));
}

Task<Result<Response>> commitGoal(GoalServices& services, RequestScope& scope,
                                  jobs::UnitOfWork& unit, const goals::GoalEditor::Written& written,
                                  Response response) {
  SW_CO_TRY(Response answer, co_await scope.commit(unit, std::move(response)));
  if (written.completed) services.probe.goalCompleted(written.goal.id);
  co_return answer;
}

std::string toPlaceToken(char sort, const ListPlace& place) {
  std::string token(1, sort);
  token += std::to_string(place.key);
  token += '.';
  place.id.appendTo(token);
  return token;
}

std::optional<ListPlace> fromPlaceToken(char sort, std::string_view token) {
  if (token.empty() || token.front() != sort) return std::nullopt;
  token.remove_prefix(1);
  ListPlace place;
  const auto read = std::from_chars(token.data(), token.data() + token.size(), place.key);
  if (read.ec != std::errc()) return std::nullopt;
  token.remove_prefix(static_cast<std::size_t>(read.ptr - token.data()));
  if (!token.starts_with('.')) return std::nullopt;
  const auto id = base::Uuid::parse(token.substr(1));
  if (!id) return std::nullopt;
  place.id = *id;
  return place;
}

}  // namespace sw::api
