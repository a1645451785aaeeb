#include "adapters/sql/migration.h"

#include <thread>

#include "adapters/sql/sqlite_migrator.h"
#include "unit/adapters/sql/sql_testing.h"

namespace sw::sql {
namespace {

using base::Code;

class MigrationTest : public SqliteTest {
 protected:
  std::unique_ptr<SqliteConnection> connect() {
    auto opened = SqliteConnection::open(options_, SqliteConnection::Role::kWriter);
    EXPECT_TRUE(opened.ok());
    return *std::move(opened);
  }
};

TEST_F(MigrationTest, NumbersStepsFromOneWithoutGaps) {
  int expected = 0;
  for (const Migration& step : allMigrations()) EXPECT_EQ(step.version, ++expected);
  EXPECT_EQ(newestSchema(), expected);
}

TEST_F(MigrationTest, ReachesTheNewestSchemaFromEveryEarlierOne) {
  for (int from = 0; from <= newestSchema(); ++from) {
    options_.file = folder_ / ("from" + std::to_string(from) + ".sqlite");
    const auto known = allMigrations();
    if (from > 0) {
      const auto connection = connect();
      const auto ran =
          migrateSqlite(*connection, options_, clock_, known.first(static_cast<std::size_t>(from)));
      ASSERT_TRUE(ran.ok()) << ran.error().describe();
      EXPECT_EQ(*ran, from);
      ASSERT_TRUE(connection
                      ->execute("INSERT INTO users (id, subject, email, email_verified, "
                                "display_name, role, revision, created, updated) "
                                "VALUES (x'01', 'ada', '', 0, '', 0, 1, 1, 1)")
                      .ok());
    }
    auto database = SqliteDatabase::open(options_, clock_);
    ASSERT_TRUE(database.ok()) << database.error().describe();
    EXPECT_EQ((*database)->migrationsRun(), newestSchema() - from);
    database->reset();
    const auto connection = connect();
    EXPECT_EQ(*connection->number("PRAGMA user_version"), newestSchema());
    EXPECT_EQ(*connection->number("SELECT count(*) FROM users"), from > 0 ? 1 : 0);
  }
}

TEST_F(MigrationTest, KeepsAnswersAndSearchTermsWhenWritesAreMadeLean) {
  {
    const auto connection = connect();
    ASSERT_TRUE(migrateSqlite(*connection, options_, clock_, allMigrations().first(5)).ok());
    const auto filled = connection->execute(R"sql(
      INSERT INTO idempotency VALUES (x'01', 'POST /events', 'later', x'0a', 201, 't', 'h', x'0b', 9);
      INSERT INTO idempotency VALUES (x'01', 'POST /events', 'sooner', x'0c', 201, 't', 'h', x'0d', 3);
      INSERT INTO event_texts VALUES (7, x'000102030405060708090a0b0c0d0e0f', x'05',
        '000102030405060708090a0b0c0d0e0fbig 000102030405060708090a0b0c0d0e0fmeeting');
      INSERT INTO event_search (event_search) VALUES ('rebuild');)sql");
    ASSERT_TRUE(filled.ok()) << filled.error().describe();
  }
  ASSERT_TRUE(SqliteDatabase::open(options_, clock_).ok());
  const auto connection = connect();
  EXPECT_EQ(*connection->number("SELECT at FROM idempotency WHERE user_id = x'01' AND "
                                "scope = 'POST /events' AND key = 'sooner'"),
            3);
  EXPECT_EQ(*connection->number("SELECT at FROM idempotency ORDER BY rowid DESC LIMIT 1"), 9);
  EXPECT_EQ(
      *connection->number(
          "SELECT rowid FROM event_search WHERE event_search MATCH '\"0a0b0c0d0e0fmeeting\"'"),
      7);
}

TEST_F(MigrationTest, BacksUpAnOlderDatabaseFirst) {
  options_.backups = folder_ / "backups";
  {
    const auto connection = connect();
    ASSERT_TRUE(migrateSqlite(*connection, options_, clock_, allMigrations().first(1)).ok());
  }
  ASSERT_TRUE(SqliteDatabase::open(options_, clock_).ok());
  const BackupFolder folder(options_.backups, 7);
  ASSERT_EQ(folder.list("before-migration").size(), 1U);
  options_.file = folder.list("before-migration").front();
  EXPECT_EQ(*connect()->number("PRAGMA user_version"), 1);
}

TEST_F(MigrationTest, RefusesADatabaseThatIsNewerOrOtherwise) {
  ASSERT_TRUE(SqliteDatabase::open(options_, clock_).ok());
  const auto older = SqliteDatabase::open(options_, clock_, nullptr, allMigrations().first(1));
  ASSERT_FALSE(older.ok());
  EXPECT_EQ(older.error().code(), Code::kConfiguration);
  ASSERT_TRUE(connect()->execute("UPDATE schema_migrations SET checksum='x' WHERE version=1").ok());
  const auto edited = SqliteDatabase::open(options_, clock_);
  ASSERT_FALSE(edited.ok());
  EXPECT_EQ(edited.error().code(), Code::kConfiguration);
}

TEST_F(MigrationTest, LeavesNothingOfAStepThatFails) {
  static constexpr Migration kBad{2, "bad", "CREATE TABLE half (a {int}); SELECT * FROM nowhere;"};
  static constexpr std::array kKnown = {kNumbersTable, kBad};
  const auto opened = SqliteDatabase::open(options_, clock_, nullptr, kKnown);
  ASSERT_FALSE(opened.ok());
  EXPECT_NE(opened.error().message().find("migration 2"), std::string::npos);
  const auto connection = connect();
  EXPECT_EQ(*connection->number("PRAGMA user_version"), 1);
  EXPECT_EQ(*connection->number("SELECT count(*) FROM sqlite_schema WHERE name = 'half'"), 0);
}

TEST_F(MigrationTest, RunsEachStepOnceWhenManyProgramsStartTogether) {
  std::atomic<int> steps{0};
  std::vector<std::thread> programs;
  for (int i = 0; i < 4; ++i) {
    programs.emplace_back([&] {
      const auto database = SqliteDatabase::open(options_, clock_);
      ASSERT_TRUE(database.ok()) << database.error().describe();
      steps += (*database)->migrationsRun();
    });
  }
  for (std::thread& program : programs) program.join();
  EXPECT_EQ(steps.load(), newestSchema());
}

TEST_F(MigrationTest, WritesTheWordsOfEachDialect) {
  constexpr Migration kStep{1, "x", "CREATE TABLE t (a {id}, b {text}) {clustered};", "-- lite",
                            "-- pg"};
  EXPECT_EQ(kStep.script(Dialect::kSqlite),
            "CREATE TABLE t (a BLOB, b TEXT) WITHOUT ROWID;-- lite");
  EXPECT_EQ(kStep.script(Dialect::kPostgres),
            "CREATE TABLE t (a uuid, b text COLLATE \"C\") ;-- pg");
  EXPECT_NE(kStep.checksum(Dialect::kSqlite), kStep.checksum(Dialect::kPostgres));
  EXPECT_EQ(kStep.checksum(Dialect::kSqlite).size(), 16U);
}

}  // namespace
}  // namespace sw::sql
