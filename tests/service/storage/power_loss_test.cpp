#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <thread>
#include <vector>

#include "adapters/sql/sqlite_database.h"
#include "base/local_loop.h"
#include "fakes/fake_clock.h"
#include "service/storage/power_loss_vfs.h"

namespace sw::storage_test {
namespace {

namespace fs = std::filesystem;
using sql::Operation;
using sql::Statement;
using sql::Value;

constexpr int kClients = 4;
constexpr std::int64_t kPartsPerWrite = 4;

// Shaped like the program's own tables: clustered rows, an index, a counter, a text index.
constexpr sql::Migration kTables{1, "tables", R"sql(
CREATE TABLE parts (
  client {int} NOT NULL, write {int} NOT NULL, part {int} NOT NULL, payload {text} NOT NULL,
  PRIMARY KEY (client, write, part)
) {clustered};
CREATE INDEX parts_by_payload ON parts (payload);
CREATE TABLE counters (client {int} NOT NULL PRIMARY KEY, writes {int} NOT NULL) {clustered};
INSERT INTO counters VALUES (0, 0), (1, 0), (2, 0), (3, 0);
)sql",
                                 "CREATE VIRTUAL TABLE texts USING fts5 (text, detail=none);"};
constexpr std::array kSchema = {kTables};

constexpr Statement kAddPart{"parts.add", Operation::kInsert,
                             "INSERT INTO parts VALUES (?1, ?2, ?3, ?4)"};
constexpr Statement kCount{"counters.count", Operation::kUpdate,
                           "UPDATE counters SET writes = writes + 1 WHERE client = ?1"};
constexpr Statement kAddText{"texts.add", Operation::kInsert,
                             "INSERT INTO texts (text) VALUES (?1)"};
constexpr Statement kParts{"parts.count", Operation::kSelect,
                           "SELECT client, write, count(*) FROM parts GROUP BY client, write"};
constexpr Statement kCounters{"counters.all", Operation::kSelect,
                              "SELECT client, writes FROM counters"};

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (fs::temp_directory_path() / "sw-power-XXXXXX").string();
    path = ::mkdtemp(pattern.data());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  fs::path path;
};

sql::SqliteOptions optionsFor(const fs::path& folder) {
  sql::SqliteOptions options;
  options.file = folder / "test.sqlite";
  options.checkAfterCrash = false;
  options.checkpointPages = 30;  // so that cuts fall into checkpoints and restarts of the log
  options.restartPages = 60;
  return options;
}

sql::WriteBatch batchOf(int client, std::int64_t number, std::mt19937_64& random) {
  sql::WriteBatch batch;
  for (std::int64_t part = 0; part < kPartsPerWrite; ++part) {
    const std::string payload(50 + random() % 900, static_cast<char>('a' + random() % 26));
    const Value row[] = {client, number, part, payload};
    batch.add(kAddPart, row);
    const Value text[] = {std::string_view(payload).substr(0, 20)};
    batch.add(kAddText, text);
  }
  const Value counter[] = {client};
  batch.add(kCount, counter, sql::Expectation::exactly(1, "counter"));
  return batch;
}

// What each client was told is durable before the power went.
std::map<int, std::int64_t> writeUntilCut(sql::SqliteDatabase& database, PowerLossVfs& vfs,
                                          std::uint64_t seed) {
  std::map<int, std::int64_t> acknowledged;
  std::vector<std::thread> clients;
  for (int client = 0; client < kClients; ++client) {
    clients.emplace_back([&, client] {
      std::mt19937_64 random(seed + static_cast<std::uint64_t>(client));
      for (std::int64_t number = 1; !vfs.cut(); ++number) {
        auto task = database.write(batchOf(client, number, random));
        const auto outcome = base::runBlocking(std::move(task));
        ASSERT_TRUE(outcome.ok()) << outcome.error().describe();
        vfs.unlessCut([&] { acknowledged[client] = number; });
      }
    });
  }
  for (std::thread& client : clients) client.join();
  return acknowledged;
}

