#include "reminders/reminder_planner.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "base/json.h"
#include "jobs/event_types.h"

namespace sw::reminders {

using base::Code;
using base::Error;
using base::Result;
using base::Task;
namespace type = jobs::event_type;

namespace {

struct Prefix {
  std::string_view text;
  ResourceKind kind;
};
constexpr std::array kPrefixes = {
    Prefix{"habit.", ResourceKind::kHabit}, Prefix{"goal.", ResourceKind::kGoal},
    Prefix{"task.", ResourceKind::kTask}, Prefix{"calendar.event.", ResourceKind::kEvent}};
constexpr std::array kKinds = {ResourceKind::kHabit, ResourceKind::kGoal, ResourceKind::kTask,
                               ResourceKind::kEvent};
/// Behind reminders themselves: a change of settings is no hurry.
constexpr int kPriority = 6;

std::optional<ResourceKind> kindOf(const jobs::Change& change) {
  if (change.type == type::kHabitStreakUpdated) return std::nullopt;  // follows from another
  for (const Prefix& prefix : kPrefixes) {
    if (change.type.starts_with(prefix.text)) return prefix.kind;
  }
  return std::nullopt;
}

bool touchesEverything(const jobs::Change& change) {
  // A calendar's zone is that of its all-day events.
  return change.type == type::kSettingsUpdated || change.type == type::kCalendarUpdated;
}

jobs::Job replanJob(base::Uuid userId, const ReplanJob::Place& place, const base::Clock& clock,
                    const jobs::Actor& actor) {
  jobs::Job job;
  job.id = base::newUuid(clock);
  job.kind = job_kind::kReplan;
  job.key = (place.alone ? place.after : userId).toString();
  job.userId = userId;
  job.payload = place.toJson();
  job.priority = kPriority;
  job.due = clock.now();
  job.created = job.due;
  job.actor = actor;
  return job;
}

/// What planning needs besides the resource.
struct Order {
  const Person& person;
  base::Instant since;
  const jobs::Actor& actor;
  const base::Clock& clock;
};

/// Plans one resource among others. A damaged one gets a job of its own, which names it and is
/// tried again, so that it does not hold up the others.
Task<Result<void>> planAmongOthers(ReminderDesk& desk, jobs::JobStore& jobs, jobs::UnitOfWork& unit,
                                   Resource resource, Order order) {
  auto planned = co_await desk.plan(unit, resource, order.person, order.since, order.actor);
  if (planned.ok() || planned.error().code() != Code::kCorrupted) co_return planned;
  const ReplanJob::Place place{.kind = resource.kind,
                               .after = resource.id,
                               .calendarId = {},
                               .since = order.since,
                               .alone = true};
  jobs.put(unit, replanJob(order.person.id, place, order.clock, order.actor));
  co_return Result<void>();
}

}  // namespace

void ReminderPlanner::replanAll(jobs::UnitOfWork& unit, const jobs::Change& change) const {
  const ReplanJob::Place place{.after = {}, .calendarId = {}, .since = change.at};
  parts_.jobs.put(
      unit, replanJob(change.userId, place, parts_.clock, {change.requestId, change.traceParent}));
}

Task<Result<void>> ReminderPlanner::take(const std::vector<jobs::Change>& changes,
                                         jobs::UnitOfWork& unit) {
  struct Cause {
    base::Instant since;
    jobs::Actor actor;
  };
  std::map<Resource, Cause> touched;
  const jobs::Change* everything = nullptr;
  for (const jobs::Change& change : changes) {
    if (touchesEverything(change) && everything == nullptr) everything = &change;
    const auto kind = kindOf(change);
    if (!kind) continue;
    Resource resource{*kind, change.resourceId};
    if (*kind == ResourceKind::kEvent) {
      const auto subject = co_await parts_.events.subjectOf(change.resourceId);
      if (!subject.ok() && subject.error().code() != Code::kCorrupted) co_return subject.error();
      if (subject.ok()) resource.id = *subject;  // else it is set aside below
    }
    touched.try_emplace(resource, Cause{change.at, {change.requestId, change.traceParent}});
  }
  if (everything != nullptr) replanAll(unit, *everything);
  if (touched.empty()) co_return Result<void>();
  SW_CO_TRY(const Person person, co_await parts_.desk.personOf(changes.front().userId));
  for (const auto& [resource, cause] : touched) {
    const Order order{person, cause.since, cause.actor, parts_.clock};
    SW_CO_CHECK(co_await planAmongOthers(parts_.desk, parts_.jobs, unit, resource, order));
  }
  co_return Result<void>();
}

std::string ReplanJob::Place::toJson() const {
  std::string out;
  base::json::Writer writer(out);
  writer.beginObject()
      .field("kind", std::int64_t{static_cast<int>(kind)})
      .field("key", key)
      .field("after", after.toString())
      .field("calendar", calendarId.toString())
      .field("since", std::int64_t{since.time_since_epoch().count()})
      .field("alone", alone)
      .endObject();
  return out;
}

std::optional<ReplanJob::Place> ReplanJob::Place::parse(std::string_view json) {
  const auto document = base::json::Document::parse(json);
  if (!document.ok()) return std::nullopt;
  const base::json::Value root = document->root();
  const auto kind = root.find("kind").asInteger();
  const auto key = root.find("key").asInteger();
  const auto after = base::Uuid::parse(root.find("after").asString().value_or(""));
  const auto calendar = base::Uuid::parse(root.find("calendar").asString().value_or(""));
  const auto since = root.find("since").asInteger();
  if (!kind || !key || !after || !calendar || !since) return std::nullopt;
  if (*kind < 0 || *kind >= static_cast<std::int64_t>(kKinds.size())) return std::nullopt;
  return Place{kKinds.at(static_cast<std::size_t>(*kind)),
               *key,
               *after,
               *calendar,
               base::Instant(std::chrono::microseconds(*since)),
               root.find("alone").asBool().value_or(false)};
}

jobs::JobPolicy ReplanJob::policy() const { return {.concurrency = 4, .attempts = 50}; }

Task<Result<ReplanJob::Page>> ReplanJob::eventsAt(base::Uuid userId, const Place& place) {
  SW_CO_TRY(const auto calendars, co_await parts_.calendars.ownedBy(userId));
  auto current = std::ranges::find(calendars, place.calendarId, &calendar::Calendar::id);
  if (place.calendarId.isNil()) current = calendars.begin();
  Page page;
  if (current == calendars.end()) co_return page;
  Place next = place;
  next.calendarId = current->id;
  int rows = 0;
  const auto now = std::chrono::floor<std::chrono::seconds>(parts_.clock.now());
  const calendar::EventVisitor visit = [&](const calendar::EventRow& row) {
    ++rows;
    next.after = row.id;
    const bool isPart = row.kind == calendar::EventRecord::Kind::kOverride;
    if (!isPart && row.spanEnd + std::chrono::hours(24) > now) {
      page.resources.push_back({ResourceKind::kEvent, row.id});
    }
  };
  SW_CO_CHECK(co_await parts_.events.scan(current->id, place.after, kPage, visit));
  if (rows < kPage) {
    next.after = {};
    if (++current == calendars.end()) co_return page;
    next.calendarId = current->id;
  }
  page.next = next;
  co_return page;
}

Task<Result<ReplanJob::Page>> ReplanJob::pageAt(base::Uuid userId, const Place& place) {
  if (place.kind == ResourceKind::kEvent) co_return co_await eventsAt(userId, place);
  Page page;
  Place next = place;
  const auto add = [&](base::Uuid id) {
    page.resources.push_back({place.kind, id});
    next.after = id;
  };
  const bool first = place.after.isNil();
  if (place.kind == ResourceKind::kHabit) {
    SW_CO_TRY(const auto rows, co_await parts_.habits.list(
                                   userId, habits::HabitStore::Which::kActive, place.after, kPage));
    for (const auto& row : rows) add(row.id);
  } else if (place.kind == ResourceKind::kGoal) {
    goals::GoalQuery query;
    query.status = goals::GoalStatus::kActive;
    const goals::GoalPosition from =
        first ? goals::GoalPosition() : goals::GoalPosition{place.key, place.after};
    SW_CO_TRY(const auto rows, co_await parts_.goals.list(userId, query, from, kPage));
    for (const auto& row : rows) add(row.id);
    if (!rows.empty()) next.key = goals::sortKeyOf(rows.back(), query.sort);
  } else {
    tasks::TaskQuery query;
    query.status = tasks::TaskStatus::kOpen;
    const tasks::TaskPosition from =
        first ? tasks::TaskPosition() : tasks::TaskPosition{place.key, place.after};
    SW_CO_TRY(const auto rows, co_await parts_.tasks.list(userId, query, from, kPage));
    for (const auto& row : rows) add(row.id);
    if (!rows.empty()) next.key = tasks::sortKeyOf(rows.back(), query.sort);
  }
  if (page.resources.size() < static_cast<std::size_t>(kPage)) {
    next = {.kind = kKinds.at(static_cast<std::size_t>(place.kind) + 1),
            .after = {},
            .calendarId = {},
            .since = place.since};
  }
  page.next = next;
  co_return page;
}

Task<Result<void>> ReplanJob::run(const jobs::Job& job, jobs::UnitOfWork& unit) {
  const auto place = Place::parse(job.payload);
  if (!place) co_return Error(Code::kCorrupted, "a job that plans anew names no place");
  SW_CO_TRY(const Person person, co_await parts_.desk.personOf(job.userId));
  if (place->alone) {
    const Resource resource{place->kind, place->after};
    co_return co_await parts_.desk.plan(unit, resource, person, place->since, job.actor);
  }
  SW_CO_TRY(const Page page, co_await pageAt(job.userId, *place));
  const Order order{person, place->since, job.actor, parts_.clock};
  for (const Resource& resource : page.resources) {
    SW_CO_CHECK(co_await planAmongOthers(parts_.desk, parts_.jobs, unit, resource, order));
  }
  if (page.next) {
    parts_.jobs.put(unit, replanJob(job.userId, *page.next, parts_.clock, job.actor));
  }
  co_return Result<void>();
}

void ReplanJob::buried(const jobs::Job& job, const Error& /*error*/, jobs::UnitOfWork& unit) {
  parts_.desk.orderRevival(unit, job);
}

}  // namespace sw::reminders
