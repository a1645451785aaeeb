#include "api/habit_routes.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/json_patch.h"
#include "base/time_format.h"
#include "habits/flown_dates.h"
#include "habits/habit_json.h"
#include "habits/habit_view.h"

namespace sw::api {
namespace {

using base::Result;
using base::Task;
using habits::HabitStore;
using habits::LocalDate;

constexpr std::int64_t kMaxPage = 250;
constexpr std::int64_t kDefaultPage = 100;
constexpr std::size_t kMaxToken = 64;
/// Rows that one answer looks at, where most of them do not fit what is asked for.
constexpr int kMaxLooked = 2000;

std::string toToken(const HabitStore::DuePosition& position) {
  return std::to_string(position.nextDue.time_since_epoch().count()) + '.' + position.id.toString();
}

std::optional<HabitStore::DuePosition> fromToken(std::string_view token) {
  const std::size_t dot = token.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto document = base::json::Document::parse(token.substr(0, dot));
  const auto number = document.ok() ? document->root().asInteger() : std::nullopt;
  const auto id = base::Uuid::parse(token.substr(dot + 1));
  if (!number || !id) return std::nullopt;
  return HabitStore::DuePosition{LocalDate(std::chrono::days(*number)), *id};
}

}  // namespace

/// One list as it is asked for and as it grows.
struct HabitRoutes::Page {
  bool due = false;
  std::optional<LocalDate> unmet;
  HabitStore::Which which = HabitStore::Which::kActive;
  std::size_t limit = 0;
  HabitStore::DuePosition after{LocalDate::min(), {}};
  std::optional<accounts::SettingsStore::Stored> settings;
  LocalDate today{};

  std::string items;
  std::size_t count = 0;
  bool more = false;
};

void HabitRoutes::addTo(Router& router) {
  router.add({.method = Method::kGet, .pattern = "/habits", .handler = [this](RequestScope& scope) {
                return list(scope);
              }});
  router.add({.method = Method::kPost,
              .pattern = "/habits",
              .body = BodyKind::kJson,
              .handler = [this](RequestScope& scope) { return create(scope); },
              .writes = true,
              .success = 201});
  router.add({.method = Method::kGet,
              .pattern = "/habits/{habitId}",
              .handler = [this](RequestScope& scope) { return get(scope); }});
  router.add({.method = Method::kPut,
              .pattern = "/habits/{habitId}",
              .body = BodyKind::kJson,
              .handler = [this](RequestScope& scope) { return put(scope); },
              .writes = true});
  router.add({.method = Method::kPatch,
              .pattern = "/habits/{habitId}",
              .body = BodyKind::kJson,
              .handler = [this](RequestScope& scope) { return patch(scope); },
              .writes = true});
  router.add({.method = Method::kDelete,
              .pattern = "/habits/{habitId}",
              .handler = [this](RequestScope& scope) { return remove(scope); },
              .writes = true,
              .success = 204});
}

Task<Result<bool>> HabitRoutes::wants(const Page& page, const habits::OpenHabit& open,
                                      const habits::HabitProgress& progress) {
  if (page.due) co_return progress.due;
  if (!page.unmet) co_return true;
  const LocalDate date = *page.unmet;
  const LocalDate begin = std::min(open.state.settled.begin, date);
  if (date < open.habit.content.versions.front().from) co_return false;
  const habits::HabitCalendar calendar(open.habit.content, begin);
  if (!calendar.isDue(date) || calendar.isPaused(date)) co_return false;
  if (habits::isLeftOut(date, open.day.zone)) co_return false;
  const habits::HabitPeriod period = calendar.periodOf(date);
  SW_CO_TRY(auto entries,
            co_await services_.habits.entries(open.habit.id, period.first, date, period.days()));
  const bool settled = !entries.empty() && entries.front().date == date &&
                       (entries.front().isDone() || entries.front().isExcused());
  if (settled) co_return false;
  if (!calendar.anyDates(period)) co_return true;
  const auto count = [&](auto wanted) {
    return static_cast<int>(std::ranges::count_if(entries, wanted));
  };
  const int done = count([](const habits::HabitEntry& entry) { return entry.isDone(); });
  const int excused = count([](const habits::HabitEntry& entry) { return entry.isExcused(); });
  co_return done < calendar.required(period) - excused;
}

Task<Result<void>> HabitRoutes::fill(RequestScope& scope, Page& page) {
  int looked = 0;
  while (true) {
    constexpr int kPiece = 100;
    std::vector<habits::HabitRecord> records;
    if (page.due) {
      SW_CO_TRY(records,
                co_await services_.habits.due(scope.userId(), page.today, page.after, kPiece));
    } else {
      SW_CO_TRY(records,
                co_await services_.habits.list(scope.userId(), page.which, page.after.id, kPiece));
    }
    for (const habits::HabitRecord& record : records) {
      if (page.count == page.limit || looked == kMaxLooked) {
        page.more = true;
        co_return Result<void>();
      }
      ++looked;
      page.after = {record.nextDue.value_or(LocalDate::min()), record.id};
      SW_CO_TRY(const habits::OpenHabit open, habits::open(record, page.settings));
      const auto progress =
          habits::progressOf(open.habit, open.state, scope.clock().now(), open.day);
      SW_CO_TRY(const bool wanted, co_await wants(page, open, progress));
      if (!wanted) continue;
      if (page.count++ > 0) page.items += ',';
      habits::appendHabitView(page.items, open, progress);
    }
    if (records.size() < kPiece) co_return Result<void>();
  }
}

Task<Result<Response>> HabitRoutes::list(RequestScope& scope) {
  base::json::Problems problems;
  QueryReader query(scope.query(), problems);
  Page page;
  page.due = query.choice("due", {"", "today"}, 0) == 1;
  page.unmet = readDate(query, "unmet");
  page.which =
      static_cast<HabitStore::Which>(query.choice("archived", {"false", "true", "all"}, 0));
  page.limit = static_cast<std::size_t>(query.integer("maxResults", 1, kMaxPage, kDefaultPage));
  const auto token = query.text("pageToken", kMaxToken);
  query.finish();
  if (page.due && page.unmet) query.problem("unmet", "must not be given together with due");
  if (token) {
    const auto after = fromToken(*token);
    if (!after) query.problem("pageToken", "must be a nextPageToken of an earlier answer");
    if (after) page.after = *after;
  }
  if (!problems.empty()) co_return problems.toError();
  SW_CO_TRY(page.settings, co_await services_.settings.find(scope.userId()));
  SW_CO_TRY(const accounts::DayRule day, habits::dayOf({}, page.settings));
  page.today = accounts::localDateOf(scope.clock().now(), day);
  SW_CO_CHECK(co_await fill(scope, page));
  std::string out = R"({"items":[)" + page.items + ']';
  if (page.more) out += R"(,"nextPageToken":")" + toToken(page.after) + '"';
  out += '}';
  co_return jsonResponse(200, std::move(out));
}

