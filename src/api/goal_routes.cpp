#include "api/goal_routes.h"

#include <utility>

#include "api/query_reader.h"
#include "base/json_patch.h"
#include "goals/goal_json.h"

namespace sw::api {
namespace {

using base::Result;
using base::Task;
using goals::GoalEditor;
using goals::GoalQuery;

constexpr std::chrono::days kSoon{7};
constexpr std::int64_t kMaxPage = 250;
constexpr std::int64_t kDefaultPage = 100;
constexpr std::size_t kMaxWord = 64;
constexpr std::string_view kSortLetters = "cupdf";

/// A status of the list's query.
enum class Listed { kAll, kOverdue, kDueSoon, kActive, kPaused, kCompleted, kArchived };

void choose(GoalQuery& query, Listed listed, std::chrono::local_days today) {
  switch (listed) {
    case Listed::kAll: return;
    case Listed::kOverdue:
      query.status = goals::GoalStatus::kActive;
      query.targetTo = today - std::chrono::days(1);
      return;
    case Listed::kDueSoon:
      query.status = goals::GoalStatus::kActive;
      query.targetFrom = today;
      query.targetTo = today + kSoon;
      return;
    case Listed::kActive: query.status = goals::GoalStatus::kActive; return;
    case Listed::kPaused: query.status = goals::GoalStatus::kPaused; return;
    case Listed::kCompleted: query.status = goals::GoalStatus::kCompleted; return;
    case Listed::kArchived: query.status = goals::GoalStatus::kArchived; return;
  }
}

}  // namespace

void GoalRoutes::addTo(Router& router) {
  router.add({.method = Method::kGet, .pattern = "/goals", .handler = [this](RequestScope& scope) {
                return list(scope);
              }});
  router.add({.method = Method::kPost,
              .pattern = "/goals",
              .body = BodyKind::kJson,
              .handler = [this](RequestScope& scope) { return create(scope); },
              .writes = true,
              .success = 201});
  router.add({.method = Method::kGet,
              .pattern = "/goals/{goalId}",
              .handler = [this](RequestScope& scope) { return get(scope); }});
  router.add({.method = Method::kPut,
              .pattern = "/goals/{goalId}",
              .body = BodyKind::kJson,
              .handler = [this](RequestScope& scope) { return put(scope); },
              .writes = true});
  router.add({.method = Method::kPatch,
              .pattern = "/goals/{goalId}",
              .body = BodyKind::kJson,
              .handler = [this](RequestScope& scope) { return patch(scope); },
              .writes = true});
  router.add({.method = Method::kDelete,
              .pattern = "/goals/{goalId}",
              .handler = [this](RequestScope& scope) { return remove(scope); },
              .writes = true,
              .success = 204});
}

Task<Result<Response>> GoalRoutes::list(RequestScope& scope) {
  base::json::Problems problems;
  QueryReader reader(scope.query(), problems);
  const auto listed = static_cast<Listed>(reader.choice(
      "status", {"", "overdue", "due-soon", "active", "paused", "completed", "archived"}, 0));
  const std::size_t sort =
      reader.choice("sort", {"created", "updated", "priority", "targetDate", "progress"}, 0);
  GoalQuery query;
  query.type = reader.text("type", kMaxWord).value_or("");
  query.tag = reader.text("tag", kMaxWord).value_or("");
  query.sort = static_cast<goals::GoalSort>(sort);
  const std::int64_t limit = reader.integer("maxResults", 1, kMaxPage, kDefaultPage);
  const auto token = reader.text("pageToken", 80);
  reader.finish();
  goals::GoalPosition after;
  if (token) {
    const auto place = fromPlaceToken(kSortLetters[sort], *token);
    if (!place) reader.problem("pageToken", "must be a nextPageToken of an earlier answer");
    if (place) after = {place->key, place->id};
  }
  if (!problems.empty()) co_return problems.toError();

  SW_CO_TRY(const accounts::DayRule rule,
            co_await goals::dayRuleOf(services_.settings, scope.userId()));
  const std::chrono::local_days today = accounts::localDateOf(scope.clock().now(), rule);
  choose(query, listed, today);
  SW_CO_TRY(
      const std::vector<goals::Goal> found,
      co_await services_.goals.list(scope.userId(), query, after, static_cast<int>(limit) + 1));
  const auto shown = std::min(found.size(), static_cast<std::size_t>(limit));
  std::string out = R"({"items":[)";
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) out += ',';
    goals::appendGoalView(out, found[i], today);
  }
  out += ']';
  if (found.size() > shown) {
    const goals::Goal& last = found[shown - 1];
    out += R"(,"nextPageToken":")" +
           toPlaceToken(kSortLetters[sort], {goals::sortKeyOf(last, query.sort), last.id}) + '"';
  }
  out += '}';
  co_return jsonResponse(200, std::move(out));
}

