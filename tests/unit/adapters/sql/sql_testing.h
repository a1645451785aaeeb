#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <array>
#include <atomic>
#include <coroutine>
#include <filesystem>
#include <memory>
#include <vector>

#include "adapters/sql/sqlite_database.h"
#include "base/local_loop.h"
#include "fakes/fake_clock.h"

namespace sw::sql {

inline constexpr Migration kNumbersTable{1, "numbers", R"sql(
CREATE TABLE numbers (id {int} NOT NULL PRIMARY KEY, value {int} NOT NULL CHECK (value < 1000))
{clustered};
)sql"};
inline constexpr std::array kNumbersSchema = {kNumbersTable};

inline constexpr Statement kAddNumber{"numbers.add", Operation::kInsert,
                                      "INSERT INTO numbers VALUES (?1, ?2)"};
inline constexpr Statement kSetNumber{"numbers.set", Operation::kUpdate,
                                      "UPDATE numbers SET value = ?2 WHERE id = ?1"};
inline constexpr Statement kHasNumber{"numbers.has", Operation::kSelect,
                                      "SELECT value FROM numbers WHERE id = ?1"};
inline constexpr Statement kCountNumbers{"numbers.count", Operation::kSelect,
                                         "SELECT count(*) FROM numbers"};

/// A fresh folder and a clock for tests of the SQLite engine.
class SqliteTest : public ::testing::Test {
 protected:
  SqliteTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sw-sql-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    options_.file = folder_ / "test.sqlite";
  }
  ~SqliteTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  std::unique_ptr<SqliteDatabase> openNumbers(SqlObserver* observer = nullptr) {
    auto opened = SqliteDatabase::open(options_, clock_, observer, kNumbersSchema);
    EXPECT_TRUE(opened.ok()) << opened.error().describe();
    return opened.ok() ? *std::move(opened) : nullptr;
  }
  static WriteBatch addNumber(std::int64_t id, std::int64_t value = 0) {
    WriteBatch batch;
    const Value row[] = {id, value};
    batch.add(kAddNumber, row, Expectation::exactly(1, "the number exists"));
    return batch;
  }
  static base::Result<WriteOutcome> write(Database& database, WriteBatch batch) {
    return base::runBlocking(database.write(std::move(batch)));
  }
  static std::int64_t countNumbers(Database& database, ReadKind kind = ReadKind::kShort) {
    std::int64_t count = -1;
    auto sink = [&](const Row& row) { count = row.integer(0); };
    const auto outcome = base::runBlocking(database.read(kCountNumbers, Params(), sink, kind));
    EXPECT_TRUE(outcome.ok()) << outcome.error().describe();
    return count;
  }

  std::filesystem::path folder_;
  SqliteOptions options_;
  fakes::FakeClock clock_;
};

}  // namespace sw::sql
