#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "obs/log.h"

namespace sw::obs {

/// What happened before an error: a log record, shortened.
struct Breadcrumb {
  base::Instant when{};
  Level level = Level::kInfo;
  std::string component;
  std::string message;
  std::string operation;  // empty when there is none, as the next
  std::string requestId;
};

/// A place in the program's code.
struct StackFrame {
  std::uint64_t address = 0;
  std::string module;              // the file it was loaded from; empty when unknown
  std::uint64_t moduleOffset = 0;  // of the address in it
  std::string function;            // empty when unknown
};

/// A file that code was loaded from, as error tracking needs it to name functions itself.
struct ModuleImage {
  std::string path;
  std::string buildId;  // hexadecimal; empty when it has none
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

/// An error as it is told to error tracking. Nothing is redacted yet: a sink does that, since it
/// knows where the texts go.
struct ErrorReport {
  struct Cause {
    std::string type;
    std::string message;
  };

  base::Instant when{};
  base::Severity severity = base::Severity::kError;
  std::string component;
  std::string type;                      // as in "corrupted", the `errorType` of the log
  std::string message;                   // the same for all errors of a kind as far as that goes
  std::vector<Cause> causes;             // from the nearest to the first
  std::vector<std::string> fingerprint;  // what makes two errors the same

  std::string requestId;
  std::string userId;
  std::string endpoint;
  std::string operation;
  std::string traceId;
  std::string spanId;
  std::string thread;
  std::string version;  // of the program that failed, when it is another than this one
  std::vector<std::pair<std::string, std::string>> details;

  bool crash = false;
  std::vector<StackFrame> stack;  // the innermost first
  std::vector<ModuleImage> images;
  std::vector<Breadcrumb> breadcrumbs;  // the oldest first

  /// Called once when the report's way has ended, with whether a receiver has accepted it. On the
  /// sink's thread; may be empty.
  std::function<void(bool accepted)> settled;
};

/// Error tracking, as `obs` sees it.
class ErrorSink {
 public:
  ErrorSink() = default;
  ErrorSink(const ErrorSink&) = delete;
  ErrorSink& operator=(const ErrorSink&) = delete;
  virtual ~ErrorSink() = default;

  /// Takes the report on; never waits and never fails, what cannot be sent is counted as dropped.
  /// Thread-safe.
  virtual void report(ErrorReport report) = 0;
};

}  // namespace sw::obs
