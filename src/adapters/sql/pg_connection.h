#pragma once

#include <libpq-fe.h>

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "adapters/sql/pg_options.h"
#include "adapters/sql/pg_protocol.h"
#include "adapters/sql/pg_watchdog.h"
#include "adapters/sql/write_batch.h"
#include "base/result.h"
#include "base/task.h"

namespace sw::sql {

/// One connection to PostgreSQL with its prepared statements. Never blocks: suspends on the
/// thread's loop. Used by one coroutine at a time. When an operation ends with the connection no
/// longer `usable`, it is thrown away.
class PgConnection {
 public:
  /// `kUnavailable` when the server is away or refuses, or has not answered in time.
  static base::Task<base::Result<std::unique_ptr<PgConnection>>> connect(
      const PostgresOptions& options, PgWatchdog& dog);
  ~PgConnection();
  PgConnection(const PgConnection&) = delete;
  PgConnection& operator=(const PgConnection&) = delete;

  /// Errors as `Database::read`; no row has been handed over when it fails. `rows`,
  /// where it is not null, becomes how many there were.
  base::Task<base::Result<void>> read(const Statement& statement, Params params,
                                      const RowSink& sink, std::int64_t* rows = nullptr);

  /// How a write ended that was not committed.
  struct WriteFailure {
    bool mayRetry = false;  // it surely was not committed, and may be the next time
  };
  /// Sends the batch in one round trip, looks at what came back, commits in a second one.
  /// Errors as `Database::write`.
  base::Task<base::Result<WriteOutcome>> write(const WriteBatch& batch, WriteFailure& failure);

  /// Runs a script without parameters and without rows.
  base::Task<base::Result<void>> execute(std::string script);

  [[nodiscard]] bool usable() const;

 private:
  PgConnection(PGconn* connection, const PostgresOptions& options, PgWatchdog& dog)
      : connection_(connection), options_(options), watch_(dog) {}

  base::Task<base::Result<void>> establish();
  base::Task<bool> flush();
  base::Task<bool> waitForResult();
  base::Task<PgResult> nextResult();
  base::Task<void> drain();
  bool sendPrepare(const Statement& statement, const PgParams& params);
  bool sendBound(const Statement& statement, const PgParams& params);
  bool sendBatch(const WriteBatch& batch);
  base::Task<base::Result<WriteOutcome>> collect(const WriteBatch& batch, WriteFailure& failure);
  base::Task<base::Result<void>> finishBatch(bool commit, WriteFailure& failure);
  base::Error broken(std::string_view doing);

  PGconn* connection_;
  const PostgresOptions& options_;
  PgWatchdog::Watch watch_;
  std::unordered_map<const Statement*, std::string> prepared_;   // names on the server
  std::unordered_map<const Statement*, std::string> preparing_;  // sent, not yet answered
  std::uint64_t names_ = 0;                                      // given out, never twice
  bool broken_ = false;
};

}  // namespace sw::sql
