#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "obs/log.h"
#include "obs/log_encoder.h"
#include "obs/trace.h"
#include "obs/trace_mask.h"

namespace sw::obs {

struct FlightRecorderOptions {
  std::size_t keep = 64;             // requests that failed or were slow
  std::size_t keepBytes = 4 << 20;   // of all of them, the oldest go first
  std::size_t writtenPerSecond = 5;  // requests whose records go to the log; the rest is kept
  std::size_t maxSpansWritten = 16;  // of one request
};

/// Remembers the last requests that failed or were slow, with their spans and what was logged on
/// their behalf at every level, and writes both to the log; tells what is in flight. Owned by the
/// composition root; thread-safe.
class FlightRecorder final : public TraceKeeper {
 public:
  FlightRecorder(FlightRecorderOptions options, const TraceMask& mask, const Redactor& redactor,
                 const base::Clock& clock, Log& log);
  ~FlightRecorder() override;

  /// Masks the trace, remembers it, and writes it out while there are not too many.
  void keep(std::shared_ptr<KeptTrace> trace) override;

  /// What is in flight and what is remembered, the newest first, as a JSON object.
  [[nodiscard]] std::string describe(const Tracer& tracer) const;

 private:
  bool mayWrite();
  void writeOut(const KeptTrace& trace);

  const FlightRecorderOptions options_;
  const TraceMask& mask_;
  const Redactor& redactor_;
  const base::Clock& clock_;
  const Log& log_;
  const Logger logger_;

  mutable std::mutex mutex_;  // guards what follows
  std::deque<std::shared_ptr<const KeptTrace>> kept_;
  std::size_t bytes_ = 0;
  std::chrono::seconds second_{0};
  std::size_t written_ = 0;
  std::int64_t unwritten_ = 0;
};

}  // namespace sw::obs
