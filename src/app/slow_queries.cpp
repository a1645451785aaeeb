#include "app/slow_queries.h"

#include "app/stores.h"

namespace sw::app {

std::unique_ptr<sql::SlowQueryLog> makeSlowQueryLog(const base::Config& config,
                                                    const base::Clock& clock, obs::Log& log) {
  const sql::Dialect dialect = dialectOf(config.data);
  sql::PlanReader plans = dialect == sql::Dialect::kSqlite
                              ? sql::sqlitePlans(sqliteOptions(config.data))
                              : sql::postgresPlans(postgresOptions(config));
  const sql::SlowQueryLog::Options options{.dialect = dialect, .threshold = config.data.slowQuery};
  return std::make_unique<sql::SlowQueryLog>(options, std::move(plans), clock, log);
}

}  // namespace sw::app
