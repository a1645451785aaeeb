#include "api/goal_progress_routes.h"

#include <algorithm>
#include <utility>

#include "api/entry_page.h"
#include "base/json_patch.h"
#include "goals/goal_json.h"

namespace sw::api {
namespace {

using base::Result;
using base::Task;
using goals::Goal;
using goals::GoalEditor;
using goals::GoalStore;
using goals::ProgressEntry;

/// A journal line with the goal it leads to.
Response entryResponse(RequestScope& scope, int status, const ProgressEntry& entry,
                       const FoundGoal& found) {
  std::string out = R"({"entry":)";
  goals::appendProgressView(out, entry);
  out += R"(,"goal":)";
  goals::appendGoalView(out, found.goal, found.today(scope.clock()));
  out += '}';
  Response response = jsonResponse(status, std::move(out));
  response.with("ETag", goals::etagOf(found.goal));
  return response;
}

}  // namespace

void GoalProgressRoutes::addTo(Router& router) {
  addJournal(router);
  addMilestones(router);
  addTime(router);
  router.add({.method = Method::kGet,
              .pattern = "/goals/{goalId}/analytics",
              .handler = [this](RequestScope& scope) { return analytics(scope); }});
}

void GoalProgressRoutes::addJournal(Router& router) {
  router.add({.method = Method::kGet,
              .pattern = "/goals/{goalId}/progress",
              .handler = [this](RequestScope& scope) { return journal(scope); }});
  router.add({.method = Method::kPut,
              .pattern = "/goals/{goalId}/progress",
              .body = BodyKind::kJson,
              .handler = [this](RequestScope& scope) { return record(scope); },
              .writes = true});
  router.add({.method = Method::kPost,
              .pattern = "/goals/{goalId}/progress",
              .body = BodyKind::kJson,
              .handler = [this](RequestScope& scope) { return record(scope); },
              .writes = true,
              .success = 201});
  router.add({.method = Method::kPatch,
              .pattern = "/goals/{goalId}/progress/{entryId}",
              .body = BodyKind::kJson,
              .handler = [this](RequestScope& scope) { return correct(scope); },
              .writes = true});
  router.add({.method = Method::kDelete,
              .pattern = "/goals/{goalId}/progress/{entryId}",
              .handler = [this](RequestScope& scope) { return takeBack(scope); },
              .writes = true});
}

void GoalProgressRoutes::addMilestones(Router& router) {
  router.add({.method = Method::kPost,
              .pattern = "/goals/{goalId}/milestones",
              .body = BodyKind::kJson,
              .handler = [this](RequestScope& scope) { return addMilestone(scope); },
              .writes = true,
              .success = 201});
  router.add({.method = Method::kDelete,
              .pattern = "/goals/{goalId}/milestones/{milestoneId}",
              .handler = [this](RequestScope& scope) { return removeMilestone(scope); },
              .writes = true});
  router.add({.method = Method::kPost,
              .pattern = "/goals/{goalId}/milestones/{milestoneId}/complete",
              .handler = [this](RequestScope& scope) { return setMilestone(scope, true); },
              .writes = true});
  router.add({.method = Method::kDelete,
              .pattern = "/goals/{goalId}/milestones/{milestoneId}/complete",
              .handler = [this](RequestScope& scope) { return setMilestone(scope, false); },
              .writes = true});
}

void GoalProgressRoutes::addTime(Router& router) {
  router.add({.method = Method::kGet,
              .pattern = "/goals/{goalId}/time",
              .handler = [this](RequestScope& scope) { return listTime(scope); }});
  router.add({.method = Method::kPost,
              .pattern = "/goals/{goalId}/time",
              .body = BodyKind::kJson,
              .handler = [this](RequestScope& scope) { return logTime(scope); },
              .writes = true,
              .success = 201});
  router.add({.method = Method::kDelete,
              .pattern = "/goals/{goalId}/time/{timeId}",
              .handler = [this](RequestScope& scope) { return removeTime(scope); },
              .writes = true,
              .success = 204});
}

Task<Result<Response>> GoalProgressRoutes::record(RequestScope& scope) {
  SW_CO_TRY(const auto body, scope.json());
  auto work = [&]() -> Task<Result<Response>> {
    SW_CO_TRY(FoundGoal found, co_await findGoal(services_, scope));
    SW_CO_CHECK(scope.checkIfMatch(goals::etagOf(found.goal)));
    base::json::Problems problems;
    const base::Instant now = scope.clock().now();
    ProgressEntry entry = goals::readProgress(body.root(), found.goal, nullptr, now, problems);
    if (!problems.empty()) co_return problems.toError();
    entry.id = base::newUuid(scope.clock());
    entry.goalId = found.goal.id;
    entry.created = now;
    const auto unit = scope.begin();
    GoalEditor::Context context{found.rule, scope.actor()};
    SW_CO_TRY(
        const GoalEditor::Written written,
        co_await services_.editor.record(*unit, std::move(found.goal), entry, std::move(context)));
    found.goal = written.goal;
    Response response = entryResponse(scope, scope.route().success, entry, found);
    co_return co_await commitGoal(services_, scope, *unit, written, std::move(response));
  };
  co_return co_await attemptCrowded(scope, work);
}

Task<Result<Response>> GoalProgressRoutes::journal(RequestScope& scope) {
  SW_CO_TRY(const FoundGoal found, co_await findGoal(services_, scope));
  SW_CO_TRY(const EntryPage page, readEntryPage(scope));
  const GoalStore::EntryPosition before{page.before, page.beforeId};
  SW_CO_TRY(const std::vector<ProgressEntry> entries,
            co_await services_.goals.journalPage(found.goal.id, before, page.limit + 1));
  co_return entryPageOf(entries, page.limit, goals::appendProgressView);
}

Task<Result<ProgressEntry>> GoalProgressRoutes::findEntry(const Goal& goal, base::Uuid id) {
  SW_CO_TRY(const std::vector<ProgressEntry> all, co_await services_.goals.journal(goal.id));
  const auto known = std::ranges::find(all, id, &ProgressEntry::id);
  if (known == all.end()) co_return base::Error(base::Code::kNotFound, "there is no such entry");
  co_return *known;
}

Task<Result<Response>> GoalProgressRoutes::correct(RequestScope& scope) {
  SW_CO_TRY(const auto body, scope.json());
  auto work = [&]() -> Task<Result<Response>> {
    SW_CO_TRY(FoundGoal found, co_await findGoal(services_, scope));
    SW_CO_TRY(const base::Uuid id, scope.idParameter("entryId"));
    SW_CO_TRY(const ProgressEntry before, co_await findEntry(found.goal, id));
    SW_CO_CHECK(scope.checkIfMatch(goals::etagOf(found.goal)));
    SW_CO_TRY(const std::string merged,
              base::json::mergePatch(goals::toContentJson(before), body.root()));
    SW_CO_TRY(const auto document, base::json::Document::parse(merged));
    base::json::Problems problems;
    const ProgressEntry entry =
        goals::readProgress(document.root(), found.goal, &before, scope.clock().now(), problems);
    if (!problems.empty()) co_return problems.toError();
    const auto unit = scope.begin();
    GoalEditor::Context context{found.rule, scope.actor()};
    SW_CO_TRY(
        const GoalEditor::Written written,
        co_await services_.editor.record(*unit, std::move(found.goal), entry, std::move(context)));
    found.goal = written.goal;
    Response response = entryResponse(scope, 200, entry, found);
    co_return co_await commitGoal(services_, scope, *unit, written, std::move(response));
  };
  co_return co_await attemptCrowded(scope, work);
}

Task<Result<Response>> GoalProgressRoutes::takeBack(RequestScope& scope) {
  auto work = [&]() -> Task<Result<Response>> {
    SW_CO_TRY(FoundGoal found, co_await findGoal(services_, scope));
    SW_CO_TRY(const base::Uuid id, scope.idParameter("entryId"));
    SW_CO_CHECK(scope.checkIfMatch(goals::etagOf(found.goal)));
    const auto unit = scope.begin();
    GoalEditor::Context context{found.rule, scope.actor()};
    SW_CO_TRY(
        const GoalEditor::Written written,
        co_await services_.editor.takeBack(*unit, std::move(found.goal), id, std::move(context)));
    found.goal = written.goal;
    Response response = goalResponse(scope, 200, found);
    co_return co_await commitGoal(services_, scope, *unit, written, std::move(response));
  };
  co_return co_await attemptCrowded(scope, work);
}

Task<Result<Response>> GoalProgressRoutes::addMilestone(RequestScope& scope) {
  SW_CO_TRY(const auto body, scope.json());
  auto work = [&]() -> Task<Result<Response>> {
    SW_CO_TRY(FoundGoal found, co_await findGoal(services_, scope));
    SW_CO_CHECK(scope.checkIfMatch(goals::etagOf(found.goal)));
    base::json::Problems problems;
    goals::Milestone milestone =
        goals::readMilestone(body.root(), found.rule, scope.clock().now(), problems);
    if (!problems.empty()) co_return problems.toError();
    const auto unit = scope.begin();
    GoalEditor::Context context{found.rule, scope.actor()};
    SW_CO_TRY(const GoalEditor::Written written,
              co_await services_.editor.addMilestone(*unit, std::move(found.goal),
                                                     std::move(milestone), std::move(context)));
    found.goal = written.goal;
    Response response = goalResponse(scope, 201, found);
    co_return co_await commitGoal(services_, scope, *unit, written, std::move(response));
  };
  co_return co_await attemptCrowded(scope, work);
}

Task<Result<Response>> GoalProgressRoutes::setMilestone(RequestScope& scope, bool done) {
  auto work = [&]() -> Task<Result<Response>> {
    SW_CO_TRY(FoundGoal found, co_await findGoal(services_, scope));
    SW_CO_TRY(const base::Uuid id, scope.idParameter("milestoneId"));
    SW_CO_CHECK(scope.checkIfMatch(goals::etagOf(found.goal)));
    std::optional<base::Instant> at;
    if (done) at = scope.clock().now();
    const auto unit = scope.begin();
    GoalEditor::Context context{found.rule, scope.actor()};
    SW_CO_TRY(const GoalEditor::Written written,
              co_await services_.editor.setMilestone(*unit, std::move(found.goal), id, at,
                                                     std::move(context)));
    found.goal = written.goal;
    Response response = goalResponse(scope, 200, found);
    co_return co_await commitGoal(services_, scope, *unit, written, std::move(response));
  };
  co_return co_await attemptCrowded(scope, work);
}

Task<Result<Response>> GoalProgressRoutes::removeMilestone(RequestScope& scope) {
  auto work = [&]() -> Task<Result<Response>> {
    SW_CO_TRY(FoundGoal found, co_await findGoal(services_, scope));
    SW_CO_TRY(const base::Uuid id, scope.idParameter("milestoneId"));
    SW_CO_CHECK(scope.checkIfMatch(goals::etagOf(found.goal)));
    const auto unit = scope.begin();
    GoalEditor::Context context{found.rule, scope.actor()};
    SW_CO_TRY(const GoalEditor::Written written,
              co_await services_.editor.removeMilestone(*unit, std::move(found.goal), id,
                                                        std::move(context)));
    found.goal = written.goal;
    Response response = goalResponse(scope, 200, found);
    co_return co_await commitGoal(services_, scope, *unit, written, std::move(response));
  };
  co_return co_await attemptCrowded(scope, work);
}

Task<Result<Response>> GoalProgressRoutes::logTime(RequestScope& scope) {
  SW_CO_TRY(const auto body, scope.json());
  auto work = [&]() -> Task<Result<Response>> {
    SW_CO_TRY(FoundGoal found, co_await findGoal(services_, scope));
    base::json::Problems problems;
    const base::Instant now = scope.clock().now();
    goals::TimeEntry entry = goals::readTime(body.root(), now, problems);
    if (!problems.empty()) co_return problems.toError();
    entry.id = base::newUuid(scope.clock());
    entry.goalId = found.goal.id;
    entry.created = now;
    const auto unit = scope.begin();
    services_.editor.logTime(*unit, std::move(found.goal), entry, scope.actor());
    std::string out;
    goals::appendTimeView(out, entry);
    Response response = jsonResponse(201, std::move(out));
    co_return co_await scope.commit(*unit, std::move(response));
  };
  co_return co_await attemptCrowded(scope, work);
}

Task<Result<Response>> GoalProgressRoutes::listTime(RequestScope& scope) {
  SW_CO_TRY(const FoundGoal found, co_await findGoal(services_, scope));
  SW_CO_TRY(const EntryPage page, readEntryPage(scope));
  const GoalStore::EntryPosition before{page.before, page.beforeId};
  SW_CO_TRY(const std::vector<goals::TimeEntry> entries,
            co_await services_.goals.timePage(found.goal.id, before, page.limit + 1));
  co_return entryPageOf(entries, page.limit, goals::appendTimeView);
}

Task<Result<Response>> GoalProgressRoutes::removeTime(RequestScope& scope) {
  auto work = [&]() -> Task<Result<Response>> {
    SW_CO_TRY(FoundGoal found, co_await findGoal(services_, scope));
    SW_CO_TRY(const base::Uuid id, scope.idParameter("timeId"));
    const auto unit = scope.begin();
    services_.editor.removeTime(*unit, std::move(found.goal), id, scope.actor());
    Response response = noContent();
    co_return co_await scope.commit(*unit, std::move(response));
  };
  co_return co_await attemptCrowded(scope, work);
}

Task<Result<Response>> GoalProgressRoutes::analytics(RequestScope& scope) {
  SW_CO_TRY(FoundGoal found, co_await findGoal(services_, scope));
  SW_CO_TRY(found.goal, co_await services_.follower.fresh(std::move(found.goal), scope.actor()));
  SW_CO_TRY(const auto entries, co_await services_.goals.journal(found.goal.id));
  SW_CO_TRY(const auto linked, co_await services_.linked.read(found.goal));
  SW_CO_TRY(const auto spent, co_await services_.goals.totalTime(found.goal.id));
  const std::chrono::local_days today = found.today(scope.clock());
  const goals::Curve curve = goals::curveOf(found.goal, entries, linked, found.rule, today);
  std::string out;
  goals::appendAnalyticsView(out, found.goal, goals::analyze(found.goal, curve, today), spent);
  co_return jsonResponse(200, std::move(out));
}

}  // namespace sw::api
