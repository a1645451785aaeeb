#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sw::obs {

/// Where log lines go. Used by one thread, the log's own.
class LogSink {
 public:
  LogSink() = default;
  LogSink(const LogSink&) = delete;
  LogSink& operator=(const LogSink&) = delete;
  virtual ~LogSink() = default;

  /// Takes whole lines. Answers false when not all of them could be written. May block.
  virtual bool write(std::string_view lines) = 0;
};

/// "stdout", "stderr", or a file that is appended to (made with mode 0640, its folder too).
/// `kIo` when the file cannot be opened.
base::Result<std::unique_ptr<LogSink>> openLogSink(const std::string& destination);

}  // namespace sw::obs
