#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "accounts/activity.h"
#include "accounts/credentials.h"
#include "accounts/settings.h"
#include "accounts/sharing.h"
#include "accounts/user.h"
#include "base/local_loop.h"
#include "calendar/calendar_store.h"
#include "calendar/event_store.h"
#include "calendar/import_store.h"
#include "calendar/upkeep_store.h"
#include "fakes/fake_clock.h"
#include "goals/goal_store.h"
#include "goals/linked_progress.h"
#include "habits/habit_store.h"
#include "jobs/change_log.h"
#include "jobs/command_store.h"
#include "jobs/idempotency.h"
#include "jobs/job_store.h"
#include "jobs/lease_store.h"
#include "jobs/relay_store.h"
#include "obs/alert_state.h"
#include "reminders/push_target_store.h"
#include "reminders/reminder_store.h"
#include "tasks/task_store.h"
#include "webhooks/webhook_store.h"

namespace sw::contract {

/// One storage with all its stores.
struct Backend {
  virtual ~Backend() = default;
  virtual jobs::Storage& storage() = 0;
  virtual accounts::UserStore& users() = 0;
  virtual accounts::SettingsStore& settings() = 0;
  virtual accounts::AclStore& acl() = 0;
  virtual accounts::CredentialStore& credentials() = 0;
  virtual accounts::ActivityStore& activity() = 0;
  virtual calendar::CalendarStore& calendars() = 0;
  virtual calendar::EventStore& events() = 0;
  virtual calendar::ImportStore& imports() = 0;
  virtual calendar::UpkeepStore& upkeep() = 0;
  virtual jobs::ChangeLog& changes() = 0;
  virtual jobs::RelayStore& relay() = 0;
  virtual jobs::IdempotencyStore& answers() = 0;
  virtual obs::AlertStateStore& alerts() = 0;
  virtual jobs::JobStore& jobs() = 0;
  virtual jobs::LeaseStore& leases() = 0;
  virtual jobs::CommandStore& commands() = 0;
  virtual reminders::PushTargetStore& pushTargets() = 0;
  virtual reminders::ReminderStore& reminders() = 0;
  virtual webhooks::WebhookStore& webhooks() = 0;
  virtual goals::GoalStore& goals() = 0;
  virtual habits::HabitStore& habits() = 0;
  virtual tasks::TaskStore& tasks() = 0;
  virtual goals::LinkedProgressSource& linkedProgress() = 0;
};

/// "Fake", "Sqlite", "Postgres". Null, with the reason, when it cannot be had here.
std::unique_ptr<Backend> makeBackend(const std::string& name, const base::Clock& clock,
                                     std::string& whyNot);

/// Every contract test, once a backend. What a port promises is said by these tests alone.
class StoreContract : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override;

  template <class T>
  T run(base::Task<T> task) {
    return base::runBlocking(std::move(task));
  }
  /// The value of a read that must succeed.
  template <class T>
  T get(base::Task<base::Result<T>> task) {
    auto result = base::runBlocking(std::move(task));
    EXPECT_TRUE(result.ok()) << result.error().describe();
    if (!result.ok()) return T{};
    return *std::move(result);
  }
  base::Result<void> commit(const std::unique_ptr<jobs::UnitOfWork>& unit) {
    return base::runBlocking(unit->commit());
  }
  std::unique_ptr<jobs::UnitOfWork> begin() { return backend_->storage().begin(); }

  base::Uuid newId() { return base::newUuid(clock_); }
  accounts::User addUser(const std::string& subject);
  calendar::Calendar addCalendar(const base::Uuid& owner, bool primary = false);
  /// A row from `start` on, not yet written.
  calendar::EventRecord event(const base::Uuid& calendarId, std::int64_t start,
                              std::int64_t length);
  void putEvent(const calendar::EventRecord& record, const std::string& text = "");

  std::vector<calendar::EventRecord> window(const base::Uuid& calendarId, std::int64_t from,
                                            std::int64_t to);
  std::vector<base::Uuid> search(std::vector<base::Uuid> calendars, std::vector<std::string> tokens,
                                 base::Uuid after = {}, int limit = 100);
  std::optional<calendar::EventRecord> findEvent(const base::Uuid& id);

  fakes::FakeClock clock_;
  std::unique_ptr<Backend> backend_;
};

}  // namespace sw::contract

#define SW_CONTRACT_SUITE(Suite)                                                        \
  INSTANTIATE_TEST_SUITE_P(All, Suite, ::testing::Values("Fake", "Sqlite", "Postgres"), \
                           [](const auto& backend) { return std::string(backend.param); })
