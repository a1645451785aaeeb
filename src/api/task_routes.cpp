#include "api/task_routes.h"

#include <algorithm>
#include <utility>

#include "api/query_reader.h"
#include "base/json_patch.h"
#include "calendar/search_tokens.h"
#include "tasks/task_json.h"

namespace sw::api {
namespace {

using base::Result;
using base::Task;
using tasks::TaskEditor;
using tasks::TaskQuery;

constexpr std::chrono::days kSoon{7};
constexpr std::chrono::microseconds kTick{1};
constexpr std::int64_t kMaxPage = 250;
constexpr std::int64_t kDefaultPage = 100;
constexpr std::size_t kMaxWord = 64;
constexpr std::size_t kMaxSearch = 1024;
constexpr std::size_t kMaxToken = 80;
constexpr std::string_view kSortLetters = "cudp";

/// A status of the list's query.
enum class Listed { kAll, kOpen, kCompleted, kCancelled, kOverdue, kDueSoon };

void choose(TaskQuery& query, Listed listed, base::Instant now, const accounts::DayRule& rule) {
  switch (listed) {
    case Listed::kAll: return;
    case Listed::kOpen: query.status = tasks::TaskStatus::kOpen; return;
    case Listed::kCompleted: query.status = tasks::TaskStatus::kCompleted; return;
    case Listed::kCancelled: query.status = tasks::TaskStatus::kCancelled; return;
    case Listed::kOverdue:
      query.status = tasks::TaskStatus::kOpen;
      query.dueBefore = now + kTick;
      return;
    case Listed::kDueSoon:
      query.status = tasks::TaskStatus::kOpen;
      query.dueFrom = now + kTick;
      query.dueBefore = accounts::endOf(accounts::localDateOf(now, rule) + kSoon, rule) + kTick;
      return;
  }
}

}  // namespace

/// One list as it is asked for.
struct TaskRoutes::ListRequest {
  TaskQuery query;
  Listed listed = Listed::kAll;
  std::size_t sort = 0;
  tasks::TaskPosition after;
  std::size_t limit = 0;
  bool findsNothing = false;  // a search without a word
};

void TaskRoutes::addTo(Router& router) {
  router.add({.method = Method::kGet, .pattern = "/tasks", .handler = [this](RequestScope& scope) {
                return list(scope);
              }});
  router.add({.method = Method::kPost,
              .pattern = "/tasks",
              .body = BodyKind::kJson,
              .handler = [this](RequestScope& scope) { return create(scope); },
              .writes = true,
              .success = 201});
  router.add({.method = Method::kGet,
              .pattern = "/tasks/{taskId}",
              .handler = [this](RequestScope& scope) { return get(scope); }});
  router.add({.method = Method::kPut,
              .pattern = "/tasks/{taskId}",
              .body = BodyKind::kJson,
              .handler = [this](RequestScope& scope) { return put(scope); },
              .writes = true});
  router.add({.method = Method::kPatch,
              .pattern = "/tasks/{taskId}",
              .body = BodyKind::kJson,
              .handler = [this](RequestScope& scope) { return patch(scope); },
              .writes = true});
  router.add({.method = Method::kDelete,
              .pattern = "/tasks/{taskId}",
              .handler = [this](RequestScope& scope) { return remove(scope); },
              .writes = true,
              .success = 204});
  router.add({.method = Method::kPost,
              .pattern = "/tasks/{taskId}/complete",
              .handler = [this](RequestScope& scope) { return complete(scope); },
              .writes = true});
  router.add({.method = Method::kDelete,
              .pattern = "/tasks/{taskId}/complete",
              .handler = [this](RequestScope& scope) { return reopen(scope); },
              .writes = true});
}

Task<Result<Response>> TaskRoutes::list(RequestScope& scope) {
  base::json::Problems problems;
  QueryReader reader(scope.query(), problems);
  ListRequest request;
  TaskQuery& query = request.query;
  request.listed = static_cast<Listed>(
      reader.choice("status", {"", "open", "completed", "cancelled", "overdue", "due-soon"}, 0));
  request.sort = reader.choice("sort", {"created", "updated", "deadline", "priority"}, 0);
  query.sort = static_cast<tasks::TaskSort>(request.sort);
  query.tag = reader.text("tag", kMaxWord).value_or("");
  if (const auto goal = reader.text("goalId", kMaxWord)) {
    const auto id = base::Uuid::parse(*goal);
    if (!id) reader.problem("goalId", "must be the id of a goal");
    query.goalId = id.value_or(base::Uuid{});
  }
  if (const auto words = reader.text("q", kMaxSearch)) {
    query.words = calendar::searchTokens(*words);
    request.findsNothing = query.words.empty();
    if (query.words.size() > TaskQuery::kMaxWords) {
      reader.problem("q", "must be at most " + std::to_string(TaskQuery::kMaxWords) + " words");
    }
  }
  request.limit = static_cast<std::size_t>(reader.integer("maxResults", 1, kMaxPage, kDefaultPage));
  if (const auto token = reader.text("pageToken", kMaxToken)) {
    const auto place = fromPlaceToken(kSortLetters[request.sort], *token);
    if (!place) reader.problem("pageToken", "must be a nextPageToken of an earlier answer");
    if (place) request.after = {place->key, place->id};
  }
  reader.finish();
  if (!problems.empty()) co_return problems.toError();
  if (request.findsNothing) co_return jsonResponse(200, R"({"items":[]})");

  SW_CO_TRY(const accounts::DayRule rule,
            co_await goals::dayRuleOf(services_.settings, scope.userId()));
  choose(query, request.listed, scope.clock().now(), rule);
  SW_CO_TRY(std::vector<tasks::Task> found,
            co_await services_.tasks.list(scope.userId(), query, request.after,
                                          static_cast<int>(request.limit) + 1));
  SW_CO_TRY(std::string out, co_await page(scope, std::move(found), request));
  co_return jsonResponse(200, std::move(out));
}

Task<Result<std::string>> TaskRoutes::page(RequestScope& scope, std::vector<tasks::Task> found,
                                           const ListRequest& request) {
  const bool more = found.size() > request.limit;
  if (more) found.resize(request.limit);
  std::vector<base::Uuid> blockers;
  for (const tasks::Task& task : found) {
    blockers.insert(blockers.end(), task.content.blockedBy.begin(), task.content.blockedBy.end());
  }
  std::vector<base::Uuid> open;
  if (!blockers.empty()) {
    SW_CO_TRY(open, co_await services_.tasks.openAmong(scope.userId(), std::move(blockers)));
  }
  const base::Instant now = scope.clock().now();
  std::string out = R"({"items":[)";
  for (const tasks::Task& task : found) {
    if (out.back() == '}') out += ',';
    std::vector<base::Uuid> own = task.content.blockedBy;
    std::erase_if(own, [&](const base::Uuid& id) { return !std::ranges::binary_search(open, id); });
    tasks::appendTaskView(out, task, own, now);
  }
  out += ']';
  if (more) {
    const tasks::Task& last = found.back();
    const ListPlace place{tasks::sortKeyOf(last, request.query.sort), last.id};
    out += R"(,"nextPageToken":")" + toPlaceToken(kSortLetters[request.sort], place) + '"';
  }
  out += '}';
  co_return out;
}

