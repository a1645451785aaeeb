#include <gtest/gtest.h>
#include <libpq-fe.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "adapters/sql/job_statements.h"
#include "adapters/sql/pg_database.h"
#include "base/local_loop.h"
#include "contract/stores/postgres_server.h"
#include "fakes/fake_clock.h"

namespace sw::sql {
namespace {

/// How PostgreSQL goes about the statements of jobs when very many wait that are not due. What
/// SQLite does is in the unit tests.
class JobPlansOnPostgres : public testing::Test {
 protected:
  void SetUp() override {
    auto& server = contract::PostgresServer::instance();
    if (!server.whyNot().empty()) GTEST_SKIP() << server.whyNot();
    PostgresOptions options;
    options.url = url_ = server.newDatabase();
    auto opened = base::runBlocking(PostgresDatabase::open(options, clock_));  // makes the tables
    ASSERT_TRUE(opened.ok()) << opened.error().describe();
    opened->reset();
    connection_.reset(PQconnectdb(url_.c_str()));
    ASSERT_EQ(PQstatus(connection_.get()), CONNECTION_OK) << PQerrorMessage(connection_.get());
    // Of two kinds and a thousand people; the last hundred of them are due.
    execute(
        "INSERT INTO jobs (id, kind, key, user_id, state, priority, due, ready, attempts, fence, "
        "holder, payload, last_error, created, request_id, trace_parent) "
        "SELECT gen_random_uuid(), CASE n % 2 WHEN 0 THEN 'mail' ELSE 'report' END, NULL, "
        "lpad(to_hex(n % 1000), 32, '0')::uuid, 0, n % 10, due, due, 0, 0, '', '{}', '', 0, '', '' "
        "FROM (SELECT n, CASE WHEN n > 99900 THEN 500 ELSE 1000000 + n END AS due "
        "FROM generate_series(1, 100000) AS n) AS numbered");
    execute("ANALYZE jobs");
  }
  void TearDown() override {
    connection_.reset();
    if (!url_.empty()) contract::PostgresServer::instance().dropDatabase(url_);
  }

  std::string execute(const std::string& sql) {
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(
        PQexec(connection_.get(), sql.c_str()), &PQclear);
    const ExecStatusType status = PQresultStatus(result.get());
    EXPECT_TRUE(status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
        << PQerrorMessage(connection_.get());
    std::string lines;
    for (int row = 0; row < PQntuples(result.get()); ++row) {
      lines += std::string(PQgetvalue(result.get(), row, 0)) + '\n';
    }
    return lines;
  }
  /// The steps of a statement whose parameters are written into it, ten at most.
  std::string plan(const Statement& statement, const std::vector<std::string>& literals) {
    std::string sql(statement.postgres);
    for (std::size_t i = 0; i < literals.size(); ++i) {
      const std::string name = '?' + std::to_string(i + 1);
      for (auto at = sql.find(name); at != std::string::npos; at = sql.find(name, at)) {
        sql.replace(at, name.size(), literals[i]);
      }
    }
    return execute("EXPLAIN " + sql);
  }

  fakes::FakeClock clock_;
  std::string url_;
  std::unique_ptr<PGconn, decltype(&PQfinish)> connection_{nullptr, &PQfinish};
};

TEST_F(JobPlansOnPostgres, AClaimStaysOnTheIndexOfWhatIsDue) {
  for (const char* ordered : {"'0,0'", "'1,1'"}) {
    const std::string steps = plan(job_statements::kTake, {"'mail,report'", "'16,16'", ordered,
                                                           "1000", "32", "31000", "'copy'"});
    EXPECT_NE(steps.find("using jobs_by_ready on jobs j"), std::string::npos) << steps;
    EXPECT_EQ(steps.find("Seq Scan on jobs"), std::string::npos) << steps;
  }
}

TEST_F(JobPlansOnPostgres, TheNextDueJobIsTheFirstOfAnIndex) {
  const std::string steps = plan(job_statements::kNext, {"'mail'"});
  EXPECT_NE(steps.find("using jobs_by_ready on jobs"), std::string::npos) << steps;
  EXPECT_EQ(steps.find("Seq Scan on jobs"), std::string::npos) << steps;
}

TEST_F(JobPlansOnPostgres, DeadJobsAreReadByTheirOwnIndex) {
  const std::string steps =
      plan(job_statements::kDead, {"'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid", "20"});
  EXPECT_NE(steps.find("using jobs_dead on jobs"), std::string::npos) << steps;
}

}  // namespace
}  // namespace sw::sql