Task<Result<Response>> GoalRoutes::create(RequestScope& scope) {
  SW_CO_TRY(const auto body, scope.json());
  SW_CO_TRY(accounts::DayRule rule, co_await goals::dayRuleOf(services_.settings, scope.userId()));
  base::json::Problems problems;
  goals::GoalRequest request =
      goals::readGoal(body.root(), nullptr, rule, scope.clock().now(), problems);
  if (!problems.empty()) co_return problems.toError();
  const auto unit = scope.begin();
  GoalEditor::Context context{rule, scope.actor()};
  SW_CO_TRY(const GoalEditor::Written written,
            co_await services_.editor.create(*unit, scope.userId(), std::move(request),
                                             std::move(context)));
  Response response = goalResponse(scope, 201, {written.goal, rule});
  response.with("Location", "/goals/" + written.goal.id.toString());
  SW_CO_TRY(Response answer,
            co_await commitGoal(services_, scope, *unit, written, std::move(response)));
  services_.probe.goalCreated(written.goal.id);
  co_return answer;
}

Task<Result<Response>> GoalRoutes::get(RequestScope& scope) {
  SW_CO_TRY(FoundGoal found, co_await findGoal(services_, scope));
  SW_CO_TRY(found.goal, co_await services_.follower.fresh(std::move(found.goal), scope.actor()));
  co_return goalResponse(scope, 200, found);
}

Task<Result<Response>> GoalRoutes::change(RequestScope& scope, FoundGoal found,
                                          base::json::Value content) {
  base::json::Problems problems;
  goals::GoalRequest request =
      goals::readGoal(content, &found.goal, found.rule, scope.clock().now(), problems);
  if (!problems.empty()) co_return problems.toError();
  const auto unit = scope.begin();
  GoalEditor::Context context{found.rule, scope.actor()};
  SW_CO_TRY(const GoalEditor::Written written,
            co_await services_.editor.change(*unit, std::move(found.goal), std::move(request),
                                             std::move(context)));
  found.goal = written.goal;
  Response response = goalResponse(scope, 200, found);
  co_return co_await commitGoal(services_, scope, *unit, written, std::move(response));
}

Task<Result<Response>> GoalRoutes::put(RequestScope& scope) {
  SW_CO_TRY(const auto body, scope.json());
  auto work = [&]() -> Task<Result<Response>> {
    SW_CO_TRY(FoundGoal found, co_await findGoal(services_, scope));
    SW_CO_CHECK(scope.checkIfMatch(goals::etagOf(found.goal)));
    co_return co_await change(scope, std::move(found), body.root());
  };
  co_return co_await scope.attempt(work);
}

Task<Result<Response>> GoalRoutes::patch(RequestScope& scope) {
  SW_CO_TRY(const auto body, scope.json());
  auto work = [&]() -> Task<Result<Response>> {
    SW_CO_TRY(FoundGoal found, co_await findGoal(services_, scope));
    SW_CO_CHECK(scope.checkIfMatch(goals::etagOf(found.goal)));
    SW_CO_TRY(const std::string merged,
              base::json::mergePatch(goals::toContentJson(found.goal), body.root()));
    SW_CO_TRY(const auto document, base::json::Document::parse(merged));
    co_return co_await change(scope, std::move(found), document.root());
  };
  co_return co_await scope.attempt(work);
}

Task<Result<Response>> GoalRoutes::remove(RequestScope& scope) {
  auto work = [&]() -> Task<Result<Response>> {
    SW_CO_TRY(const FoundGoal found, co_await findGoal(services_, scope));
    SW_CO_CHECK(scope.checkIfMatch(goals::etagOf(found.goal)));
    const auto unit = scope.begin();
    services_.editor.remove(*unit, found.goal, scope.actor());
    Response response = noContent();
    co_return co_await scope.commit(*unit, std::move(response));
  };
  co_return co_await scope.attempt(work);
}

}  // namespace sw::api
