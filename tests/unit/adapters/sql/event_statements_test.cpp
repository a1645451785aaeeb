#include "adapters/sql/event_statements.h"

#include "unit/adapters/sql/sql_testing.h"

namespace sw::sql {
namespace {

namespace statements = event_statements;

// Costs must not grow with what lies outside of an answer, so every step of every plan is a
// search by a key; only the text index is "scanned", by its query.
class EventStatements : public SqliteTest {
 protected:
  std::vector<std::string> planOf(const Statement& statement) {
    std::vector<std::string> plan;
    auto connection = SqliteConnection::open(options_, SqliteConnection::Role::kMaintenance);
    EXPECT_TRUE(connection.ok());
    const std::string sql = "EXPLAIN QUERY PLAN " + std::string(statement.sqlite);
    sqlite3_stmt* explain = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2((*connection)->handle(), sql.c_str(), -1, &explain, nullptr),
              SQLITE_OK)
        << statement.name;
    while (sqlite3_step(explain) == SQLITE_ROW) {
      plan.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(explain, 3)));
    }
    sqlite3_finalize(explain);
    return plan;
  }
};

TEST_F(EventStatements, SearchByKeysAndWalkThroughNoTable) {
  ASSERT_TRUE(SqliteDatabase::open(options_, clock_).ok());
  for (const Statement* statement :
       {&statements::kFind, &statements::kWindow, &statements::kOverrides, &statements::kByUid,
        &statements::kScan, &statements::kSearch, &statements::kUpdate, &statements::kHasRevision,
        &statements::kDelete, &statements::kTouchLeft, &statements::kUnindexChanged,
        &statements::kUpdateText, &statements::kDeleteText, &statements::kVersion}) {
    for (const std::string& step : planOf(*statement)) {
      const bool walks =
          step.starts_with("SCAN") && step.find("VIRTUAL TABLE") == std::string::npos;
      EXPECT_FALSE(walks) << statement->name << ": " << step;
    }
  }
}

TEST_F(EventStatements, ReadAWindowByOneRangeForEachLevel) {
  ASSERT_TRUE(SqliteDatabase::open(options_, clock_).ok());
  int ranges = 0;
  for (const std::string& step : planOf(statements::kWindow)) {
    if (step.find("PRIMARY KEY (calendar_id=? AND level=? AND span_start") != std::string::npos) {
      ++ranges;
    }
  }
  EXPECT_EQ(ranges, 7);  // one of them for what an import has published
}

TEST_F(EventStatements, FindAUidByItsIndex) {
  ASSERT_TRUE(SqliteDatabase::open(options_, clock_).ok());
  const auto plan = planOf(statements::kByUid);
  ASSERT_FALSE(plan.empty());
  EXPECT_NE(plan[0].find("events_by_uid (calendar_id=? AND ical_uid=?)"), std::string::npos);
}

}  // namespace
}  // namespace sw::sql
