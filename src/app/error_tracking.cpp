#include "app/error_tracking.h"

#include <string>
#include <utility>

#include "app/build_info.h"
#include "obs/breadcrumbs.h"
#include "obs/crash_handler.h"
#include "obs/crash_report.h"

namespace sw::app {

namespace sentry = adapters::sentry;

namespace {

void reportCrash(obs::ErrorReporter& errors, obs::CrashReport& crash, bool tracked) {
  if (crash.logged && !tracked) return;  // kept for whoever looks into the folder
  const bool logged = crash.logged;
  if (!logged) obs::markLogged(crash);
  const std::string what = crash.summary();
  const obs::CrashReport file = crash;
  obs::IncidentDetails details{.what = what,
                               .thread = file.thread,
                               .version = file.version,
                               .stack = std::move(crash.stack),
                               .images = std::move(crash.images),
                               .breadcrumbs = std::move(crash.breadcrumbs),
                               .when = crash.when,
                               .settled =
                                   [file](bool accepted) {
                                     if (accepted) obs::discard(file);
                                   },
                               .logged = logged};
  errors.report(obs::Incident::kCrashed, std::move(details));
}

}  // namespace

base::Result<void> checkSentryDsn(const std::string& dsn) {
  if (dsn.empty()) return {};
  const auto parsed = sentry::Dsn::parse(dsn);
  if (!parsed.ok()) return parsed.error();
  return {};
}

ErrorTracking::ErrorTracking(const base::Config& config, Parts parts, const base::Clock& clock)
    : errors_(parts.errors), log_(parts.log) {
  log_.observe(&obs::processBreadcrumbs());
  if (config.errors.sentryDsn.empty()) return;
  auto dsn = sentry::Dsn::parse(config.errors.sentryDsn);
  if (!dsn.ok()) return;
  sentry::OutboxOptions options{.dsn = *std::move(dsn),
                                .origin = {.release = std::string(buildInfo().version),
                                           .environment = config.errors.environment,
                                           .serverName = config.operations.instance}};
  sink_ = std::make_unique<sentry::SentrySink>(std::move(options), parts.mask, parts.catalog,
                                               parts.log, clock);
  errors_.setSink(sink_.get());
}

ErrorTracking::~ErrorTracking() {
  stop(std::chrono::milliseconds(0));
  log_.observe(nullptr);
}

void ErrorTracking::watchForCrashes(const std::filesystem::path& folder) {
  for (obs::CrashReport& crash : obs::readCrashReports(folder)) {
    reportCrash(errors_, crash, sink_ != nullptr);
  }
  const auto installed =
      obs::installCrashHandler({.folder = folder, .version = std::string(buildInfo().version)});
  if (!installed.ok()) {
    log_.logger("app").warn("A crash of this process will leave no report",
                            {obs::field("error", installed.error().describe())});
  }
}

void ErrorTracking::stop(std::chrono::milliseconds patience) {
  errors_.setSink(nullptr);
  if (sink_) sink_->stop(patience);
}

}  // namespace sw::app
