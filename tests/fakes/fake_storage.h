#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "accounts/credentials.h"
#include "accounts/settings.h"
#include "accounts/sharing.h"
#include "accounts/user.h"
#include "calendar/calendar_store.h"
#include "calendar/event_store.h"
#include "goals/goal_store.h"
#include "goals/linked_progress.h"
#include "habits/habit_store.h"
#include "jobs/change_log.h"
#include "jobs/command.h"
#include "jobs/idempotency.h"
#include "jobs/job.h"
#include "jobs/lease_store.h"
#include "jobs/unit_of_work.h"
#include "reminders/push_target.h"
#include "reminders/reminder.h"
#include "tasks/task_store.h"
#include "webhooks/webhook.h"

namespace sw::fakes {

/// An import in the midst.
struct FakeImport {
  base::Uuid calendarId;
  base::Uuid ownerId;
  enum class State { kStaging, kPublished, kDiscarding } state = State::kStaging;
  base::Instant expires{};
  std::string requestId;
};

struct FakeJob {
  jobs::Job job;
  jobs::JobState state = jobs::JobState::kWaiting;
  base::Instant ready{};
  std::string holder;
};

/// Every table of the program in memory, copied whole to take a failed unit back.
struct FakeTables {
  std::map<base::Uuid, accounts::User> users;
  std::map<base::Uuid, accounts::SettingsStore::Stored> settings;
  std::map<base::Uuid, accounts::AccessToken> tokens;
  std::map<base::Uuid, accounts::Session> sessions;
  std::map<accounts::SecretHash, std::pair<base::Uuid, base::Instant>> codes;
  std::map<base::Uuid, accounts::AclEntry> acl;
  std::map<base::Uuid, calendar::Calendar> calendars;
  std::map<base::Uuid, calendar::Feed> feeds;
  std::map<base::Uuid, reminders::PushTarget> pushTargets;
  std::map<base::Uuid, reminders::Reminder> reminders;
  std::map<std::pair<base::Uuid, std::string>, reminders::ReminderDelivery> reminderDeliveries;
  std::map<base::Uuid, calendar::EventRecord> events;
  std::map<base::Uuid, std::set<std::string>> eventTokens;
  std::map<base::Uuid, FakeImport> imports;
  std::map<base::Uuid, base::Uuid> staged;         // events that wait, with their imports
  std::map<base::Uuid, std::int64_t> publishings;  // how many, by calendar

  std::map<std::string, std::string> upkeep;  // progress by name

  std::map<std::pair<base::Uuid, base::Uuid>, habits::HabitRecord> habits;  // by user and id
  std::map<std::pair<base::Uuid, habits::LocalDate>, habits::HabitEntry> habitEntries;

  std::map<base::Uuid, webhooks::Webhook> webhooks;
  std::map<base::Uuid, webhooks::Delivery> deliveries;
  std::map<base::Uuid, FakeJob> jobs;
  std::map<std::string, jobs::Lease> leases;
  std::map<std::pair<base::Uuid, std::string>, jobs::CommandRecord> commands;

  std::map<base::Uuid, goals::Goal> goals;
  std::map<base::Uuid, goals::ProgressEntry> goalProgress;
  std::map<base::Uuid, goals::TimeEntry> goalTime;
  /// Completions of habits as goals see them, by owner.
  std::map<base::Uuid, std::vector<goals::HabitCompletion>> linkedHabits;
  std::map<base::Uuid, tasks::Task> tasks;
  std::map<base::Uuid, tasks::TimeEntry> taskTime;
  std::map<base::Uuid, std::int64_t> taskGraphs;  // versions, by owner

  /// Whether readers may see the event: no import keeps it back.
  [[nodiscard]] bool isVisible(const base::Uuid& event) const {
    const auto waits = staged.find(event);
    if (waits == staged.end()) return true;
    const auto import = imports.find(waits->second);
    return import != imports.end() && import->second.state == FakeImport::State::kPublished;
  }
  std::map<base::Uuid, std::vector<jobs::Change>> changes;  // by user, oldest first
  std::map<base::Uuid, std::int64_t> changeNumbers;         // the last given out, by user
  std::map<std::string, base::Instant> relaySubscribers;    // from when on they are told
  std::map<std::pair<base::Uuid, std::string>, std::int64_t> relayPositions;
  std::map<base::Uuid, base::Instant> userActivity;
  std::map<std::string, std::pair<jobs::IdempotentAnswer, base::Instant>> answers;
};

/// A storage that forgets everything at its end, for tests of what stands above it. Units commit
/// at once on the calling thread. Thread-safe.
class FakeStorage final : public jobs::Storage {
 public:
  /// A step of a unit: changes the tables or says why the unit fails.
  using Step = std::function<std::optional<base::Error>(FakeTables&)>;

  std::unique_ptr<jobs::UnitOfWork> begin() override;

  /// Adds a step to a unit that this storage began.
  static void add(jobs::UnitOfWork& unit, Step step);
  /// As `add`, but runs before everything that is not a guard.
  static void guard(jobs::UnitOfWork& unit, Step step);
  /// Called once the unit has been committed.
  static void afterCommit(jobs::UnitOfWork& unit, std::function<void()> told);
  /// Runs `read` on the tables; they must not be kept.
  template <class Read>
  auto look(Read read) {
    const std::lock_guard lock(mutex_);
    return read(tables_);
  }

  /// The next commit, or the one after so many others, fails with this, as when the database is
  /// away.
  void failNextCommit(base::Error error, int after = 0);
  /// How many units have been committed.
  int commits();

 private:
  class Unit;

  std::mutex mutex_;
  FakeTables tables_;
  std::optional<base::Error> nextFailure_;
  int beforeFailure_ = 0;  // commits that succeed before
  int commits_ = 0;
};

}  // namespace sw::fakes
