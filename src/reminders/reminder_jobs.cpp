#include "reminders/reminder_jobs.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/json.h"

namespace sw::reminders {

using base::Code;
using base::Error;
using base::Result;
using base::Task;

namespace {

constexpr std::array kKinds = {ResourceKind::kHabit, ResourceKind::kGoal, ResourceKind::kTask,
                               ResourceKind::kEvent};

/// For a day of trouble with the database: a reminder that is late is better than none.
jobs::JobPolicy patient(int concurrency) {
  return {.concurrency = concurrency,
          .attempts = 150,
          .firstWait = std::chrono::seconds(1),
          .longestWait = std::chrono::minutes(10)};
}

std::optional<ResourceKind> kindOf(const jobs::Job& job) {
  const auto document = base::json::Document::parse(job.payload);
  if (!document.ok()) return std::nullopt;
  const auto name = document->root().find("kind").asString();
  const auto found = std::ranges::find_if(
      kKinds, [&](ResourceKind kind) { return name && toString(kind) == *name; });
  return found == kKinds.end() ? std::optional<ResourceKind>() : *found;
}

Error unreadable(const jobs::Job& job) {
  return {Code::kCorrupted, "the job " + job.id.toString() + " names no resource"};
}

}  // namespace

jobs::JobPolicy DueJob::policy() const { return patient(128); }

Task<Result<void>> DueJob::run(const jobs::Job& job, jobs::UnitOfWork& unit) {
  const auto kind = kindOf(job);
  const auto id = base::Uuid::parse(job.key);
  if (!kind || !id) co_return unreadable(job);
  SW_CO_TRY(const Person person, co_await desk_.personOf(job.userId));
  const Resource resource{*kind, *id};
  SW_CO_CHECK(
      co_await desk_.fire(unit, resource, person, job.actor, ReminderDesk::Runner::kOwnJob));
  co_return Result<void>();
}

void DueJob::buried(const jobs::Job& job, const Error& /*error*/, jobs::UnitOfWork& unit) {
  desk_.orderRevival(unit, job);
}

jobs::JobPolicy SnoozedJob::policy() const { return patient(16); }

Task<Result<void>> SnoozedJob::run(const jobs::Job& job, jobs::UnitOfWork& unit) {
  const auto id = base::Uuid::parse(job.key);
  if (!id) co_return unreadable(job);
  SW_CO_TRY(const auto row, co_await reminders_.find(*id));
  if (!row) co_return Result<void>();
  SW_CO_TRY(const Person person, co_await desk_.personOf(job.userId));
  SW_CO_CHECK(co_await desk_.fireSnoozed(unit, *row, person, job.actor));
  co_return Result<void>();
}

void SnoozedJob::buried(const jobs::Job& job, const Error& /*error*/, jobs::UnitOfWork& unit) {
  desk_.orderRevival(unit, job);
}

jobs::JobPolicy DigestJob::policy() const { return patient(16); }

Task<Result<void>> DigestJob::run(const jobs::Job& job, jobs::UnitOfWork& unit) {
  SW_CO_TRY(auto rows, co_await reminders_.gatheredOf(job.userId, kMost));
  const bool more = rows.size() == static_cast<std::size_t>(kMost);
  const base::Instant now = clock_.now();
  std::vector<Reminder> told;
  for (Reminder& row : rows) {
    if (row.expires <= now) {
      teller_.skip(unit, std::move(row), SkipReason::kExpired);
    } else {
      told.push_back(std::move(row));
    }
  }
  const auto count = static_cast<std::int64_t>(told.size());
  if (!told.empty()) teller_.tell(unit, std::move(told), job.actor);
  if (count > 1) probe_.joined(count);
  if (more) teller_.orderDigest(unit, job.userId, now, job.actor);
  co_return Result<void>();
}

void DigestJob::buried(const jobs::Job& job, const Error& /*error*/, jobs::UnitOfWork& unit) {
  teller_.orderRevival(unit, job);
}

jobs::JobPolicy RevivalJob::policy() const { return patient(4); }

Task<Result<void>> RevivalJob::run(const jobs::Job& job, jobs::UnitOfWork& unit) {
  const auto order = RevivalOrder::parse(job.payload);
  if (!order) co_return Error(Code::kCorrupted, "the job " + job.id.toString() + " names no other");
  SW_CO_TRY(const auto found, co_await jobs_.find(order->kind, order->key));
  if (found && found->state == jobs::JobState::kWaiting) co_return Result<void>();
  jobs::Job again;
  again.id = base::newUuid(clock_);
  again.kind = order->kind;
  again.key = order->key;
  again.userId = job.userId;
  again.payload = order->payload;
  again.due = clock_.now();
  again.created = again.due;
  again.actor = job.actor;
  jobs_.put(unit, again);
  co_return Result<void>();
}

// One whose order cannot be read has nothing to put to work.
void RevivalJob::buried(const jobs::Job& job, const Error& /*error*/, jobs::UnitOfWork& unit) {
  if (const auto order = RevivalOrder::parse(job.payload)) {
    jobs::Job dead = job;
    dead.kind = order->kind;
    dead.key = order->key;
    dead.payload = order->payload;
    teller_.orderRevival(unit, dead);
  }
}

}  // namespace sw::reminders