Task<Result<tasks::TaskContent>> TaskRoutes::read(RequestScope& scope, base::json::Value body,
                                                  accounts::DayRule rule, base::Uuid before) {
  base::json::Problems problems;
  tasks::TaskContent content = tasks::readTask(body, rule, problems);
  if (!content.goalId.isNil() && content.goalId != before) {
    SW_CO_TRY(const auto goal, co_await services_.goals.find(content.goalId));
    if (!goal || goal->ownerId != scope.userId()) problems.add("goalId", "is no goal of yours");
  }
  if (!problems.empty()) co_return problems.toError();
  co_return content;
}

Task<Result<Response>> TaskRoutes::create(RequestScope& scope) {
  SW_CO_TRY(const auto body, scope.json());
  SW_CO_TRY(accounts::DayRule rule, co_await goals::dayRuleOf(services_.settings, scope.userId()));
  const base::Uuid noGoal;
  auto work = [&]() -> Task<Result<Response>> {
    SW_CO_TRY(tasks::TaskContent content, co_await read(scope, body.root(), rule, noGoal));
    const auto unit = scope.begin();
    TaskEditor::Context context{rule, scope.actor()};
    SW_CO_TRY(TaskEditor::Written written,
              co_await services_.editor.create(*unit, scope.userId(), std::move(content),
                                               std::move(context)));
    co_return co_await commitTask(services_, scope, *unit, std::move(written));
  };
  co_return co_await scope.attempt(work);
}

