#pragma once

#include <memory>
#include <optional>
#include <string>

#include "adapters/http/server.h"
#include "adapters/sql/slow_query_log.h"
#include "app/activity_graph.h"
#include "app/alerting.h"
#include "app/api_graph.h"
#include "app/channel_graph.h"
#include "app/data_folder.h"
#include "app/goal_graph.h"
#include "app/habit_graph.h"
#include "app/heartbeats.h"
#include "app/housekeeping.h"
#include "app/job_graph.h"
#include "app/operations/operations_handler.h"
#include "app/pool_guard.h"
#include "app/relay_graph.h"
#include "app/reminder_graph.h"
#include "app/secrets.h"
#include "app/serve_settings.h"
#include "app/services.h"
#include "app/sql_metrics.h"
#include "app/stores.h"
#include "app/telemetry.h"
#include "app/webhook_graph.h"
#include "app/worker_metrics.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/result.h"
#include "base/worker_pool.h"
#include "obs/prober.h"
#include "obs/watchdog.h"

namespace sw::app {

/// The service as a whole: builds every part in the order of dependence, starts and stops them.
/// One a process; used by the thread that made it.
class Application {
 public:
  /// Builds and starts everything; when it answers, requests are served, but health still says
  /// "not ready". Blocks for the files and the database. `kConfiguration` with every mistake, else
  /// fails as the part that cannot start. What was started before a failure is stopped again.
  /// `clock` must outlive it.
  static base::Result<std::unique_ptr<Application>> start(const base::LoadedConfig& loaded,
                                                          const base::Clock& clock);
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;
  /// Stops without grace where `stop` was not called.
  ~Application();

  /// Says "ready", to health and in the log.
  void announceReady();
  /// Says "not ready", waits until load balancers had time to see that (SHUTDOWN_DELAY), lets what
  /// is in flight end (SHUTDOWN_TIMEOUT), closes the database and writes out the log. Blocks.
  /// False when requests were cut off: their handlers are suspended for ever, and what they refer
  /// to must stay as it is until the process ends, so this must not be destroyed then.
  bool stop();

  /// Where people open the page, with a slash at the end.
  [[nodiscard]] const std::string& page() const { return page_; }
  /// The address that signs the owner in, where somebody should see it (see `SignInLink`).
  [[nodiscard]] const std::optional<std::string>& signInLink() const { return signInLink_; }
  /// What can change while it runs: takes the levels of the log from `loaded`, opens the log file
  /// and reads the certificate again. What fails is logged and stays as it was. Blocks for files.
  void reload(const base::Result<base::LoadedConfig>& loaded);
  [[nodiscard]] bool hasTls() const { return !settings_.api.tlsCertificateFile.empty(); }

 private:
  Application(const base::LoadedConfig& loaded, ServeSettings settings, const base::Clock& clock);
  base::Result<void> build();
  base::Result<void> openStorage();
  base::Result<void> buildDomain();
  base::Result<void> startBackground();
  base::Result<void> prepareSignIn();
  bool stopServing(std::chrono::milliseconds grace);
  void takeApart();

  const base::Config config_;
  const ServeSettings settings_;
  const base::Clock& clock_;
  const base::Monotonic begun_;
  std::string maskedConfig_;  // as /debug/config shows it
  std::string page_;
  std::optional<std::string> signInLink_;

  // In the order of dependence; `takeApart` ends them in another.
  std::unique_ptr<Telemetry> telemetry_;
  std::unique_ptr<OperationsHandler> operationsHandler_;
  std::unique_ptr<adapters::http::Server> operationsServer_;
  std::optional<FolderLock> lock_;
  Secrets secrets_;
  std::unique_ptr<SqlMetrics> sqlMetrics_;
  std::unique_ptr<sql::SlowQueryLog> slowQueries_;
  std::unique_ptr<Stores> stores_;
  std::unique_ptr<PoolMetrics> poolMetrics_;
  std::unique_ptr<Services> services_;
  std::unique_ptr<WorkerMetrics> workerMetrics_;
  std::unique_ptr<base::WorkerPool> workers_;
  std::unique_ptr<RelayGraph> relay_;
  std::unique_ptr<JobGraph> jobs_;
  std::unique_ptr<WebhookGraph> webhooks_;
  std::unique_ptr<GoalGraph> goals_;
  std::unique_ptr<HabitGraph> habits_;
  std::unique_ptr<TaskGraph> tasks_;
  std::unique_ptr<ReminderGraph> reminders_;
  std::unique_ptr<ChannelGraph> channels_;
  std::unique_ptr<ActivityGraph> activity_;
  std::unique_ptr<ApiGraph> api_;
  std::unique_ptr<obs::Prober> prober_;
  std::unique_ptr<PoolGuard> poolGuard_;
  std::unique_ptr<obs::Watchdog> watchdog_;
  std::unique_ptr<Heartbeats> heartbeats_;
  std::unique_ptr<adapters::http::Server> server_;
  std::unique_ptr<Housekeeping> housekeeping_;
  std::unique_ptr<Alerting> alerting_;
};

}  // namespace sw::app
