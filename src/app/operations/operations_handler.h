#pragma once

#include <string>

#include "api/http.h"
#include "app/operations/operations_table.h"
#include "app/operations/operations_views.h"
#include "app/operations/side_call.h"
#include "base/clock.h"
#include "obs/exposition.h"
#include "obs/health.h"
#include "obs/log.h"
#include "obs/profiles.h"

namespace sw::app {

/// What the operations listener shows and works on; all must outlive the handler.
struct OperationsParts {
  obs::MetricsEndpoint& metrics;
  const obs::Health& health;
  obs::Log& log;
};

/// How it is configured.
struct OperationsSettings {
  std::string metricsPath;  // PROMETHEUS_PATH
  std::string token;        // OPS_TOKEN, empty for none
  bool profiling = false;   // PROFILING_ENABLED
};

/// What the operations listener serves: metrics, health, and the operator's tools below /debug and
/// /ops (docs/operations/debug-endpoints.md), independent of the API and its threads. Owned by the
/// composition root; thread-safe.
class OperationsHandler final : public api::RequestHandler {
 public:
  OperationsHandler(OperationsParts parts, OperationsSettings settings, const base::Clock& clock);

  /// What other parts show here.
  OperationsViews& views() { return views_; }
  /// Ends a profile that is being made, so that the server can drain. Later ones are refused.
  void end();

  api::Admission admit(api::RequestHead& head) override;
  base::Task<api::Response> handle(api::Request& request) override;
  api::Response reject(api::RequestHead& head, const base::Error& error) override;
  void finished(const api::Exchange& exchange) override;

 private:
  [[nodiscard]] api::Response fail(const api::RequestHead& head, const base::Error& error) const;
  void addOpenRoutes(OperationsParts parts, const std::string& metricsPath);

  const std::string token_;
  const base::Clock& clock_;
  OperationsViews views_;
  obs::Profiles profiles_;
  SideCall sideCall_;
  OperationsTable table_;
};

}  // namespace sw::app
