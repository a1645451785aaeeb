#include "contract/stores/store_world.h"

#include <algorithm>
#include <filesystem>

#include "adapters/sql/pg_database.h"
#include "adapters/sql/sql_activity_store.h"
#include "adapters/sql/sql_alert_store.h"
#include "adapters/sql/sql_calendar_store.h"
#include "adapters/sql/sql_change_log.h"
#include "adapters/sql/sql_command_store.h"
#include "adapters/sql/sql_credential_store.h"
#include "adapters/sql/sql_event_store.h"
#include "adapters/sql/sql_goal_store.h"
#include "adapters/sql/sql_habit_store.h"
#include "adapters/sql/sql_import_store.h"
#include "adapters/sql/sql_job_store.h"
#include "adapters/sql/sql_lease_store.h"
#include "adapters/sql/sql_linked_progress.h"
#include "adapters/sql/sql_push_store.h"
#include "adapters/sql/sql_relay_store.h"
#include "adapters/sql/sql_reminder_store.h"
#include "adapters/sql/sql_task_store.h"
#include "adapters/sql/sql_unit_of_work.h"
#include "adapters/sql/sql_upkeep_store.h"
#include "adapters/sql/sql_user_store.h"
#include "adapters/sql/sql_webhook_store.h"
#include "adapters/sql/sqlite_database.h"
#include "contract/stores/postgres_server.h"
#include "fakes/fake_account_stores.h"
#include "fakes/fake_activity_store.h"
#include "fakes/fake_alert_store.h"
#include "fakes/fake_calendar_stores.h"
#include "fakes/fake_change_log.h"
#include "fakes/fake_command_store.h"
#include "fakes/fake_credential_store.h"
#include "fakes/fake_event_store.h"
#include "fakes/fake_goal_store.h"
#include "fakes/fake_habit_store.h"
#include "fakes/fake_idempotency_store.h"
#include "fakes/fake_import_store.h"
#include "fakes/fake_job_store.h"
#include "fakes/fake_lease_store.h"
#include "fakes/fake_push_store.h"
#include "fakes/fake_relay_store.h"
#include "fakes/fake_reminder_store.h"
#include "fakes/fake_task_store.h"
#include "fakes/fake_upkeep_store.h"
#include "fakes/fake_webhook_store.h"

namespace sw::contract {
namespace {

namespace fs = std::filesystem;

template <class Storage, class Users, class Settings, class Acl, class Credentials, class Calendars,
          class Events, class Imports, class Upkeep, class Changes, class Answers>
struct Stores : Backend {
  template <class Below>
  Stores(Below& below, const base::Clock& clock)
      : users_(below),
        settings_(below),
        acl_(below),
        credentials_(below),
        calendars_(below),
        events_(below),
        imports_(below),
        upkeep_(below),
        changes_(below),
        answers_(below, clock) {}

  accounts::UserStore& users() override { return users_; }
  accounts::SettingsStore& settings() override { return settings_; }
  accounts::AclStore& acl() override { return acl_; }
  accounts::CredentialStore& credentials() override { return credentials_; }
  calendar::CalendarStore& calendars() override { return calendars_; }
  calendar::EventStore& events() override { return events_; }
  calendar::ImportStore& imports() override { return imports_; }
  calendar::UpkeepStore& upkeep() override { return upkeep_; }
  jobs::ChangeLog& changes() override { return changes_; }
  jobs::IdempotencyStore& answers() override { return answers_; }

