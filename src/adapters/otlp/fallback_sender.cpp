#include "adapters/otlp/fallback_sender.h"

#include <utility>

namespace sw::otlp {
namespace {

bool isAbsent(const Poster::Answer& answer) {
  if (answer.outcome.kind == obs::ExportOutcome::Kind::kAccepted) return false;
  return answer.status == 0 || answer.status == 404;
}

}  // namespace

FallbackSender::FallbackSender(std::unique_ptr<TraceSender> first,
                               std::unique_ptr<TraceSender> second, std::string secondName,
                               const obs::Logger& logger)
    : first_(std::move(first)),
      second_(std::move(second)),
      secondName_(std::move(secondName)),
      logger_(logger) {}

obs::ExportOutcome FallbackSender::send(std::span<const std::shared_ptr<obs::KeptTrace>> batch,
                                        std::chrono::milliseconds timeout) {
  TraceSender& present = onSecond_ ? *second_ : *first_;
  TraceSender& other = onSecond_ ? *first_ : *second_;
  Poster::Answer answer = present.post(batch, timeout);
  if (!isAbsent(answer)) return answer.outcome;
  Poster::Answer instead = other.post(batch, timeout);
  if (instead.outcome.kind == obs::ExportOutcome::Kind::kAccepted) {
    onSecond_ = !onSecond_;
    if (onSecond_ && !std::exchange(told_, true)) {
      logger_.info("Jaeger does not take Thrift; traces go to it by OTLP",
                   {obs::operation("export_traces"), obs::field("address", secondName_),
                    obs::field("reason", answer.outcome.reason)});
    }
    return instead.outcome;
  }
  // While nobody is there, both stay worth trying.
  if (answer.status == 404 && instead.status != 0 && instead.status != 404) return instead.outcome;
  answer.outcome.kind = instead.status == 0 || answer.status == 0 ? obs::ExportOutcome::Kind::kAgain
                                                                  : answer.outcome.kind;
  return answer.outcome;
}

void FallbackSender::abort() noexcept {
  first_->abort();
  second_->abort();
}

}  // namespace sw::otlp
