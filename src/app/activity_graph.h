#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "accounts/activity_log.h"
#include "accounts/activity_probe.h"
#include "adapters/sql/sql_activity_store.h"
#include "app/stores.h"
#include "app/telemetry.h"
#include "base/clock.h"

namespace sw::app {

/// Who is active, over the stores: what requests are noted in, and a thread that writes that down
/// and counts everybody's for the metrics, on each copy of the program. Owned by the composition
/// root, which keeps stores and telemetry longer. Thread-safe once made.
class ActivityGraph {
 public:
  /// How late a person's first request of an hour may be written, and how old the count may be.
  static constexpr std::chrono::seconds kInterval{60};
  /// Rows of one write, when those not seen for long are removed.
  static constexpr int kPiece = 500;

  ActivityGraph(Stores& stores, Telemetry& telemetry, const base::Clock& clock);
  ActivityGraph(const ActivityGraph&) = delete;
  ActivityGraph& operator=(const ActivityGraph&) = delete;
  /// As `stop`.
  ~ActivityGraph();

  [[nodiscard]] accounts::ActivityLog& log() { return log_; }

  /// Begins to write and to count.
  void start();
  /// Writes down what is left and ends the thread. Blocks. Safe to call twice; before the database
  /// closes.
  void stop();

 private:
  void look();
  base::Task<base::Result<void>> keep();

  const base::Clock& clock_;
  sql::SqlActivityStore store_;
  accounts::ActivityLog log_;
  accounts::ActivityProbe probe_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace sw::app
