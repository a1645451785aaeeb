#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/http/client.h"
#include "adapters/otlp/resource.h"
#include "base/clock.h"
#include "obs/span_exporter.h"

namespace sw::otlp {

/// Where traces are posted to.
struct Receiver {
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers{};
  bool gzip = false;
};

/// Posts bodies to a receiver and reads its answer by the rules of OTLP/HTTP
/// (opentelemetry.io/docs/specs/otlp, "OTLP/HTTP Response"): 2xx is taken, 429, 502, 503 and 504
/// may be tried again after what Retry-After says, everything else is refused. One thread's, but
/// for `abort`.
class Poster {
 public:
  Poster(Receiver receiver, std::string_view contentType, const base::Clock& clock);

  struct Answer {
    obs::ExportOutcome outcome;
    int status = 0;  // 0: nobody answered
    std::string body{};
  };
  Answer post(std::string body, std::chrono::milliseconds timeout);
  void abort() noexcept { client_.abort(); }

 private:
  const Receiver receiver_;
  const base::Clock& clock_;
  std::vector<std::pair<std::string, std::string>> headers_;
  adapters::http::Client client_;
};

/// How long `Retry-After` asks to wait: seconds or a date (RFC 9110, section 10.2.3). Nothing for
/// anything else.
std::optional<std::chrono::milliseconds> readRetryAfter(std::string_view text, base::Instant now);

/// A sender that can also tell how the receiver answered.
class TraceSender : public obs::SpanExporter {
 public:
  obs::ExportOutcome send(std::span<const std::shared_ptr<obs::KeptTrace>> batch,
                          std::chrono::milliseconds timeout) override {
    return post(batch, timeout).outcome;
  }
  virtual Poster::Answer post(std::span<const std::shared_ptr<obs::KeptTrace>> batch,
                              std::chrono::milliseconds timeout) = 0;
};

/// Sends traces by OTLP/HTTP in Protocol Buffers.
std::unique_ptr<TraceSender> makeOtlpSender(Receiver receiver, Resource resource,
                                            const base::Clock& clock);
/// Sends traces as Jaeger's Thrift.
std::unique_ptr<TraceSender> makeJaegerSender(Receiver receiver, Resource resource,
                                              const base::Clock& clock);

}  // namespace sw::otlp
