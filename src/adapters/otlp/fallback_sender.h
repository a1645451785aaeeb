#pragma once

#include <memory>
#include <string>

#include "adapters/otlp/trace_sender.h"
#include "obs/log.h"

namespace sw::otlp {

/// Sends to one receiver, and to another while the first is not there: nobody answers, or it does
/// not know the path (404). For Jaeger, whose newer versions take OTLP alone. Stays with the one
/// that took the last batch, and says in the log when the second one is used for the first time.
class FallbackSender final : public obs::SpanExporter {
 public:
  /// `second` names the second in the log.
  FallbackSender(std::unique_ptr<TraceSender> first, std::unique_ptr<TraceSender> second,
                 std::string secondName, const obs::Logger& logger);

  obs::ExportOutcome send(std::span<const std::shared_ptr<obs::KeptTrace>> batch,
                          std::chrono::milliseconds timeout) override;
  void abort() noexcept override;

 private:
  const std::unique_ptr<TraceSender> first_;
  const std::unique_ptr<TraceSender> second_;
  const std::string secondName_;
  const obs::Logger logger_;
  bool onSecond_ = false;
  bool told_ = false;
};

}  // namespace sw::otlp
