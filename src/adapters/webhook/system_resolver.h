#pragma once

#include <string>
#include <vector>

#include "base/worker_pool.h"
#include "webhooks/transport.h"

namespace sw::adapters::webhook {

/// Asks the operating system's resolver, on threads of its own, since it blocks. See the port.
class SystemResolver final : public webhooks::Resolver {
 public:
  SystemResolver();

  base::Task<base::Result<std::vector<webhooks::IpAddress>>> resolve(std::string host) override;
  /// Refuses what waits, waits for what runs. Safe to call twice.
  void stop() { pool_.stop(); }

 private:
  base::WorkerPool pool_;
};

}  // namespace sw::adapters::webhook
