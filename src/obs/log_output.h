#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "obs/log_sink.h"
#include "obs/metric_catalog.h"

namespace sw::obs {

/// The end of the log: a sink, what it has kept and lost, and what the program says when it begins
/// to fail. Of the log's thread, but for `trouble`.
class LogOutput {
 public:
  using Notice = std::function<void(const std::string&)>;

  /// `notice` null: to standard error.
  LogOutput(std::unique_ptr<LogSink> sink, Notice notice, const base::Clock& clock,
            MetricCatalog& catalog);

  /// The end of a time in which the sink failed.
  struct Recovery {
    std::uint64_t lost;  // records
    std::chrono::nanoseconds after;
  };
  /// Writes lines, one a record, and counts them. An answer when it works again for the first time.
  std::optional<Recovery> write(std::string_view lines, std::size_t records);
  void reopen();
  /// Why nothing can be written at this moment. Thread-safe.
  [[nodiscard]] std::optional<std::string> trouble() const;

 private:
  void fail(std::size_t records);

  const std::unique_ptr<LogSink> sink_;
  const Notice notice_;
  const base::Clock& clock_;
  const CounterHandle exported_;
  const CounterHandle failed_;
  std::uint64_t lost_ = 0;
  base::Monotonic since_{};

  mutable std::mutex mutex_;
  std::optional<std::string> trouble_;
};

}  // namespace sw::obs
