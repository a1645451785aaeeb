#include "reminders/reminder_desk.h"

#include <algorithm>
#include <string>
#include <utility>

#include "accounts/settings_json.h"
#include "base/json.h"

namespace sw::reminders {

using base::Result;
using base::Task;

namespace {

/// Ahead of what is late, behind what people wait for.
constexpr int kPriority = 3;
/// As far back as a moment can move when its person flies east: from UTC-12 to UTC+14.
constexpr std::chrono::hours kFarthestFlight{26};

const Reminder* pointerTo(const std::optional<Reminder>& row) { return row ? &*row : nullptr; }

std::string payloadOf(ResourceKind kind) {
  return R"({"kind":")" + std::string(toString(kind)) + R"("})";
}

bool isSame(const Reminder& row, const Moment& moment) {
  return row.occasionKey == moment.occasionKey && row.lead == moment.lead;
}

bool saysTheSame(const Reminder& a, const Reminder& b) {
  return a.due == b.due && a.occasion == b.occasion && a.scheduled == b.scheduled &&
         a.title == b.title && a.channels == b.channels && a.expires == b.expires;
}

}  // namespace

ReminderDesk::Counts& ReminderDesk::Counts::operator+=(const Counts& other) {
  told += other.told;
  joined += other.joined;
  skipped += other.skipped;
  waiting += other.waiting;
  return *this;
}

Task<Result<Person>> ReminderDesk::personOf(base::Uuid userId) {
  SW_CO_TRY(const auto stored, co_await parts_.settings.find(userId));
  Person person{.id = userId, .settings = accounts::Settings::defaults("UTC"), .zone = {}};
  if (stored) {
    SW_CO_TRY(person.settings, accounts::fromStored(*stored));
  }
  if (const auto zone = base::Zone::find(person.settings.timeZone); zone.ok()) person.zone = *zone;
  co_return person;
}

Task<Result<ReminderDesk::Known>> ReminderDesk::known(base::Uuid resourceId, base::Instant since) {
  SW_CO_TRY(auto rows, co_await parts_.reminders.ofResource(resourceId, firstKey(since)));
  const auto isPlanned = [](const Reminder& row) { return row.state == ReminderState::kPlanned; };
  auto planned = std::ranges::find_if(rows, isPlanned);
  // After a long time without running, what was decided since then counts as well.
  if (planned != rows.end() && firstKey(planned->scheduled) < firstKey(since)) {
    const std::string earlier = firstKey(planned->scheduled);
    SW_CO_TRY(rows, co_await parts_.reminders.ofResource(resourceId, earlier));
    planned = std::ranges::find_if(rows, isPlanned);
  }
  Known found;
  if (planned != rows.end()) found.planned = *planned;
  found.rows = std::move(rows);
  co_return found;
}

Task<Result<std::optional<Agenda>>> ReminderDesk::agendaOf(Resource resource, const Person& person,
                                                           base::Instant from) {
  AgendaSource* source = parts_.sources.at(static_cast<std::size_t>(resource.kind));
  if (source == nullptr) co_return std::optional<Agenda>();
  const AgendaSource::Range range{from, parts_.clock.now()};
  co_return co_await source->read(resource.id, person, range);
}

void ReminderDesk::putJob(jobs::UnitOfWork& unit, const Reminder& row, std::string_view kind,
                          const std::string& key, const jobs::Actor& actor) {
  jobs::Job job;
  job.id = base::newUuid(parts_.clock);
  job.kind = kind;
  job.key = key;
  job.userId = row.userId;
  job.payload = payloadOf(row.kind);
  job.priority = kPriority;
  job.due = row.due;
  job.created = parts_.clock.now();
  job.actor = actor;
  parts_.jobs.put(unit, job);
}

void ReminderDesk::replan(jobs::UnitOfWork& unit, Resource resource, const Person& person,
                          const std::optional<Reminder>& planned, const Agenda* agenda,
                          const std::optional<NextMoment>& next, const jobs::Actor& actor,
                          Runner runner) {
  if (!next) {
    if (planned) parts_.reminders.remove(unit, *planned);
    if (planned && runner == Runner::kOther) {
      parts_.jobs.cancel(unit, job_kind::kDue, resource.id.toString());
    }
    return;
  }
  Reminder row =
      toReminder(next->moment, *agenda, person.id, resource.kind, resource.id, next->due);
  row.updated = parts_.clock.now();
  if (planned && isSame(*planned, next->moment)) {
    row.id = planned->id;
    row.revision = planned->revision;
    if (!saysTheSame(*planned, row)) {
      ++row.revision;
      parts_.reminders.put(unit, row);
    }
    if (planned->due == row.due && runner == Runner::kOther) return;
  } else {
    if (planned) parts_.reminders.remove(unit, *planned);
    row.id = base::newUuid(parts_.clock);
    row.revision = 1;
    parts_.reminders.put(unit, row);
  }
  putJob(unit, row, job_kind::kDue, resource.id.toString(), actor);
}

Task<Result<void>> ReminderDesk::plan(jobs::UnitOfWork& unit, Resource resource,
                                      const Person& person, base::Instant since,
                                      const jobs::Actor& actor) {
  SW_CO_TRY(const Known there, co_await known(resource.id, since));
  const base::Instant from = there.planned ? std::min(there.planned->scheduled, since) : since;
  const base::Instant earliest = there.planned ? from - kFarthestFlight : from;
  SW_CO_TRY(const auto agenda, co_await agendaOf(resource, person, earliest));
  std::optional<NextMoment> next;
  if (agenda) {
    next = nextMoment(*agenda, there.rows, pointerTo(there.planned), from, parts_.clock.now());
  }
  replan(unit, resource, person, there.planned, agenda ? &*agenda : nullptr, next, actor,
         Runner::kOther);
  co_return Result<void>();
}

Task<Result<ReminderDesk::Counts>> ReminderDesk::fire(jobs::UnitOfWork& unit, Resource resource,
                                                      const Person& person,
                                                      const jobs::Actor& actor, Runner runner) {
  Counts counts;
  const base::Instant now = parts_.clock.now();
  SW_CO_TRY(Known there, co_await known(resource.id, now));
  if (!there.planned) {
    if (runner == Runner::kOther) {
      parts_.jobs.cancel(unit, job_kind::kDue, resource.id.toString());
    }
    co_return counts;
  }
  const base::Instant from = std::min(there.planned->scheduled, now);
  SW_CO_TRY(const auto agenda, co_await agendaOf(resource, person, from - kFarthestFlight));
  if (!agenda) {
    replan(unit, resource, person, there.planned, nullptr, std::nullopt, actor, runner);
    co_return counts;
  }
  std::optional<Reminder> planned = there.planned;
  bool gathers = false;
  for (const Verdict& verdict : judge(*agenda, there.rows, *there.planned, now)) {
    if (verdict.outcome == Outcome::kWait) {
      ++counts.waiting;
      continue;
    }
    Reminder row =
        toReminder(verdict.moment, *agenda, person.id, resource.kind, resource.id, verdict.due);
    if (planned && isSame(*planned, verdict.moment)) {
      row.id = planned->id;
      row.revision = planned->revision;
      planned.reset();
    }
    switch (verdict.outcome) {
      case Outcome::kTell: {
        parts_.teller.tell(unit, {row}, actor);
        ++counts.told;
        break;
      }
      case Outcome::kGather: {
        parts_.teller.gather(unit, row);
        gathers = true;
        ++counts.joined;
        break;
      }
      default: {
        parts_.teller.skip(unit, row, verdict.reason);
        ++counts.skipped;
      }
    }
    row.state = ReminderState::kSent;  // whatever it became: it is decided
    std::erase_if(there.rows, [&](const Reminder& known) { return known.id == row.id; });
    there.rows.push_back(std::move(row));
  }
  if (planned && planned->scheduled <= now && planned->expires <= now) {
    parts_.teller.skip(unit, *planned, SkipReason::kExpired);
    ++counts.skipped;
    planned.reset();
  }
  if (gathers) SW_CO_CHECK(co_await gatherUntil(unit, person.id, actor));
  const auto next = nextMoment(*agenda, there.rows, pointerTo(planned), from, now);
  replan(unit, resource, person, planned, &*agenda, next, actor, runner);
  co_return counts;
}

Task<Result<void>> ReminderDesk::gatherUntil(jobs::UnitOfWork& unit, base::Uuid userId,
                                             const jobs::Actor& actor) {
  const base::Instant now = parts_.clock.now();
  base::Instant due = now + kGatherPause;
  SW_CO_TRY(const auto first, co_await parts_.reminders.gatheredOf(userId, 1));
  // The first that was gathered says how long the others may still come to join.
  if (!first.empty()) due = std::min(due, first.front().updated + kGatherLongest);
  parts_.teller.orderDigest(unit, userId, std::max(due, now), actor);
  co_return Result<void>();
}

Task<Result<ReminderDesk::Counts>> ReminderDesk::fireSnoozed(jobs::UnitOfWork& unit,
                                                             const Reminder& row,
                                                             const Person& person,
                                                             const jobs::Actor& actor) {
  Counts counts;
  if (row.state != ReminderState::kSnoozed) co_return counts;
  const Resource resource{row.kind, row.resourceId};
  SW_CO_TRY(const auto agenda, co_await agendaOf(resource, person, row.scheduled));
  SkipReason reason = agenda ? SkipReason::kNone : SkipReason::kGone;
  if (agenda) {
    // One whose occasion is over by now is told all the same: the person has asked for it.
    for (const Moment& moment : agenda->moments) {
      if (moment.occasionKey != row.occasionKey || moment.lead != row.lead) continue;
      if (moment.settled) reason = SkipReason::kDone;
    }
  }
  if (reason == SkipReason::kNone) {
    parts_.teller.tell(unit, {row}, actor);
    ++counts.told;
  } else {
    parts_.teller.skip(unit, row, reason);
    ++counts.skipped;
  }
  co_return counts;
}

Task<Result<void>> ReminderDesk::planBehind(jobs::UnitOfWork& unit, const Reminder& row,
                                            const jobs::Actor& actor) {
  const Resource resource{row.kind, row.resourceId};
  SW_CO_TRY(const Person person, co_await personOf(row.userId));
  SW_CO_TRY(const Known there, co_await known(row.resourceId, row.scheduled));
  SW_CO_TRY(const auto agenda, co_await agendaOf(resource, person, row.scheduled));
  std::vector<Reminder> rows = there.rows;
  for (Reminder& known : rows) {
    if (known.id == row.id) known.state = row.state;
  }
  std::optional<NextMoment> next;
  if (agenda) next = nextMoment(*agenda, rows, nullptr, row.scheduled, parts_.clock.now());
  if (!next) parts_.jobs.cancel(unit, job_kind::kDue, row.resourceId.toString());
  replan(unit, resource, person, std::nullopt, agenda ? &*agenda : nullptr, next, actor,
         Runner::kOther);
  co_return Result<void>();
}

void ReminderDesk::orderRevival(jobs::UnitOfWork& unit, const jobs::Job& dead) const {
  parts_.teller.orderRevival(unit, dead);
}

Task<Result<Reminder>> ReminderDesk::snooze(jobs::UnitOfWork& unit, Reminder row,
                                            base::Instant until, const jobs::Actor& actor) {
  const bool wasPlanned = row.state == ReminderState::kPlanned;
  row.state = ReminderState::kSnoozed;
  row.reason = SkipReason::kNone;
  row.due = until;
  row.expires = std::max<base::Instant>(row.expires, until + kSnoozedUse);
  ++row.snoozes;
  ++row.revision;
  row.updated = parts_.clock.now();
  parts_.reminders.put(unit, row);
  putJob(unit, row, job_kind::kSnoozed, row.id.toString(), actor);
  if (wasPlanned) SW_CO_CHECK(co_await planBehind(unit, row, actor));
  co_return row;
}

Task<Result<Reminder>> ReminderDesk::dismiss(jobs::UnitOfWork& unit, Reminder row,
                                             const jobs::Actor& actor) {
  const bool wasPlanned = row.state == ReminderState::kPlanned;
  if (row.state == ReminderState::kSnoozed) {
    parts_.jobs.cancel(unit, job_kind::kSnoozed, row.id.toString());
  }
  row.state = ReminderState::kDismissed;
  row.told = parts_.clock.now();
  ++row.revision;
  row.updated = row.told;
  parts_.reminders.put(unit, row);
  if (wasPlanned) SW_CO_CHECK(co_await planBehind(unit, row, actor));
  co_return row;
}

}  // namespace sw::reminders
