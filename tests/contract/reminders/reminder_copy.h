#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "adapters/sql/sql_calendar_store.h"
#include "adapters/sql/sql_change_log.h"
#include "adapters/sql/sql_event_store.h"
#include "adapters/sql/sql_goal_store.h"
#include "adapters/sql/sql_habit_store.h"
#include "adapters/sql/sql_job_store.h"
#include "adapters/sql/sql_relay_store.h"
#include "adapters/sql/sql_reminder_store.h"
#include "adapters/sql/sql_task_store.h"
#include "adapters/sql/sql_unit_of_work.h"
#include "adapters/sql/sql_user_store.h"
#include "jobs/job_probe.h"
#include "jobs/job_runner.h"
#include "jobs/relay.h"
#include "jobs/scheduler.h"
#include "obs/error_reporter.h"
#include "obs/health.h"
#include "obs/log.h"
#include "obs/log_sink.h"
#include "obs/reminder_probe.h"
#include "reminders/delivery_job.h"
#include "reminders/goal_agenda.h"
#include "reminders/habit_agenda.h"
#include "reminders/reminder_jobs.h"
#include "reminders/reminder_planner.h"
#include "reminders/task_agenda.h"

namespace sw::contract {

/// What a copy of the program tells of itself; nobody reads it here.
struct ReminderTelemetry {
  class NoSink final : public obs::LogSink {
   public:
    std::size_t append(std::string_view lines) override { return lines.size(); }
  };

  explicit ReminderTelemetry(const base::Clock& clock)
      : metrics(clock),
        catalog(metrics),
        log({}, std::make_unique<NoSink>(), {}, clock, catalog),
        health({}, clock, catalog),
        errors(catalog, log, health, clock),
        jobs({.catalog = catalog, .log = log, .errors = errors, .clock = clock}),
        relay(catalog, log, errors, nullptr, clock),
        reminders(catalog, log) {}

  obs::Metrics metrics;
  obs::MetricCatalog catalog;
  obs::Log log;
  obs::Health health;
  obs::ErrorReporter errors;
  jobs::JobProbe jobs;
  jobs::RelayProbe relay;
  obs::ReminderProbe reminders;
};

/// One copy of the program as far as it reminds of habits, goals and tasks: the program's own
/// stores, relay, planner, desk and job handlers over a database, put together as the composition
/// root does it. The clock and the channels are the caller's.
class ReminderCopy {
 public:
  ReminderCopy(sql::Database& database, const base::Clock& clock,
               std::span<reminders::Channel* const> channels,
               std::chrono::milliseconds look = std::chrono::milliseconds(1))
      : telemetry(clock),
        storage(database),
        changes(database),
        jobs(database),
        positions(database),
        users(database),
        settings(database),
        calendars(database),
        events(database),
        habits(database),
        goals(database),
        tasks(database),
        reminders(database),
        habitAgenda(habits),
        goalAgenda(goals),
        taskAgenda(tasks),
        teller({reminders, jobs, changes, telemetry.reminders, clock, channels}),
        desk({reminders,
              jobs,
              settings,
              teller,
              clock,
              {&habitAgenda, &goalAgenda, &taskAgenda, nullptr}}),
        planner({desk, jobs, habitAgenda, clock}),
        due(desk),
        snoozed(desk, reminders),
        digest(reminders, teller, telemetry.reminders, clock),
        revival(jobs, teller, clock),
        delivery({storage, reminders, users, desk, telemetry.reminders, clock, channels, ""}),
        replan({desk, jobs, habits, goals, tasks, calendars, events, clock}),
        relay({changes, positions, storage, telemetry.relay, clock, nullptr}, relayOptions(look)) {
    relay.add(planner);
    storage.observe(&relay);
  }

  /// Gives its handlers to a `jobs::Scheduler` or a `jobs::JobRunner`.
  template <class Runner>
  void addTo(Runner& runner) {
    namespace kind = reminders::job_kind;
    runner.add(std::string(kind::kDue), due);
    runner.add(std::string(kind::kSnoozed), snoozed);
    runner.add(std::string(kind::kDigest), digest);
    runner.add(std::string(kind::kDelivery), delivery);
    runner.add(std::string(kind::kReplan), replan);
    runner.add(std::string(kind::kRevival), revival);
  }
  jobs::JobParts jobParts(const base::Clock& clock) {
    return {storage, jobs, clock, telemetry.jobs};
  }

  ReminderTelemetry telemetry;
  sql::SqlStorage storage;
  sql::SqlChangeLog changes;
  sql::SqlJobStore jobs;
  sql::SqlRelayStore positions;
  sql::SqlUserStore users;
  sql::SqlSettingsStore settings;
  sql::SqlCalendarStore calendars;
  sql::SqlEventStore events;
  sql::SqlHabitStore habits;
  sql::SqlGoalStore goals;
  sql::SqlTaskStore tasks;
  sql::SqlReminderStore reminders;
  reminders::HabitAgenda habitAgenda;
  reminders::GoalAgenda goalAgenda;
  reminders::TaskAgenda taskAgenda;
  reminders::Teller teller;
  reminders::ReminderDesk desk;
  reminders::ReminderPlanner planner;
  reminders::DueJob due;
  reminders::SnoozedJob snoozed;
  reminders::DigestJob digest;
  reminders::RevivalJob revival;
  reminders::DeliveryJob delivery;
  reminders::ReplanJob replan;
  jobs::Relay relay;

 private:
  static jobs::RelayOptions relayOptions(std::chrono::milliseconds look) {
    jobs::RelayOptions options;
    options.pace.gather = std::chrono::milliseconds(0);
    options.search.look = look;
    options.search.overlap = std::chrono::hours(2);
    return options;
  }
};

}  // namespace sw::contract
