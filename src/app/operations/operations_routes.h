#pragma once

#include <string_view>

#include "api/router.h"
#include "obs/exposition.h"
#include "obs/health.h"

namespace sw::app {

/// `/health`, `/health/ready` and `/health/live` as an answer of this path, or nothing when it is
/// none of them.
std::optional<api::Response> answerHealth(const obs::Health& health, std::string_view path,
                                          std::string_view accept);
/// The metrics as an answer. `kUnavailable` while two scrapes run.
base::Result<api::Response> answerMetrics(obs::MetricsEndpoint& metrics, std::string_view accept);

/// Adds the health endpoints to the API's routes, and `/metrics` where `metrics` is not null. Both
/// must outlive the router.
void addOperationsRoutes(api::Router& router, const obs::Health& health,
                         obs::MetricsEndpoint* metrics);

}  // namespace sw::app
