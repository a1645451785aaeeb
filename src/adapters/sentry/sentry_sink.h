#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "adapters/http/client.h"
#include "adapters/sentry/outbox.h"
#include "obs/error_sink.h"

namespace sw::adapters::sentry {

/// Error tracking by Sentry, or by what speaks like it: an outbox, and a thread that empties it.
/// A receiver that is slow, refuses or is gone costs reports, never the service. Owned by the
/// composition root. Thread-safe.
class SentrySink final : public obs::ErrorSink {
 public:
  /// The parts must outlive it.
  SentrySink(OutboxOptions options, const obs::TraceMask& mask, obs::MetricCatalog& catalog,
             obs::Log& log, const base::Clock& clock);
  /// As `stop` without patience.
  ~SentrySink() override;

  void report(obs::ErrorReport report) override;
  /// Sends what waits, for `patience` at most, and drops the rest; what comes later is dropped.
  /// Blocks. Safe to call twice.
  void stop(std::chrono::milliseconds patience);

 private:
  class Calls final : public Transport {
   public:
    base::Result<http::ClientResponse> send(const http::ClientRequest& request) override {
      return client_.send(request);
    }
    void abort() { client_.abort(); }

   private:
    http::Client client_;
  };
  void run();

  Calls calls_;
  Outbox outbox_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  bool poked_ = false;
  bool stopping_ = false;
  bool done_ = false;
  std::thread thread_;
};

}  // namespace sw::adapters::sentry
