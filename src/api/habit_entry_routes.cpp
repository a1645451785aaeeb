#include "api/habit_entry_routes.h"

#include <algorithm>
#include <utility>

#include "api/goal_services.h"
#include "habits/frequency_json.h"
#include "habits/habit_changes.h"
#include "habits/habit_stats.h"
#include "habits/habit_view.h"

namespace sw::api {
namespace {

using base::Result;
using base::Task;
using base::json::ObjectReader;
using habits::LocalDate;
using std::chrono::days;

constexpr std::size_t kMaxNote = 4096;
constexpr double kMaxAmount = 1e9;
constexpr std::int64_t kMaxPage = 1000;
constexpr std::int64_t kDefaultPage = 100;
constexpr days kDefaultStats{364};
constexpr days kMaxStats{3660};
constexpr int kAllEntries = 60'000;

/// The body as JSON; without one, an empty object.
Result<base::json::Document> bodyOf(RequestScope& scope) {
  if (scope.body().empty()) return base::json::Document::parse("{}");
  return scope.json();
}

LocalDate todayOf(const RequestScope& scope, const habits::OpenHabit& open) {
  return accounts::localDateOf(scope.clock().now(), open.day);
}

}  // namespace

void HabitEntryRoutes::addTo(Router& router) {
  const auto post = [&](std::string_view pattern, Handler handler) {
    router.add({.method = Method::kPost,
                .pattern = pattern,
                .body = BodyKind::kJson,
                .handler = std::move(handler),
                .writes = true});
  };
  const auto get = [&](std::string_view pattern, Handler handler) {
    router.add({.method = Method::kGet, .pattern = pattern, .handler = std::move(handler)});
  };
  const auto remove = [&](std::string_view pattern, Handler handler) {
    router.add({.method = Method::kDelete,
                .pattern = pattern,
                .handler = std::move(handler),
                .writes = true});
  };
  post("/habits/{habitId}/complete", [this](RequestScope& scope) { return complete(scope); });
  remove("/habits/{habitId}/complete",
         [this](RequestScope& scope) { return takeBack(scope, false); });
  post("/habits/{habitId}/skip", [this](RequestScope& scope) { return skip(scope); });
  remove("/habits/{habitId}/skip", [this](RequestScope& scope) { return takeBack(scope, true); });
  post("/habits/{habitId}/pause", [this](RequestScope& scope) { return pause(scope); });
  post("/habits/{habitId}/resume", [this](RequestScope& scope) { return resume(scope); });
  get("/habits/{habitId}/completions", [this](RequestScope& scope) { return completions(scope); });
  get("/habits/{habitId}/streak", [this](RequestScope& scope) { return streak(scope); });
  get("/habits/{habitId}/stats", [this](RequestScope& scope) { return stats(scope); });
}

Task<Result<Response>> HabitEntryRoutes::finish(RequestScope& scope, jobs::UnitOfWork& unit,
                                                const habits::HabitEdit& edit, LocalDate date) {
  std::string out;
  habits::appendEditView(out, edit, date);
  Response response = jsonResponse(200, std::move(out));
  response.with("ETag", habits::etagOf(edit.open.habit, edit.progress.today));
  SW_CO_TRY(Response answer, co_await scope.commit(unit, std::move(response)));
  if (edit.completed) services_.probe.habitCompleted();
  if (edit.milestone) services_.probe.milestoneReached(edit.open.habit.id, *edit.milestone);
  co_return answer;
}

Task<Result<Response>> HabitEntryRoutes::complete(RequestScope& scope) {
  SW_CO_TRY(const auto body, bodyOf(scope));
  base::json::Problems problems;
  ObjectReader reader(body.root(), "", problems);
  habits::Completion completion;
  completion.date = habits::readDate(reader, "date");
  completion.amount = reader.number("amount", 0, kMaxAmount);
  if (completion.amount && *completion.amount <= 0) reader.problem("amount", "must be above 0");
  completion.note = reader.text("note", kMaxNote);
  reader.finish();
  if (!problems.empty()) co_return problems.toError();
  auto work = [&]() -> Task<Result<Response>> {
    SW_CO_TRY(FoundHabit found, co_await findHabit(services_, scope));
    SW_CO_CHECK(checkHabitMatch(scope, found.open.habit));
    const LocalDate date = completion.date.value_or(todayOf(scope, found.open));
    const auto unit = scope.begin();
    SW_CO_TRY(const habits::HabitEdit edit,
              co_await services_.editor.complete(*unit, std::move(found.open), completion,
                                                 scope.actor()));
    co_return co_await finish(scope, *unit, edit, date);
  };
  co_return co_await attemptCrowded(scope, work);
}

Task<Result<Response>> HabitEntryRoutes::skip(RequestScope& scope) {
  SW_CO_TRY(const auto body, bodyOf(scope));
  base::json::Problems problems;
  ObjectReader reader(body.root(), "", problems);
  habits::Skip skip;
  skip.date = habits::readDate(reader, "date");
  skip.note = reader.text("note", kMaxNote);
  const bool freeze = reader.choice("kind", {"skip", "freeze"}).value_or(0) == 1;
  if (freeze) skip.status = habits::HabitEntry::Status::kFrozen;
  reader.finish();
  if (!problems.empty()) co_return problems.toError();
  auto work = [&]() -> Task<Result<Response>> {
    SW_CO_TRY(FoundHabit found, co_await findHabit(services_, scope));
    SW_CO_CHECK(checkHabitMatch(scope, found.open.habit));
    const LocalDate date = skip.date.value_or(todayOf(scope, found.open));
    const auto unit = scope.begin();
    SW_CO_TRY(const habits::HabitEdit edit,
              co_await services_.editor.skip(*unit, std::move(found.open), skip, scope.actor()));
    co_return co_await finish(scope, *unit, edit, date);
  };
  co_return co_await scope.attempt(work);
}

Task<Result<Response>> HabitEntryRoutes::takeBack(RequestScope& scope, bool skips) {
  base::json::Problems problems;
  QueryReader query(scope.query(), problems);
  const auto wanted = readDate(query, "date");
  query.finish();
  if (!problems.empty()) co_return problems.toError();
  auto work = [&]() -> Task<Result<Response>> {
    SW_CO_TRY(FoundHabit found, co_await findHabit(services_, scope));
    SW_CO_CHECK(checkHabitMatch(scope, found.open.habit));
    const LocalDate date = wanted.value_or(todayOf(scope, found.open));
    const std::optional<LocalDate> chosen = date;
    const auto unit = scope.begin();
    habits::HabitEdit edit;
    if (skips) {
      SW_CO_TRY(edit, co_await services_.editor.unskip(*unit, std::move(found.open), chosen,
                                                       scope.actor()));
    } else {
      SW_CO_TRY(edit, co_await services_.editor.undo(*unit, std::move(found.open), chosen,
                                                     scope.actor()));
    }
    co_return co_await finish(scope, *unit, edit, date);
  };
  co_return co_await scope.attempt(work);
}

Task<Result<Response>> HabitEntryRoutes::rest(RequestScope& scope, FoundHabit found,
                                              habits::HabitContent content) {
  const auto unit = scope.begin();
  habits::HabitInput input = habits::inputOf(content);
  const std::optional<LocalDate> fromToday;
  SW_CO_TRY(const habits::HabitEdit edit,
            co_await services_.editor.change(*unit, std::move(found.open), std::move(input),
                                             fromToday, found.settings, scope.actor()));
  Response response = habitResponse(scope, 200, edit.open, edit.progress);
  co_return co_await scope.commit(*unit, std::move(response));
}

Task<Result<Response>> HabitEntryRoutes::pause(RequestScope& scope) {
  SW_CO_TRY(const auto body, bodyOf(scope));
  base::json::Problems problems;
  ObjectReader reader(body.root(), "", problems);
  const auto from = habits::readDate(reader, "from");
  habits::HabitPause wanted;
  wanted.until = habits::readDate(reader, "until");
  wanted.note = reader.text("note", kMaxNote).value_or("");
  reader.finish();
  if (!problems.empty()) co_return problems.toError();
  auto work = [&]() -> Task<Result<Response>> {
    SW_CO_TRY(FoundHabit found, co_await findHabit(services_, scope));
    SW_CO_CHECK(checkHabitMatch(scope, found.open.habit));
    habits::HabitPause one = wanted;
    one.from = from.value_or(todayOf(scope, found.open));
    if (one.until && *one.until < one.from) {
      const std::string issue = "must not be before from";
      co_return base::Error(base::Code::kInvalid, "until " + issue, {{"until", issue}});
    }
    habits::HabitContent content = found.open.habit.content;
    SW_CO_CHECK(habits::pause(content, std::move(one)));
    co_return co_await rest(scope, std::move(found), std::move(content));
  };
  co_return co_await scope.attempt(work);
}

Task<Result<Response>> HabitEntryRoutes::resume(RequestScope& scope) {
  SW_CO_TRY(const auto body, bodyOf(scope));
  base::json::Problems problems;
  ObjectReader reader(body.root(), "", problems);
  const auto date = habits::readDate(reader, "date");
  reader.finish();
  if (!problems.empty()) co_return problems.toError();
  auto work = [&]() -> Task<Result<Response>> {
    SW_CO_TRY(FoundHabit found, co_await findHabit(services_, scope));
    SW_CO_CHECK(checkHabitMatch(scope, found.open.habit));
    habits::HabitContent content = found.open.habit.content;
    const LocalDate day = date.value_or(todayOf(scope, found.open));
    SW_CO_CHECK(habits::resume(content, day));
    co_return co_await rest(scope, std::move(found), std::move(content));
  };
  co_return co_await scope.attempt(work);
}

Task<Result<Response>> HabitEntryRoutes::completions(RequestScope& scope) {
  base::json::Problems problems;
  QueryReader query(scope.query(), problems);
  const LocalDate from = readDate(query, "from").value_or(habits::kFirstDate);
  LocalDate to = readDate(query, "to").value_or(habits::kLastDate);
  const std::int64_t limit = query.integer("maxResults", 1, kMaxPage, kDefaultPage);
  const auto before = readDate(query, "pageToken");
  query.finish();
  if (!problems.empty()) co_return problems.toError();
  if (before) to = std::min(to, *before - days(1));
  SW_CO_TRY(const FoundHabit found, co_await findHabit(services_, scope));
  SW_CO_TRY(const auto entries, co_await services_.habits.entries(found.open.habit.id, from, to,
                                                                  static_cast<int>(limit) + 1));
  const std::size_t shown = std::min(entries.size(), static_cast<std::size_t>(limit));
  std::string out;
  base::json::Writer writer(out);
  writer.beginObject().key("items").beginArray();
  for (std::size_t i = 0; i < shown; ++i) habits::writeEntry(writer, entries[i]);
  writer.endArray();
  if (entries.size() > shown) {
    writer.field("nextPageToken", habits::dateText(entries[shown - 1].date));
  }
  writer.endObject();
  co_return jsonResponse(200, std::move(out));
}

Task<Result<Response>> HabitEntryRoutes::streak(RequestScope& scope) {
  SW_CO_TRY(const FoundHabit found, co_await findHabit(services_, scope));
  const auto progress =
      habits::progressOf(found.open.habit, found.open.state, scope.clock().now(), found.open.day);
  std::string out;
  habits::appendStreakView(out, found.open, progress);
  co_return scope.tagged(200, std::move(out), habits::etagOf(found.open.habit, progress.today));
}

Task<Result<Response>> HabitEntryRoutes::stats(RequestScope& scope) {
  base::json::Problems problems;
  QueryReader query(scope.query(), problems);
  const auto from = readDate(query, "from");
  const auto to = readDate(query, "to");
  query.finish();
  if (from && to && (*from > *to || *to - *from > kMaxStats)) {
    query.problem("from", "must not be after to, nor more than 3660 days before it");
  }
  if (!problems.empty()) co_return problems.toError();
  SW_CO_TRY(const FoundHabit found, co_await findHabit(services_, scope));
  const LocalDate today = todayOf(scope, found.open);
  const LocalDate last = std::min(to.value_or(today), today);
  const LocalDate first = std::max(from.value_or(last - kDefaultStats), last - kMaxStats);
  SW_CO_TRY(auto entries, co_await services_.habits.entries(found.open.habit.id, habits::kFirstDate,
                                                            habits::kLastDate, kAllEntries));
  std::ranges::reverse(entries);
  std::string out;
  habits::appendStatsView(out, found.open.habit,
                          habits::statsOf(found.open, entries, first, last, today));
  co_return scope.tagged(200, std::move(out), habits::etagOf(found.open.habit, today));
}

}  // namespace sw::api