Task<Result<Response>> HabitRoutes::create(RequestScope& scope) {
  SW_CO_TRY(const auto body, scope.json());
  base::json::Problems problems;
  habits::HabitInput input = habits::readHabitInput(body.root(), problems);
  if (!problems.empty()) co_return problems.toError();
  SW_CO_TRY(const auto settings, co_await services_.settings.find(scope.userId()));
  const auto unit = scope.begin();
  SW_CO_TRY(
      const habits::HabitEdit edit,
      services_.editor.create(*unit, scope.userId(), std::move(input), settings, scope.actor()));
  Response response = habitResponse(scope, 201, edit.open, edit.progress);
  response.with("Location", "/habits/" + edit.open.habit.id.toString());
  SW_CO_TRY(Response answer, co_await scope.commit(*unit, std::move(response)));
  services_.probe.habitCreated(edit.open.habit.id);
  co_return answer;
}

Task<Result<Response>> HabitRoutes::get(RequestScope& scope) {
  SW_CO_TRY(const FoundHabit found, co_await findHabit(services_, scope));
  const auto progress =
      habits::progressOf(found.open.habit, found.open.state, scope.clock().now(), found.open.day);
  co_return habitResponse(scope, 200, found.open, progress);
}

Task<Result<Response>> HabitRoutes::change(RequestScope& scope, FoundHabit found,
                                           base::json::Value content,
                                           std::optional<LocalDate> effectiveFrom) {
  SW_CO_CHECK(checkHabitMatch(scope, found.open.habit));
  base::json::Problems problems;
  habits::HabitInput input = habits::readHabitInput(content, problems);
  if (!problems.empty()) co_return problems.toError();
  const auto unit = scope.begin();
  SW_CO_TRY(const habits::HabitEdit edit,
            co_await services_.editor.change(*unit, std::move(found.open), std::move(input),
                                             effectiveFrom, found.settings, scope.actor()));
  Response response = habitResponse(scope, 200, edit.open, edit.progress);
  co_return co_await scope.commit(*unit, std::move(response));
}

Task<Result<Response>> HabitRoutes::put(RequestScope& scope) {
  SW_CO_TRY(const auto body, scope.json());
  base::json::Problems problems;
  QueryReader query(scope.query(), problems);
  const auto effectiveFrom = readDate(query, "effectiveFrom");
  query.finish();
  if (!problems.empty()) co_return problems.toError();
  auto work = [&]() -> Task<Result<Response>> {
    SW_CO_TRY(FoundHabit found, co_await findHabit(services_, scope));
    co_return co_await change(scope, std::move(found), body.root(), effectiveFrom);
  };
  co_return co_await scope.attempt(work);
}

Task<Result<Response>> HabitRoutes::patch(RequestScope& scope) {
  SW_CO_TRY(const auto body, scope.json());
  base::json::Problems problems;
  QueryReader query(scope.query(), problems);
  const auto effectiveFrom = readDate(query, "effectiveFrom");
  query.finish();
  if (!problems.empty()) co_return problems.toError();
  auto work = [&]() -> Task<Result<Response>> {
    SW_CO_TRY(FoundHabit found, co_await findHabit(services_, scope));
    SW_CO_TRY(const std::string merged,
              base::json::mergePatch(habits::toContentJson(found.open.habit.content), body.root()));
    SW_CO_TRY(const auto document, base::json::Document::parse(merged));
    co_return co_await change(scope, std::move(found), document.root(), effectiveFrom);
  };
  co_return co_await scope.attempt(work);
}

Task<Result<Response>> HabitRoutes::remove(RequestScope& scope) {
  auto work = [&]() -> Task<Result<Response>> {
    SW_CO_TRY(const FoundHabit found, co_await findHabit(services_, scope));
    SW_CO_CHECK(checkHabitMatch(scope, found.open.habit));
    const auto unit = scope.begin();
    services_.editor.remove(*unit, found.open, scope.actor());
    Response response = noContent();
    co_return co_await scope.commit(*unit, std::move(response));
  };
  co_return co_await scope.attempt(work);
}

}  // namespace sw::api
