#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/mail/smtp_client.h"
#include "app/telemetry.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/result.h"
#include "obs/alert_engine.h"

namespace sw::app {

/// The mail server of a configuration that has one. `kConfiguration` when its address is none.
base::Result<adapters::mail::SmtpServer> smtpServer(const base::Config::Alerting& config);

/// The channels of a configuration, ready to send. `kConfiguration` when an address cannot be
/// used. Connects to nobody.
base::Result<std::vector<std::unique_ptr<obs::AlertSink>>> makeAlertSinks(
    const base::Config& config, const base::Clock& clock);

/// Asks the mail server of a configuration whether it takes mail, for the prober; empty when there
/// is none. Asks once a minute and repeats the answer in between.
std::function<base::Result<void>()> makeSmtpProbe(const base::Config& config,
                                                  const base::Clock& clock);

/// The process's own alerts: engine, channels and what they tell the health. Owned by the
/// composition root, ended before the store and the telemetry.
class Alerting {
 public:
  /// `page` is where people find the service. Fails as `makeAlertSinks`.
  static base::Result<std::unique_ptr<Alerting>> start(const base::Config& config,
                                                       Telemetry& telemetry,
                                                       obs::AlertStateStore& store,
                                                       std::string page, const base::Clock& clock);
  Alerting(const Alerting&) = delete;
  Alerting& operator=(const Alerting&) = delete;
  ~Alerting();

  /// Active and recent alerts as JSON. Thread-safe.
  [[nodiscard]] std::string alertsJson() const { return engine_.json(); }
  /// Ends the watching; what is queued has up to two seconds to go out. Blocks. Safe to call
  /// twice.
  void stop();

 private:
  Alerting(obs::AlertEngineOptions options, std::vector<std::unique_ptr<obs::AlertSink>> sinks,
           Telemetry& telemetry, obs::AlertStateStore& store, const base::Clock& clock);

  const std::shared_ptr<obs::AlertDispatcher> dispatcher_;
  obs::AlertEngine engine_;
};

}  // namespace sw::app
