#pragma once

#include "adapters/http/server.h"
#include "api/cors.h"
#include "api/rate_limiter.h"
#include "api/service.h"
#include "base/config.h"
#include "base/result.h"

namespace sw::app {

/// What a configuration means for the parts of a service, worked out and checked.
struct ServeSettings {
  adapters::http::ServerOptions api;
  adapters::http::ServerOptions operations;
  api::ApiOptions apiOptions;
  api::RateLimiter::Limits limits;
  bool metricsOnApi = false;
};

/// How many threads serve the API: HTTP_THREADS, or one a core.
unsigned httpThreads(const base::Config::Http& config);

/// Works the settings out. `kConfiguration` with a detail for each mistake that only the parts
/// see: names that have no address, certificates, origins, proxies, key files. Reads files and
/// asks the resolver, so it blocks.
base::Result<ServeSettings> resolveSettings(const base::Config& config);

/// Checks that both listeners can have their ports now, and chooses the API's where any free one
/// was asked for, since addresses in answers name it. `kConfiguration` with a detail for each that
/// is taken or not ours. Blocks for a moment.
base::Result<void> settlePorts(ServeSettings& settings);

}  // namespace sw::app
