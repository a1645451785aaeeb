#pragma once

#include <string>

#include "adapters/sql/sql_goal_store.h"
#include "adapters/sql/sql_habit_store.h"
#include "adapters/sql/sql_reminder_store.h"
#include "api/reminder_routes.h"
#include "app/channel_graph.h"
#include "app/job_graph.h"
#include "app/relay_graph.h"
#include "app/services.h"
#include "app/stores.h"
#include "app/telemetry.h"
#include "base/clock.h"
#include "obs/reminder_probe.h"
#include "reminders/delivery_job.h"
#include "reminders/event_agenda.h"
#include "reminders/goal_agenda.h"
#include "reminders/habit_agenda.h"
#include "reminders/reminder_jobs.h"
#include "reminders/reminder_planner.h"
#include "reminders/send_reminders.h"
#include "reminders/task_agenda.h"

namespace sw::app {

/// Reminders over the stores: what plans them, the jobs that tell them, and their part of the API,
/// of events and of commands. Owned by the composition root, which stops relay and scheduler
/// before it and keeps everything it is made of longer. Thread-safe once made.
class ReminderGraph {
 public:
  struct Below {
    Stores& stores;
    Services& services;
    RelayGraph& relay;  // not started; joined
    JobGraph& jobs;     // not started; joined
    ChannelGraph& channels;
    tasks::TaskStore& tasks;
    Telemetry& telemetry;
  };
  /// `publicUrl` is where people reach the service, without a slash at the end; for links.
  ReminderGraph(const std::string& publicUrl, Below below, const base::Clock& clock);
  ReminderGraph(const ReminderGraph&) = delete;
  ReminderGraph& operator=(const ReminderGraph&) = delete;

  [[nodiscard]] reminders::ReminderStore& store() { return store_; }
  void addRoutes(api::Router& router) { routes_.addTo(router); }

 private:
  base::Task<base::Result<std::string>> dataOf(const jobs::Change& change);
  base::Task<base::Result<void>> forget();

  const base::Clock& clock_;
  sql::SqlReminderStore store_;
  sql::SqlHabitStore habits_;
  sql::SqlGoalStore goals_;
  obs::ReminderProbe probe_;
  reminders::HabitAgenda habitAgenda_;
  reminders::GoalAgenda goalAgenda_;
  reminders::TaskAgenda taskAgenda_;
  reminders::EventAgenda eventAgenda_;
  reminders::Teller teller_;
  reminders::ReminderDesk desk_;
  reminders::ReminderPlanner planner_;
  reminders::DueJob due_;
  reminders::SnoozedJob snoozed_;
  reminders::DigestJob digest_;
  reminders::RevivalJob revival_;
  reminders::DeliveryJob delivery_;
  reminders::ReplanJob replan_;
  reminders::SendReminders command_;
  jobs::ClusterTask forgetting_;
  api::ReminderRoutes routes_;
};

}  // namespace sw::app
