// What a due reminder costs is bounded by indexes: none of the statements that reminding makes, on
// its whole way, reads a table through. How long it takes beside 1,000 and 1,000,000 habits that
// are not due is measured by bench/reminders_bench.cpp.
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>

#include "accounts/settings_json.h"
#include "adapters/sql/sqlite_database.h"
#include "base/local_loop.h"
#include "contract/reminders/reminder_copy.h"
#include "fakes/fake_clock.h"
#include "habits/habit_editor.h"

namespace sw::contract {
namespace {

namespace fs = std::filesystem;
using base::Result;
using base::Task;

/// A database that remembers which statements it was given.
class NotedDatabase final : public sql::Database {
 public:
  explicit NotedDatabase(sql::Database& below) : below_(below) {}

  [[nodiscard]] sql::Dialect dialect() const override { return below_.dialect(); }
  Task<Result<void>> read(const sql::Statement& statement, sql::Params params, sql::RowSink sink,
                          sql::ReadKind kind) override {
    given.insert(&statement);
    co_return co_await below_.read(statement, params, sink, kind);
  }
  Task<Result<sql::WriteOutcome>> write(sql::WriteBatch batch) override {
    for (const auto& entry : batch.entries()) given.insert(entry.statement);
    co_return co_await below_.write(std::move(batch));
  }
  [[nodiscard]] sql::PoolUse poolUse(sql::Pool pool) const override { return below_.poolUse(pool); }
  Task<Result<void>> ping() override { co_return co_await below_.ping(); }

  std::set<const sql::Statement*> given;

 private:
  sql::Database& below_;
};

class ReminderPlans : public ::testing::Test {
 protected:
  ReminderPlans() {
    std::string pattern = (fs::temp_directory_path() / "sw-plans-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    sql::SqliteOptions options;
    options.file = folder_ / "reminders.sqlite";
    database_ = *sql::SqliteDatabase::open(options, clock_);
    noted_ = std::make_unique<NotedDatabase>(*database_);
    copy_ = std::make_unique<ReminderCopy>(*noted_, clock_, std::span<reminders::Channel* const>());
    EXPECT_EQ(sqlite3_open(options.file.c_str(), &connection_), SQLITE_OK);
  }
  ~ReminderPlans() override {
    sqlite3_close(connection_);
    copy_.reset();
    database_.reset();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  void addHabit() {
    accounts::User user;
    user.id = base::newUuid(clock_);
    user.subject = "ada";
    user.revision = 1;
    user.created = user.updated = clock_.now();
    const auto unit = copy_->storage.begin();
    copy_->users.create(*unit, user);
    accounts::SettingsStore::Stored settings{
        accounts::toSettingsDocument(accounts::Settings::defaults("UTC")), 1, clock_.now()};
    copy_->settings.put(*unit, user.id, settings);
    habits::HabitEditor editor(copy_->habits, copy_->changes, clock_);
    habits::HabitInput input;
    input.content.name = "Read";
    input.content.targetTime = std::chrono::hours(10);
    input.content.reminders.enabled = true;
    ASSERT_TRUE(editor.create(*unit, user.id, std::move(input), settings, {}).ok());
    ASSERT_TRUE(base::runBlocking(unit->commit()).ok());
    base::runBlocking(copy_->relay.settle());
  }
  /// Claims and does one due reminder.
  void tellOne() {
    const jobs::JobStore::Claim claim{
        .wanted = {{.kind = std::string(reminders::job_kind::kDue), .limit = 8}},
        .holder = "test",
        .now = clock_.now(),
        .lease = std::chrono::seconds(30),
        .limit = 8};
    const auto due = base::runBlocking(copy_->jobs.claim(claim));
    ASSERT_TRUE(due.ok());
    ASSERT_EQ(due->size(), 1U);
    const auto unit = copy_->storage.begin();
    ASSERT_TRUE(base::runBlocking(copy_->due.run(due->front(), *unit)).ok());
    copy_->jobs.finish(*unit, due->front());
    ASSERT_TRUE(base::runBlocking(unit->commit()).ok());
    ASSERT_TRUE(
        base::runBlocking(copy_->jobs.nextDue({std::string(reminders::job_kind::kDue)})).ok());
  }
  /// The steps of a statement that go through a whole table.
  std::string scans(const sql::Statement& statement) {
    const std::string sql = "EXPLAIN QUERY PLAN " + std::string(statement.sqlite);
    struct Found {
      std::string steps;
    } found;
    const auto collect = [](void* out, int columns, char** values, char**) {
      const std::string step = values[columns - 1];
      // What a sub-query has found is gone through as well; these have no names of tables.
      const bool ofQuery = step.starts_with("SCAN (") || step == "SCAN c" || step == "SCAN firsts";
      const bool scans = step.starts_with("SCAN ") && !ofQuery && step != "SCAN CONSTANT ROW";
      if (scans) static_cast<Found*>(out)->steps += step + '\n';
      return 0;
    };
    EXPECT_EQ(sqlite3_exec(connection_, sql.c_str(), collect, &found, nullptr), SQLITE_OK)
        << sqlite3_errmsg(connection_);
    return found.steps;
  }

  fakes::FakeClock clock_;
  fs::path folder_;
  std::unique_ptr<sql::SqliteDatabase> database_;
  std::unique_ptr<NotedDatabase> noted_;
  std::unique_ptr<ReminderCopy> copy_;
  sqlite3* connection_ = nullptr;
};

TEST_F(ReminderPlans, ADueReminderReadsNoTableThrough) {
  addHabit();
  clock_.advance(std::chrono::hours(1));
  noted_->given.clear();
  tellOne();
  std::set<std::string_view> names;
  for (const sql::Statement* statement : noted_->given) {
    names.insert(statement->name);
    EXPECT_EQ(scans(*statement), "") << statement->name;
  }
  for (const std::string_view name : {"jobs.due", "jobs.next", "reminders.of_resource",
                                      "reminders.create", "reminders.update", "changes.append"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
}

}  // namespace
}  // namespace sw::contract