  Users users_;
  Settings settings_;
  Acl acl_;
  Credentials credentials_;
  Calendars calendars_;
  Events events_;
  Imports imports_;
  Upkeep upkeep_;
  Changes changes_;
  Answers answers_;
};

struct FakeStorageHolder {
  fakes::FakeStorage memory_;
};
struct FakeBackend final
    : FakeStorageHolder,
      Stores<fakes::FakeStorage, fakes::FakeUserStore, fakes::FakeSettingsStore,
             fakes::FakeAclStore, fakes::FakeCredentialStore, fakes::FakeCalendarStore,
             fakes::FakeEventStore, fakes::FakeImportStore, fakes::FakeUpkeepStore,
             fakes::FakeChangeLog, fakes::FakeIdempotencyStore> {
  explicit FakeBackend(const base::Clock& clock) : Stores(memory_, clock) {}
  jobs::Storage& storage() override { return memory_; }
  obs::AlertStateStore& alerts() override { return alerts_; }
  accounts::ActivityStore& activity() override { return activity_; }
  reminders::PushTargetStore& pushTargets() override { return pushTargets_; }
  reminders::ReminderStore& reminders() override { return reminders_; }
  webhooks::WebhookStore& webhooks() override { return webhooks_; }
  goals::GoalStore& goals() override { return goals_; }
  habits::HabitStore& habits() override { return habits_; }
  tasks::TaskStore& tasks() override { return tasks_; }
  goals::LinkedProgressSource& linkedProgress() override { return linked_; }

  jobs::JobStore& jobs() override { return jobs_; }
  jobs::LeaseStore& leases() override { return leases_; }
  jobs::CommandStore& commands() override { return commands_; }
  jobs::RelayStore& relay() override { return relay_; }

  fakes::FakeRelayStore relay_{memory_};
  fakes::FakeAlertStore alerts_;
  fakes::FakeActivityStore activity_{memory_};
  fakes::FakeJobStore jobs_{memory_};
  fakes::FakeLeaseStore leases_{memory_};
  fakes::FakeCommandStore commands_{memory_};
  fakes::FakePushStore pushTargets_{memory_};
  fakes::FakeReminderStore reminders_{memory_};
  fakes::FakeWebhookStore webhooks_{memory_};
  fakes::FakeGoalStore goals_{memory_};
  fakes::FakeHabitStore habits_{memory_};
  fakes::FakeTaskStore tasks_{memory_};
  fakes::FakeLinkedProgress linked_{memory_};
};

struct SqlBackend final : Stores<sql::SqlStorage, sql::SqlUserStore, sql::SqlSettingsStore,
                                 sql::SqlAclStore, sql::SqlCredentialStore, sql::SqlCalendarStore,
                                 sql::SqlEventStore, sql::SqlImportStore, sql::SqlUpkeepStore,
                                 sql::SqlChangeLog, sql::SqlIdempotencyStore> {
  SqlBackend(std::unique_ptr<sql::Database> database, const base::Clock& clock)
      : Stores(*database, clock),
        database_(std::move(database)),
        storage_(*database_),
        alerts_(*database_) {}
  ~SqlBackend() override {
    database_.reset();
    std::error_code ignored;
    if (!folder_.empty()) fs::remove_all(folder_, ignored);
    if (!url_.empty()) PostgresServer::instance().dropDatabase(url_);
  }
  jobs::Storage& storage() override { return storage_; }
  jobs::JobStore& jobs() override { return jobs_; }
  jobs::LeaseStore& leases() override { return leases_; }
  jobs::CommandStore& commands() override { return commands_; }
  jobs::RelayStore& relay() override { return relay_; }
  obs::AlertStateStore& alerts() override { return alerts_; }
  accounts::ActivityStore& activity() override { return activity_; }
  reminders::PushTargetStore& pushTargets() override { return pushTargets_; }
  reminders::ReminderStore& reminders() override { return reminders_; }
  webhooks::WebhookStore& webhooks() override { return webhooks_; }
  goals::GoalStore& goals() override { return goals_; }
  habits::HabitStore& habits() override { return habits_; }
  tasks::TaskStore& tasks() override { return tasks_; }
  goals::LinkedProgressSource& linkedProgress() override { return linked_; }

  std::unique_ptr<sql::Database> database_;
  sql::SqlStorage storage_;
  sql::SqlAlertStore alerts_;
  sql::SqlJobStore jobs_{*database_};
  sql::SqlActivityStore activity_{*database_};
  sql::SqlRelayStore relay_{*database_};
  sql::SqlLeaseStore leases_{*database_};
  sql::SqlCommandStore commands_{*database_};
  sql::SqlPushStore pushTargets_{*database_};
  sql::SqlReminderStore reminders_{*database_};
  sql::SqlWebhookStore webhooks_{*database_};
  sql::SqlGoalStore goals_{*database_};
  sql::SqlHabitStore habits_{*database_};
  sql::SqlTaskStore tasks_{*database_};
  sql::SqlLinkedProgress linked_{*database_};
  fs::path folder_;
  std::string url_;
};

}  // namespace

std::unique_ptr<Backend> makeBackend(const std::string& name, const base::Clock& clock,
                                     std::string& whyNot) {
  if (name == "Fake") return std::make_unique<FakeBackend>(clock);
  if (name == "Sqlite") {
    std::string pattern = (fs::temp_directory_path() / "sw-contract-XXXXXX").string();
    sql::SqliteOptions options;
    options.file = fs::path(::mkdtemp(pattern.data())) / "test.sqlite";
    auto opened = sql::SqliteDatabase::open(options, clock);
    if (!opened.ok()) {
      ADD_FAILURE() << opened.error().describe();
      return nullptr;
    }
    auto backend = std::make_unique<SqlBackend>(*std::move(opened), clock);
    backend->folder_ = options.file.parent_path();
    return backend;
  }
  PostgresServer& server = PostgresServer::instance();
  whyNot = server.whyNot();
  if (!whyNot.empty()) return nullptr;
  sql::PostgresOptions options;
  options.url = server.newDatabase();
  auto opened = base::runBlocking(sql::PostgresDatabase::open(options, clock));
  if (!opened.ok()) {
    ADD_FAILURE() << opened.error().describe();
    return nullptr;
  }
  auto backend = std::make_unique<SqlBackend>(*std::move(opened), clock);
  backend->url_ = options.url;
  return backend;
}

void StoreContract::SetUp() {
  std::string whyNot;
  backend_ = makeBackend(GetParam(), clock_, whyNot);
  if (!whyNot.empty()) GTEST_SKIP() << whyNot;
  ASSERT_NE(backend_, nullptr);
}

accounts::User StoreContract::addUser(const std::string& subject) {
  accounts::User user;
  user.id = newId();
  user.subject = subject;
  user.email = subject + "@example.org";
  user.emailVerified = true;
  user.displayName = "Person " + subject;
  user.revision = 1;
  user.created = user.updated = clock_.now();
  const auto unit = begin();
  backend_->users().create(*unit, user);
  const auto outcome = commit(unit);
  EXPECT_TRUE(outcome.ok()) << outcome.error().describe();
  return user;
}

calendar::Calendar StoreContract::addCalendar(const base::Uuid& owner, bool primary) {
  calendar::Calendar calendar;
  calendar.id = newId();
  calendar.ownerId = owner;
  calendar.name = "Home";
  calendar.description = "All of it";
  calendar.timeZone = "Europe/Berlin";
  calendar.backgroundColor = "#123456";
  calendar.primary = primary;
  calendar.revision = 1;
  calendar.created = calendar.updated = clock_.now();
  const auto unit = begin();
  backend_->calendars().put(*unit, calendar);
  const auto outcome = commit(unit);
  EXPECT_TRUE(outcome.ok()) << outcome.error().describe();
  return calendar;
}

calendar::EventRecord StoreContract::event(const base::Uuid& calendarId, std::int64_t start,
                                           std::int64_t length) {
  calendar::EventRecord record;
  record.id = newId();
  record.calendarId = calendarId;
  record.spanStart = base::UtcSeconds(std::chrono::seconds(start));
  record.spanEnd = record.spanStart + std::chrono::seconds(length);
  record.icalUid = record.id.toString() + "@example.org";
  record.revision = 1;
  record.created = record.updated = clock_.now();
  record.document = "{\"summary\":\"Zahnärztin\"}";
  record.tzVersion = "2026a";
  return record;
}

void StoreContract::putEvent(const calendar::EventRecord& record, const std::string& text) {
  const auto unit = begin();
  backend_->events().put(*unit, record, text);
  const auto outcome = commit(unit);
  EXPECT_TRUE(outcome.ok()) << outcome.error().describe();
}

std::vector<calendar::EventRecord> StoreContract::window(const base::Uuid& calendarId,
                                                         std::int64_t from, std::int64_t to) {
  std::vector<calendar::EventRecord> found;
  const calendar::EventVisitor visit = [&](const calendar::EventRow& row) {
    found.push_back(row.toRecord());
  };
  const auto outcome =
      run(backend_->events().window(calendarId, base::UtcSeconds(std::chrono::seconds(from)),
                                    base::UtcSeconds(std::chrono::seconds(to)), visit));
  EXPECT_TRUE(outcome.ok()) << outcome.error().describe();
  std::ranges::sort(found, {}, &calendar::EventRecord::id);
  return found;
}

std::vector<base::Uuid> StoreContract::search(std::vector<base::Uuid> calendars,
                                              std::vector<std::string> tokens, base::Uuid after,
                                              int limit) {
  std::vector<base::Uuid> found;
  const calendar::EventVisitor visit = [&](const calendar::EventRow& row) {
    found.push_back(row.id);
  };
  const auto outcome = run(backend_->events().search(calendars, tokens, after, limit, visit));
  EXPECT_TRUE(outcome.ok()) << outcome.error().describe();
  return found;
}

std::optional<calendar::EventRecord> StoreContract::findEvent(const base::Uuid& id) {
  std::optional<calendar::EventRecord> found;
  const calendar::EventVisitor visit = [&](const calendar::EventRow& row) {
    found = row.toRecord();
  };
  const auto outcome = run(backend_->events().find(id, visit));
  EXPECT_TRUE(outcome.ok()) << outcome.error().describe();
  return found;
}

}  // namespace sw::contract