Task<Result<Response>> TaskRoutes::get(RequestScope& scope) {
  SW_CO_TRY(FoundTask found, co_await findTask(services_, scope));
  co_return co_await taskResponse(services_, scope, 200, std::move(found.task));
}

Task<Result<Response>> TaskRoutes::change(RequestScope& scope, FoundTask found,
                                          base::json::Value content) {
  SW_CO_TRY(tasks::TaskContent wanted,
            co_await read(scope, content, found.rule, found.task.content.goalId));
  const auto unit = scope.begin();
  TaskEditor::Context context{found.rule, scope.actor()};
  SW_CO_TRY(TaskEditor::Written written,
            co_await services_.editor.change(*unit, std::move(found.task), std::move(wanted),
                                             std::move(context)));
  co_return co_await commitTask(services_, scope, *unit, std::move(written));
}

Task<Result<Response>> TaskRoutes::put(RequestScope& scope) {
  SW_CO_TRY(const auto body, scope.json());
  auto work = [&]() -> Task<Result<Response>> {
    SW_CO_TRY(FoundTask found, co_await findTask(services_, scope));
    SW_CO_CHECK(checkTaskMatch(scope, found.task));
    co_return co_await change(scope, std::move(found), body.root());
  };
  co_return co_await scope.attempt(work);
}

Task<Result<Response>> TaskRoutes::patch(RequestScope& scope) {
  SW_CO_TRY(const auto body, scope.json());
  auto work = [&]() -> Task<Result<Response>> {
    SW_CO_TRY(FoundTask found, co_await findTask(services_, scope));
    SW_CO_CHECK(checkTaskMatch(scope, found.task));
    SW_CO_TRY(const std::string merged,
              base::json::mergePatch(tasks::toContentJson(found.task), body.root()));
    SW_CO_TRY(const auto document, base::json::Document::parse(merged));
    co_return co_await change(scope, std::move(found), document.root());
  };
  co_return co_await scope.attempt(work);
}

Task<Result<Response>> TaskRoutes::remove(RequestScope& scope) {
  auto work = [&]() -> Task<Result<Response>> {
    SW_CO_TRY(const FoundTask found, co_await findTask(services_, scope));
    SW_CO_CHECK(checkTaskMatch(scope, found.task));
    const auto unit = scope.begin();
    services_.editor.remove(*unit, found.task, scope.actor());
    Response response = noContent();
    co_return co_await scope.commit(*unit, std::move(response));
  };
  co_return co_await scope.attempt(work);
}

Task<Result<Response>> TaskRoutes::complete(RequestScope& scope) {
  auto work = [&]() -> Task<Result<Response>> {
    SW_CO_TRY(FoundTask found, co_await findTask(services_, scope));
    SW_CO_CHECK(checkTaskMatch(scope, found.task));
    const auto unit = scope.begin();
    TaskEditor::Context context{found.rule, scope.actor()};
    SW_CO_TRY(TaskEditor::Written written,
              co_await services_.editor.complete(*unit, std::move(found.task), std::move(context)));
    co_return co_await commitTask(services_, scope, *unit, std::move(written));
  };
  co_return co_await attemptCrowded(scope, work);
}

Task<Result<Response>> TaskRoutes::reopen(RequestScope& scope) {
  auto work = [&]() -> Task<Result<Response>> {
    SW_CO_TRY(FoundTask found, co_await findTask(services_, scope));
    SW_CO_CHECK(checkTaskMatch(scope, found.task));
    const auto unit = scope.begin();
    TaskEditor::Context context{found.rule, scope.actor()};
    SW_CO_TRY(TaskEditor::Written written,
              co_await services_.editor.reopen(*unit, std::move(found.task), std::move(context)));
    co_return co_await commitTask(services_, scope, *unit, std::move(written));
  };
  co_return co_await attemptCrowded(scope, work);
}

}  // namespace sw::api
