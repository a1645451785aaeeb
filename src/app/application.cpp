#include "app/application.h"

#include <unistd.h>

#include <chrono>
#include <thread>
#include <utility>

#include "app/build_info.h"
#include "app/sign_in_link.h"
#include "app/slow_queries.h"
#include "base/local_loop.h"

namespace sw::app {

using adapters::http::Server;
using base::Code;
using base::Error;
using base::Result;
using namespace std::chrono_literals;

namespace {

constexpr auto kOperationsGrace = 1s;
constexpr auto kTracesGrace = 3s;  // for the last spans to be sent
constexpr auto kErrorsGrace = 2s;  // for the last errors

std::string withoutSlash(std::string address) {
  while (address.ends_with('/')) address.pop_back();
  return address;
}

}  // namespace

Application::Application(const base::LoadedConfig& loaded, ServeSettings settings,
                         const base::Clock& clock)
    : config_(loaded.config),
      settings_(std::move(settings)),
      clock_(clock),
      begun_(clock.monotonic()) {}

Application::~Application() { takeApart(); }

Result<std::unique_ptr<Application>> Application::start(const base::LoadedConfig& loaded,
                                                        const base::Clock& clock) {
  SW_TRY(ServeSettings settings, resolveSettings(loaded.config));
  SW_CHECK(settlePorts(settings));
  std::unique_ptr<Application> made(new Application(loaded, std::move(settings), clock));
  made->maskedConfig_ = base::maskedConfig(loaded);
  SW_TRY(made->telemetry_, Telemetry::make(loaded, clock));
  auto built = made->build();
  if (!built.ok()) {
    const std::string why = built.error().describe();
    made->telemetry_->errors.report(obs::Incident::kStartFailed, {.what = why});
    made->telemetry_->errorTracking.stop(kErrorsGrace);
    return built.error();
  }
  return made;
}

/// The whole object graph, from the bottom up. `stopServing` and `takeApart` take it
/// down.
Result<void> Application::build() {
  // 1. The operations listener comes first: it answers "not ready" while the rest is being made,
  //    and goes last.
  operationsHandler_ = std::make_unique<OperationsHandler>(
      OperationsParts{telemetry_->metricsEndpoint, telemetry_->health, telemetry_->log},
      OperationsSettings{config_.operations.metricsPath, config_.operations.token,
                         config_.operations.profiling},
      clock_);
  operationsHandler_->views().show(OperationsViews::Name::kConfig,
                                   [this] { return maskedConfig_; });
  operationsHandler_->views().show(OperationsViews::Name::kRequests,
                                   [this] { return telemetry_->tracing.requests(); });
  SW_TRY(operationsServer_, Server::start(settings_.operations, *operationsHandler_, clock_));

  // 2. The data: folder, secrets, database, stores.
  telemetry_->health.setPhase(obs::Phase::kMigrating);
  SW_CHECK(openStorage());

  // 3. The domain over the stores. A key set in a file is read now; one at an address when the
  //    first token needs it, since its issuer may be away.
  SW_TRY(services_, Services::make(config_, secrets_, *stores_, clock_));
  if (!config_.auth.jwksFile.empty()) {
    SW_CHECK(base::runBlocking(services_->publishedKeys->refresh()));
  }

  // 4. The API over the domain. It is complete before the first request.
  SW_CHECK(buildDomain());

  // 5. What watches the parts. The first look at the database happens here, so that the service
  //    is ready as soon as it listens.
  prober_ =
      std::make_unique<obs::Prober>(obs::ProberOptions{}, clock_, telemetry_->health,
                                    telemetry_->catalog, telemetry_->errors, telemetry_->redactor);
  prober_->add(obs::label::Dependency::kDatabase,
               [this] { return base::runBlocking(stores_->database().ping()); });
  if (auto mailServer = makeSmtpProbe(config_, clock_)) {
    prober_->add(obs::label::Dependency::kSmtp, std::move(mailServer));
  }
  prober_->start();
  heartbeats_ = std::make_unique<Heartbeats>(telemetry_->health, clock_);

  // 6. The listener for callers, and the way in for the first of them.
  SW_TRY(server_, Server::start(settings_.api, api_->handler(), clock_));
  for (std::size_t i = 0; i < server_->threads(); ++i) {
    heartbeats_->watch(server_->loop(i), "http-" + std::to_string(i));
  }
  watchdog_ = std::make_unique<obs::Watchdog>(obs::WatchdogOptions{}, clock_, telemetry_->health,
                                              telemetry_->errors);
  poolGuard_ = std::make_unique<PoolGuard>(
      [this](sql::Pool pool) { return stores_->database().poolUse(pool); },
      [this] { return sqlMetrics_->takeProgress(); }, clock_, telemetry_->errors);
  watchdog_->also([this] { poolGuard_->look(); });
  watchdog_->start();
  SW_CHECK(prepareSignIn());

  // 7. What nobody waits for.
  return startBackground();
}

Result<void> Application::buildDomain() {
  page_ = pageAddress(config_.http.publicUrl, config_.http.host, settings_.api.port, hasTls());
  workerMetrics_ = std::make_unique<WorkerMetrics>(telemetry_->catalog);
  workers_ = std::make_unique<base::WorkerPool>(
      workerOptions(static_cast<std::size_t>(config_.data.workerThreads)), workerMetrics_.get());
  relay_ =
      std::make_unique<RelayGraph>(withoutSlash(page_), *stores_, *services_, *telemetry_, clock_);
  jobs_ = std::make_unique<JobGraph>(config_.operations.instance, *stores_, *telemetry_, clock_);
  webhooks_ = std::make_unique<WebhookGraph>(
      config_.webhooks, secrets_, WebhookGraph::Below{*stores_, *relay_, *jobs_, *telemetry_},
      clock_);
  SW_TRY(channels_, ChannelGraph::make(config_, secrets_, *stores_, *telemetry_, clock_));
  goals_ = std::make_unique<GoalGraph>(*stores_, *relay_, *telemetry_, clock_);
  habits_ = std::make_unique<HabitGraph>(*stores_, *relay_, *telemetry_, clock_);
  tasks_ = std::make_unique<TaskGraph>(*stores_, goals_->store(), *relay_, *telemetry_, clock_);
  reminders_ = std::make_unique<ReminderGraph>(
      withoutSlash(page_),
      ReminderGraph::Below{*stores_, *services_, *relay_, *jobs_, *channels_, tasks_->store(),
                           *telemetry_},
      clock_);
  activity_ = std::make_unique<ActivityGraph>(*stores_, *telemetry_, clock_);
  api_ = std::make_unique<ApiGraph>(settings_, withoutSlash(page_), *stores_, *services_,
                                    relay_->streams(), jobs_->inbox(), *webhooks_, *channels_,
                                    *goals_, *habits_, *tasks_, *reminders_, *workers_,
                                    activity_->log(), *telemetry_, clock_);
  return {};
}

Result<void> Application::startBackground() {
  relay_->start();
  habits_->start();
  activity_->start();
  jobs_->start(*heartbeats_);
  operationsHandler_->views().show(OperationsViews::Name::kJobs,
                                   [this] { return jobs_->overviewJson(); });
  housekeeping_ = std::make_unique<Housekeeping>(
      Housekeeping::Stores{stores_->idempotency, stores_->credentials, stores_->changes,
                           services_->importer, services_->timeZones},
      clock_, telemetry_->log, telemetry_->errors);
  housekeeping_->start();
  SW_TRY(alerting_, Alerting::start(config_, *telemetry_, stores_->alerts, page_, clock_));
  operationsHandler_->views().show(OperationsViews::Name::kAlerts,
                                   [this] { return alerting_->alertsJson(); });
  return {};
}

Result<void> Application::openStorage() {
  SW_CHECK(makeDataFolder(config_.data.directory));
  telemetry_->errorTracking.watchForCrashes(std::filesystem::path(config_.data.directory) /
                                            "crashes");
  const sql::Dialect dialect = dialectOf(config_.data);
  if (dialect == sql::Dialect::kSqlite) {
    const auto folder = std::filesystem::absolute(sqliteFile(config_.data)).parent_path();
    SW_CHECK(makeDataFolder(folder));
    SW_TRY(FolderLock lock, FolderLock::take(folder));
    lock_.emplace(std::move(lock));
  }
  SW_TRY(secrets_, loadSecrets(config_.auth, config_.data.directory));
  for (const std::string& secret : secrets_.values()) telemetry_->redactor.addSecret(secret);
  telemetry_->tracing.useSecrets(secrets_);
  if (secrets_.made && dialect == sql::Dialect::kPostgres) {
    telemetry_->log.logger("app").warn(
        "Secrets were made for this copy alone; set JWT_SECRET and TOKEN_ENCRYPTION_KEY where "
        "several copies share a database");
  }
  sqlMetrics_ = std::make_unique<SqlMetrics>(telemetry_->catalog, dialect);
  SW_TRY(stores_, Stores::open(config_, clock_, sqlMetrics_.get()));
  slowQueries_ = makeSlowQueryLog(config_, clock_, telemetry_->log);
  stores_->database().tellSlowQueries(*slowQueries_);
  if (sql::SqliteDatabase* const sqlite = stores_->sqlite(); sqlite != nullptr) {
    sqlite->tellFailedBackups([this](const Error& error) {
      telemetry_->errors.report(
          obs::label::ErrorComponent::kStorage,
          error.wrap(Code::kIo, "the automatic backup failed; it is tried again each minute"));
    });
  }
  poolMetrics_ = std::make_unique<PoolMetrics>(telemetry_->catalog, stores_->database());
  return {};
}

Result<void> Application::prepareSignIn() {
  SignInLink link(stores_->credentials, *services_, clock_, !config_.auth.setupCode.empty());
  SW_TRY(signInLink_, link.make(page_, isatty(STDERR_FILENO) == 1));
  return {};
}

void Application::announceReady() {
  const BuildInfo build = buildInfo();
  const auto took = clock_.monotonic() - begun_;
  const obs::Logger logger = telemetry_->log.logger("app");
  const sql::SqliteDatabase* sqlite = stores_->sqlite();
  if (sqlite != nullptr && sqlite->checkedAfterCrash()) {
    telemetry_->errors.report(obs::Incident::kUncleanStop, {});
  }
  if (stores_->migrationsRun() > 0) {
    logger.info("Migrated the database", {obs::field("steps", stores_->migrationsRun())});
  }
  logger.info("Service started",
              {obs::operation("start"), obs::duration(took), obs::field("address", page_),
               obs::safeField("database", sql::toString(stores_->database().dialect())),
               obs::field("revision", build.revision),
               obs::field("operationsPort", operationsServer_->port())});
  telemetry_->health.setPhase(obs::Phase::kServing);
}

void Application::reload(const Result<base::LoadedConfig>& loaded) {
  const obs::Logger logger = telemetry_->log.logger("app");
  if (loaded.ok()) {
    telemetry_->reload(*loaded);
  } else {
    logger.warn("The configuration was not read again, since it has mistakes",
                {obs::field("error", base::describeMistakes(loaded.error()))});
    telemetry_->log.reopen();
  }
  if (hasTls()) {
    const auto reloaded = server_->reloadCertificate();
    if (!reloaded.ok()) {
      logger.error("The certificate cannot be read again; the former one stays",
                   {obs::field("error", reloaded.error().describe())});
    }
  }
  logger.info("Reloaded", {obs::operation("reload")});
}

bool Application::stop() {
  const obs::Logger logger = telemetry_->log.logger("app");
  telemetry_->health.setPhase(obs::Phase::kDraining);
  logger.info("Service stops", {obs::operation("stop")});
  std::this_thread::sleep_for(config_.http.shutdownDelay);
  const bool cleanly = stopServing(config_.http.shutdownTimeout);
  telemetry_->tracing.stop(kTracesGrace);
  telemetry_->errorTracking.stop(kErrorsGrace);
  if (!cleanly) logger.warn("Requests were cut off at the end of SHUTDOWN_TIMEOUT");
  logger.info("Service stopped", {obs::field("clean", cleanly)});
  telemetry_->log.flush();
  return cleanly;
}

bool Application::stopServing(std::chrono::milliseconds grace) {
  // Callers first: no request may find a part gone.
  watchdog_.reset();
  if (heartbeats_) heartbeats_->end();
  bool cleanly = !server_ || server_->stop(grace);
  if (operationsHandler_) operationsHandler_->views().show(OperationsViews::Name::kJobs, {});
  if (jobs_ && !jobs_->stop(grace)) cleanly = false;
  if (webhooks_) webhooks_->stop();
  if (channels_) channels_->stop();
  if (workers_) workers_->stop();  // an import ends early, and leaves nothing that is seen
  housekeeping_.reset();
  if (habits_) habits_->stop();
  if (activity_) activity_->stop();
  if (relay_) relay_->stop();  // writes down how far it came
  if (operationsHandler_) operationsHandler_->views().show(OperationsViews::Name::kAlerts, {});
  alerting_.reset();
  prober_.reset();
  // The database posts finished writes to the server's loops, so it goes before them; closing it
  // brings its log into its file and marks the stop as clean.
  poolMetrics_.reset();
  stores_.reset();
  lock_.reset();
  if (operationsServer_) {
    operationsHandler_->end();
    operationsServer_->stop(std::min<std::chrono::milliseconds>(grace, kOperationsGrace));
  }
  return cleanly;
}

void Application::takeApart() {
  stopServing(0ms);
  services_.reset();  // whose calls post to the loops too
  heartbeats_.reset();
  server_.reset();
  api_.reset();
  activity_.reset();
  channels_.reset();
  jobs_.reset();
  relay_.reset();  // streams have their places there until their connections are gone
  webhooks_.reset();
  reminders_.reset();
  tasks_.reset();
  goals_.reset();
  habits_.reset();
  slowQueries_.reset();
  sqlMetrics_.reset();
  operationsServer_.reset();
  operationsHandler_.reset();
  telemetry_.reset();  // writes out what was logged
}

}  // namespace sw::app
