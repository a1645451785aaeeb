#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "obs/span.h"

namespace sw::obs {

/// What became of a batch that was sent.
struct ExportOutcome {
  enum class Kind {
    kAccepted,
    kAgain,    // not taken, may be the next time
    kLimited,  // the same, because too much was sent
    kRefused,  // not taken and never will be
  };
  Kind kind = Kind::kAccepted;
  std::size_t rejected = 0;  // spans of an accepted batch that the receiver did not take
  std::optional<std::chrono::milliseconds> retryAfter{};  // the receiver's wish
  std::string reason{};                                   // for the log; holds no secret
};

/// Sends traces to a receiver. Called by one thread, which it may block; `abort` by any.
class SpanExporter {
 public:
  SpanExporter() = default;
  SpanExporter(const SpanExporter&) = delete;
  SpanExporter& operator=(const SpanExporter&) = delete;
  virtual ~SpanExporter() = default;

  /// Sends masked traces once, without trying again. Blocks for `timeout` at most.
  virtual ExportOutcome send(std::span<const std::shared_ptr<KeptTrace>> batch,
                             std::chrono::milliseconds timeout) = 0;
  /// Ends a call that runs and makes later ones fail. Never blocks.
  virtual void abort() noexcept = 0;
};

}  // namespace sw::obs
