#pragma once

#include <string>

#include "adapters/http/client.h"
#include "base/config.h"
#include "base/result.h"

namespace sw::app {

/// The operations port of the service that runs here with a configuration, for commands that ask
/// it. Used by one thread; blocks.
class RunningService {
 public:
  explicit RunningService(const base::Config::Operations& config);

  /// What it answers to GET, whatever the status. `path` as in "/debug/requests?x=1". Fails as
  /// `adapters::http::Client::send`.
  base::Result<adapters::http::ClientResponse> get(const std::string& path,
                                                   std::chrono::milliseconds patience);
  /// "127.0.0.1:9090".
  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  const std::string address_;
  const std::string token_;
  adapters::http::Client client_;
};

}  // namespace sw::app
