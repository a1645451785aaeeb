#include "app/reminder_graph.h"

#include <vector>

#include "base/json.h"
#include "reminders/reminder_json.h"

namespace sw::app {

using base::Result;
using base::Task;

namespace {

/// Rows of one write when old reminders are removed.
constexpr int kPiece = 500;

}  // namespace

ReminderGraph::ReminderGraph(const std::string& publicUrl, Below below, const base::Clock& clock)
    : clock_(clock),
      store_(below.stores.database()),
      habits_(below.stores.database()),
      goals_(below.stores.database()),
      probe_(below.telemetry.catalog, below.telemetry.log),
      habitAgenda_(habits_),
      goalAgenda_(goals_),
      taskAgenda_(below.tasks),
      eventAgenda_({.events = below.stores.events,
                    .calendars = below.stores.calendars,
                    .series = below.services.series,
                    .users = below.stores.users}),
      teller_({.reminders = store_,
               .jobs = below.stores.jobs,
               .changes = below.stores.changes,
               .probe = probe_,
               .clock = clock,
               .channels = below.channels.channels()}),
      desk_({.reminders = store_,
             .jobs = below.stores.jobs,
             .settings = below.stores.settings,
             .teller = teller_,
             .clock = clock,
             .sources = {&habitAgenda_, &goalAgenda_, &taskAgenda_, &eventAgenda_}}),
      planner_({.desk = desk_, .jobs = below.stores.jobs, .events = eventAgenda_, .clock = clock}),
      due_(desk_),
      snoozed_(desk_, store_),
      digest_(store_, teller_, probe_, clock),
      revival_(below.stores.jobs, teller_, clock),
      delivery_({.storage = below.stores.storage,
                 .reminders = store_,
                 .users = below.stores.users,
                 .desk = desk_,
                 .probe = probe_,
                 .clock = clock,
                 .channels = below.channels.channels(),
                 .publicUrl = publicUrl}),
      replan_({.desk = desk_,
               .jobs = below.stores.jobs,
               .habits = habits_,
               .goals = goals_,
               .tasks = below.tasks,
               .calendars = below.stores.calendars,
               .events = below.stores.events,
               .clock = clock}),
      command_({.desk = desk_,
                .reminders = store_,
                .jobs = below.stores.jobs,
                .storage = below.stores.storage,
                .clock = clock}),
      forgetting_({.name = "reminders.forget", .interval = std::chrono::hours(1)},
                  below.stores.leases, clock, [this](const jobs::Lease&) { return forget(); }),
      routes_(store_, desk_) {
  namespace kind = reminders::job_kind;
  jobs::Scheduler& scheduler = below.jobs.scheduler();
  scheduler.add(std::string(kind::kDue), due_);
  scheduler.add(std::string(kind::kSnoozed), snoozed_);
  scheduler.add(std::string(kind::kDigest), digest_);
  scheduler.add(std::string(kind::kDelivery), delivery_);
  scheduler.add(std::string(kind::kReplan), replan_);
  scheduler.add(std::string(kind::kRevival), revival_);
  scheduler.add(forgetting_);
  below.jobs.commands().add(std::string(reminders::SendReminders::kTaskType), command_);
  below.relay.add(planner_);
  below.relay.eventData().add("reminder.",
                              [this](const jobs::Change& change) { return dataOf(change); });
}

Task<Result<std::string>> ReminderGraph::dataOf(const jobs::Change& change) {
  SW_CO_TRY(const auto reminder, co_await store_.find(change.resourceId));
  std::string out;
  if (!reminder || reminder->userId != change.userId) {
    base::json::Writer(out).beginObject().field("id", change.resourceId.toString()).endObject();
    co_return out;
  }
  std::vector<reminders::ReminderDelivery> deliveries;
  if (!reminder->messageId.isNil()) {
    SW_CO_TRY(deliveries, co_await store_.deliveriesOf(reminder->messageId));
  }
  reminders::appendReminder(out, *reminder, deliveries);
  co_return out;
}

Task<Result<void>> ReminderGraph::forget() {
  const base::Instant horizon = clock_.now() - reminders::ReminderStore::kRetention;
  for (std::int64_t removed = kPiece; removed >= kPiece;) {
    SW_CO_TRY(removed, co_await store_.removeBefore(horizon, kPiece));
  }
  co_return Result<void>();
}

}  // namespace sw::app
