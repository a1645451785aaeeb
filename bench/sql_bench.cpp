// Figures of the storage: durable writes in groups, windows, single rows. Own harness rather than
// a benchmark library, since what is measured is many clients on one loop.
#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "adapters/sql/pg_database.h"
#include "adapters/sql/sql_calendar_store.h"
#include "adapters/sql/sql_change_log.h"
#include "adapters/sql/sql_event_store.h"
#include "adapters/sql/sql_unit_of_work.h"
#include "adapters/sql/sql_user_store.h"
#include "adapters/sql/sqlite_database.h"
#include "base/local_loop.h"

namespace sw::sql {
namespace {

using base::Result;
using base::Task;
using SteadyClock = std::chrono::steady_clock;

constexpr int kClients = 64;
constexpr std::int64_t kDay = 86400;
constexpr std::int64_t kFirstDay = 1767571200;  // 2026-01-05

constexpr Migration kRawTable{1, "raw", R"sql(
CREATE TABLE raw (id {id} NOT NULL PRIMARY KEY, payload {text} NOT NULL) {clustered};
)sql"};
constexpr std::array kRawSchema = {kRawTable};
constexpr Statement kRawInsert{"raw.insert", Operation::kInsert, "INSERT INTO raw VALUES (?1, ?2)"};

double secondsSince(SteadyClock::time_point start) {
  return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

/// Runs `clients` coroutines at once on this thread's loop until each has done its share.
template <class Work>
class Crowd {
 public:
  Crowd(int clients, int share, Work work) : clients_(clients), share_(share), work_(work) {}

  Task<void> run() {
    left_ = clients_;
    for (int client = 0; client < clients_; ++client) one(*this, client);
    struct Wait {
      Crowd& crowd;
      [[nodiscard]] bool await_ready() const { return crowd.left_ == 0; }
      void await_suspend(std::coroutine_handle<> handle) const { crowd.waiting_ = handle; }
      void await_resume() const {}
    };
    co_await Wait{*this};
  }

  std::vector<double> latencies;  // seconds

 private:
  static base::Detached one(Crowd& crowd, int client) {
    for (int i = 0; i < crowd.share_; ++i) {
      const auto start = SteadyClock::now();
      co_await crowd.work_(client, i);
      crowd.latencies.push_back(secondsSince(start));
    }
    if (--crowd.left_ == 0 && crowd.waiting_) base::Loop::current()->post(crowd.waiting_);
  }

  int clients_;
  int share_;
  Work work_;
  int left_ = 0;
  std::coroutine_handle<> waiting_;
};

void mustBeOk(bool ok, const std::string& why) {
  if (ok) return;
  std::fprintf(stderr, "failed: %s\n", why.c_str());
  std::abort();
}

template <class Work>
void measure(const char* name, int clients, int share, Work work) {
  Crowd<Work> crowd(clients, share, work);
  crowd.latencies.reserve(static_cast<std::size_t>(clients) * static_cast<std::size_t>(share));
  const auto start = SteadyClock::now();
  base::runBlocking(crowd.run());
  const double took = secondsSince(start);
  std::ranges::sort(crowd.latencies);
  const auto at = [&](double quantile) {
    const auto last = static_cast<double>(crowd.latencies.size() - 1);
    return 1e6 * crowd.latencies[static_cast<std::size_t>(quantile * last)];
  };
  std::printf("%-44s %9.0f /s   p50 %7.0f us   p99 %7.0f us\n", name,
              static_cast<double>(crowd.latencies.size()) / took, at(0.5), at(0.99));
  std::fflush(stdout);
}

class World {
 public:
  World(Database& database, const base::Clock& clock)
      : database_(database),
        clock_(clock),
        storage_(database),
        users_(database),
        calendars_(database),
        events_(database),
        changes_(database),
        answers_(database, clock) {}

  void addPeople(int count) {
    for (int i = 0; i < count; ++i) {
      const auto unit = storage_.begin();
      accounts::User user;
      user.id = base::newUuid(clock_);
      user.subject = user.id.toString();
      user.revision = 1;
      users_.create(*unit, user);
      calendar::Calendar calendar;
      calendar.id = base::newUuid(clock_);
      calendar.ownerId = user.id;
      calendar.revision = 1;
      calendars_.put(*unit, calendar);
      mustBeOk(base::runBlocking(unit->commit()).ok(), "people");
      people_.push_back({user.id, calendar.id});
    }
  }

  calendar::EventRecord record(int person, std::int64_t start) {
    calendar::EventRecord event;
    event.id = base::newUuid(clock_);
    event.calendarId = people_[static_cast<std::size_t>(person)].calendarId;
    event.spanStart = base::UtcSeconds(std::chrono::seconds(start));
    event.spanEnd = event.spanStart + std::chrono::hours(1);
    event.icalUid = event.id.toString() + "@example.org";
    event.revision = 1;
    event.created = event.updated = clock_.now();
    event.document = document_;
    event.tzVersion = "2026a";
    return event;
  }

  /// What `POST /events` commits: row, search terms, versions, change log, idempotent answer.
  Task<void> put(int client, int number) {
    const int person = client % static_cast<int>(people_.size());
    const auto event = record(person, kFirstDay + number * kDay / 4);
    const auto unit = storage_.begin();
    events_.put(*unit, event, "Weekly planning with the platform team, room 4711");
    jobs::Change change;
    change.userId = people_[static_cast<std::size_t>(person)].userId;
    change.type = "calendar.event.created";
    change.resourceId = event.id;
    change.calendarId = event.calendarId;
    change.revision = 1;
    change.at = clock_.now();
    change.requestId = "0123456789abcdef";
    changes_.append(*unit, change);
    jobs::IdempotentAnswer answer;
    answer.status = 201;
    answer.contentType = "application/json";
    answer.headers = "ETag: \"1\"";
    answer.body = document_;
    const jobs::IdempotencyKey key{change.userId, "POST /events", event.id.toString()};
    answers_.record(*unit, key, answer, clock_.now());
    const auto outcome = co_await unit->commit();
    mustBeOk(outcome.ok(), "put");
    if (number == 10) some_ = event.id;
  }

  Task<void> window(int client, int number) {
    const auto person = static_cast<std::size_t>(client) % people_.size();
    const base::UtcSeconds from{std::chrono::seconds(kFirstDay + (number % 40) * kDay)};
    std::size_t rows = 0;
    std::size_t bytes = 0;
    const calendar::EventVisitor visit = [&](const calendar::EventRow& row) {
      ++rows;
      bytes += row.document.size();
    };
    const base::UtcSeconds to = from + std::chrono::hours(7 * 24 + 12);
    const auto outcome = co_await events_.window(people_[person].calendarId, from, to, visit);
    mustBeOk(outcome.ok() && rows >= 28 && bytes > 0, "window of " + std::to_string(rows));
  }

  Task<void> find(int, int) {
    std::size_t bytes = 0;
    const calendar::EventVisitor visit = [&](const calendar::EventRow& row) {
      bytes += row.document.size();
    };
    const auto outcome = co_await events_.find(some_, visit);
    mustBeOk(outcome.ok() && bytes > 0, "find");
  }

 private:
  struct Person {
    base::Uuid userId;
    base::Uuid calendarId;
  };

  Database& database_;
  const base::Clock& clock_;
  SqlStorage storage_;
  SqlUserStore users_;
  SqlCalendarStore calendars_;
  SqlEventStore events_;
  SqlChangeLog changes_;
  SqlIdempotencyStore answers_;
  std::vector<Person> people_;
  base::Uuid some_;
  const std::string document_ =
      "{\"summary\":\"Weekly planning\",\"description\":\"" + std::string(300, 'd') + "\"}";
};

void measureStores(Database& database, const base::Clock& clock, const char* dialect, int scale) {
  const auto named = [&](const char* what) { return std::string(dialect) + ": " + what; };
  {
    World lone(database, clock);
    lone.addPeople(1);
    const auto put = [&](int client, int i) { return lone.put(client, i); };
    measure(named("event put, 64 clients of one user").c_str(), kClients, 250 * scale, put);
  }
  World world(database, clock);
  world.addPeople(kClients);
  const auto put = [&](int client, int i) { return world.put(client, i); };
  const auto window = [&](int client, int i) { return world.window(client, i); };
  const auto find = [&](int client, int i) { return world.find(client, i); };
  measure(named("event put, 64 clients of 64 users").c_str(), kClients, 250 * scale, put);
  measure(named("window of 30 events, 64 clients").c_str(), kClients, 500 * scale, window);
  measure(named("window of 30 events, one client").c_str(), 1, 10000 * scale, window);
  measure(named("event by id, 64 clients").c_str(), kClients, 1000 * scale, find);
  measure(named("event put, one client").c_str(), 1, 300, put);
}

int main(const char* postgresUrl) {
  const base::SystemClock clock;
  std::string pattern = (std::filesystem::current_path() / "sql-bench-XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(pattern.data());
  {
    SqliteOptions options;
    options.file = folder / "raw.sqlite";
    auto opened = SqliteDatabase::open(options, clock, nullptr, kRawSchema);
    mustBeOk(opened.ok(), "open");
    const std::string payload(200, 'p');
    const auto insert = [&](int, int) -> Task<void> {
      WriteBatch batch;
      const Value row[] = {base::newUuid(clock), payload};
      batch.add(kRawInsert, row, Expectation::exactly(1, "exists"));
      const auto outcome = co_await (*opened)->write(std::move(batch));
      mustBeOk(outcome.ok(), "insert");
    };
    measure("sqlite: raw row, 64 clients", kClients, 3000, insert);
    measure("sqlite: raw row, one client", 1, 1000, insert);
  }
  {
    SqliteOptions options;
    options.file = folder / "events.sqlite";
    auto opened = SqliteDatabase::open(options, clock);
    mustBeOk(opened.ok(), "open");
    measureStores(**opened, clock, "sqlite", 4);
  }
  if (postgresUrl != nullptr) {
    PostgresOptions options;
    options.url = postgresUrl;
    auto opened = base::runBlocking(PostgresDatabase::open(options, clock));
    mustBeOk(opened.ok(), "PostgreSQL");
    measureStores(**opened, clock, "postgresql", 1);
  }
  std::filesystem::remove_all(folder);
  return 0;
}

}  // namespace
}  // namespace sw::sql

// With the URL of an empty PostgreSQL database as its argument it measures that too.
int main(int count, char** arguments) { return sw::sql::main(count > 1 ? arguments[1] : nullptr); }
