#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace sw::obs {

/// Where log lines go. Used by one thread, the log's own.
class LogSink {
 public:
  LogSink() = default;
  LogSink(const LogSink&) = delete;
  LogSink& operator=(const LogSink&) = delete;
  virtual ~LogSink() = default;

  /// Takes whole lines. Answers how many bytes of them it has kept: all, or as many whole lines as
  /// went before something failed. May block for some seconds.
  virtual std::size_t append(std::string_view lines) = 0;
  /// Opens what it writes to again, after somebody has moved it. May block.
  virtual void reopen() {}
  /// Why the last `append` or `reopen` failed; empty when it did not.
  [[nodiscard]] virtual std::string trouble() const { return {}; }
};

/// When a log file is put aside, and how many of those are kept.
struct LogRotation {
  std::uint64_t maxBytes = 0;          // 0: no matter how long
  std::chrono::milliseconds maxAge{};  // 0: no matter how old
  std::int64_t keep = 14;
};

/// "stdout", "stderr", or a file that is appended to (made with mode 0640, its folder too) and
/// rotated. `kIo` when the file cannot be opened. `clock` must outlive the sink.
base::Result<std::unique_ptr<LogSink>> openLogSink(const std::string& destination,
                                                   const LogRotation& rotation,
                                                   const base::Clock& clock);

}  // namespace sw::obs
