#include "adapters/sql/habit_statements.h"

#include "unit/adapters/sql/sql_testing.h"

namespace sw::sql {
namespace {

class HabitStatements : public SqliteTest {
 protected:
  std::string planOf(const Statement& statement) {
    std::string plan;
    auto connection = SqliteConnection::open(options_, SqliteConnection::Role::kMaintenance);
    EXPECT_TRUE(connection.ok());
    const std::string sql = "EXPLAIN QUERY PLAN " + std::string(statement.sqlite);
    sqlite3_stmt* explain = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2((*connection)->handle(), sql.c_str(), -1, &explain, nullptr),
              SQLITE_OK)
        << statement.name;
    while (sqlite3_step(explain) == SQLITE_ROW) {
      plan += reinterpret_cast<const char*>(sqlite3_column_text(explain, 3));
      plan += '\n';
    }
    sqlite3_finalize(explain);
    return plan;
  }
};

// What is asked for one person costs what it gives, whatever else there is.
TEST_F(HabitStatements, SearchByKeysAndSortNothing) {
  ASSERT_TRUE(SqliteDatabase::open(options_, clock_).ok());
  for (const Statement* statement : habit_statements::kReads) {
    if (statement == &habit_statements::kStreaks) continue;  // looks at everybody
    const std::string plan = planOf(*statement);
    EXPECT_EQ(plan.find("SCAN"), std::string::npos) << statement->name << ": " << plan;
    EXPECT_EQ(plan.find("TEMP B-TREE"), std::string::npos) << statement->name << ": " << plan;
  }
}

TEST_F(HabitStatements, FindWhatIsDueByItsDate) {
  ASSERT_TRUE(SqliteDatabase::open(options_, clock_).ok());
  const std::string plan = planOf(habit_statements::kDue);
  EXPECT_NE(plan.find("habits_by_due (user_id=? AND "), std::string::npos) << plan;
}

}  // namespace
}  // namespace sw::sql
