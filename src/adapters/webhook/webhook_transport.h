#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "adapters/http/client.h"
#include "base/worker_pool.h"
#include "webhooks/target_guard.h"
#include "webhooks/transport.h"

namespace sw::adapters::webhook {

/// Sends webhooks with the blocking HTTP client on threads of its own, as many at a time as there
/// are threads. Looks at the address of every connection before it is made. See the port.
class WebhookTransport final : public webhooks::Transport {
 public:
  struct Options {
    webhooks::AddressPolicy policy;
    bool allowHttp = false;  // targets without TLS
    std::size_t threads = 32;
    std::size_t queueLimit = 256;
    /// As `http::ClientOptions::knownHosts`.
    std::vector<std::string> knownHosts{};
  };

  explicit WebhookTransport(Options options);
  /// As `stop`.
  ~WebhookTransport() override;

  base::Task<base::Result<Answer>> send(Message message) override;
  /// Ends the calls that run and refuses later ones. Blocks for a moment. Safe to call twice.
  void stop();

 private:
  base::Result<Answer> call(const Message& message);
  http::Client* take();
  void give(http::Client* client);

  const Options options_;
  std::mutex mutex_;  // guards what follows
  bool stopping_ = false;
  std::vector<std::unique_ptr<http::Client>> clients_;
  std::vector<http::Client*> idle_;
  base::WorkerPool pool_;  // goes first
};

}  // namespace sw::adapters::webhook