void expectWhole(const fs::path& folder, std::map<int, std::int64_t>& acknowledged) {
  fakes::FakeClock clock;
  sql::SqliteOptions options = optionsFor(folder);
  auto opened = sql::SqliteDatabase::open(options, clock, nullptr, kSchema);
  ASSERT_TRUE(opened.ok()) << opened.error().describe();
  sql::SqliteDatabase& database = **opened;
  {
    auto connection =
        sql::SqliteConnection::open(options, sql::SqliteConnection::Role::kMaintenance);
    ASSERT_TRUE(connection.ok());
    EXPECT_TRUE(
        (*connection)->execute("INSERT INTO texts (texts) VALUES ('integrity-check')").ok());
    sqlite3_stmt* check = nullptr;
    sqlite3_prepare_v2((*connection)->handle(), "PRAGMA integrity_check", -1, &check, nullptr);
    ASSERT_EQ(sqlite3_step(check), SQLITE_ROW);
    EXPECT_STREQ(reinterpret_cast<const char*>(sqlite3_column_text(check, 0)), "ok");
    sqlite3_finalize(check);
  }
  std::map<int, std::int64_t> found;
  auto perWrite = [&](const sql::Row& row) {
    EXPECT_EQ(row.integer(2), kPartsPerWrite) << "half a write of client " << row.integer(0);
    ++found[static_cast<int>(row.integer(0))];
  };
  ASSERT_TRUE(base::runBlocking(database.read(kParts, sql::Params(), perWrite)).ok());
  auto perClient = [&](const sql::Row& row) {
    const int client = static_cast<int>(row.integer(0));
    EXPECT_EQ(row.integer(1), found[client]) << "the counter is of another commit";
    EXPECT_GE(row.integer(1), acknowledged[client]) << "an acknowledged write is lost";
  };
  ASSERT_TRUE(base::runBlocking(database.read(kCounters, sql::Params(), perClient)).ok());
}

TEST(PowerLoss, LosesNoAcknowledgedWriteAndLeavesNoHalfOne) {
  const bool full = ::getenv("SW_FULL") != nullptr;
  const std::uint64_t seeds = full ? 1000 : 50;
  std::int64_t writes = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const TemporaryFolder before;
    const TemporaryFolder after;
    fakes::FakeClock clock;
    std::mt19937_64 random(seed);
    PowerLossVfs vfs("power-loss-" + std::to_string(seed), seed);
    sql::SqliteOptions options = optionsFor(before.path);
    options.vfs = "power-loss-" + std::to_string(seed);
    std::map<int, std::int64_t> acknowledged;
    {
      auto opened = sql::SqliteDatabase::open(options, clock, nullptr, kSchema);
      ASSERT_TRUE(opened.ok()) << opened.error().describe();
      vfs.cutAfter(1 + static_cast<std::int64_t>(random() % 1200));
      acknowledged = writeUntilCut(**opened, vfs, seed);
    }
    vfs.writeSurvivors(after.path);
    expectWhole(after.path, acknowledged);
    for (const auto& [client, number] : acknowledged) writes += number;
    if (HasFailure()) return;
  }
  RecordProperty("acknowledged_writes", std::to_string(writes));
  EXPECT_GT(writes, static_cast<std::int64_t>(seeds));
}

// The proof that the shim would notice: without syncs acknowledged writes do get lost.
TEST(PowerLoss, NoticesAStoreThatDoesNotSync) {
  int lost = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const TemporaryFolder before;
    const TemporaryFolder after;
    PowerLossVfs vfs("careless-" + std::to_string(seed), seed);
    const std::string name = "careless-" + std::to_string(seed);
    const std::string file = (before.path / "test.sqlite").string();
    sqlite3* handle = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    ASSERT_EQ(sqlite3_open_v2(file.c_str(), &handle, flags, name.c_str()), SQLITE_OK);
    const char* script =
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; CREATE TABLE t (a); "
        "INSERT INTO t VALUES (1); INSERT INTO t VALUES (2); INSERT INTO t VALUES (3)";
    ASSERT_EQ(sqlite3_exec(handle, script, nullptr, nullptr, nullptr), SQLITE_OK);
    vfs.cutNow();
    sqlite3_close_v2(handle);
    vfs.writeSurvivors(after.path);
    ASSERT_EQ(sqlite3_open((after.path / "test.sqlite").c_str(), &handle), SQLITE_OK);
    sqlite3_stmt* count = nullptr;
    std::int64_t rows = 0;
    if (sqlite3_prepare_v2(handle, "SELECT count(*) FROM t", -1, &count, nullptr) == SQLITE_OK &&
        sqlite3_step(count) == SQLITE_ROW) {
      rows = sqlite3_column_int64(count, 0);
    }
    sqlite3_finalize(count);
    sqlite3_close_v2(handle);
    if (rows < 3) ++lost;
  }
  EXPECT_GT(lost, 0);
}

}  // namespace
}  // namespace sw::storage_test
