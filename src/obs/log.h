#pragma once

#include <atomic>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "obs/field.h"
#include "obs/log_sink.h"
#include "obs/metric_catalog.h"
#include "obs/redact.h"

namespace sw::obs {

enum class Level : std::uint8_t { kError, kWarn, kInfo, kDebug };
/// "ERROR", "WARN", "INFO", "DEBUG".
std::string_view toString(Level level);
/// The level of that name in any case; nothing for another name.
std::optional<Level> levelFrom(std::string_view name);

enum class LogFormat {
  kJson,     // one object a line, with the service's own keys
  kEcs,      // one object a line, Elastic Common Schema
  kConsole,  // for people
};

/// The format called "json", "ecs" or "console"; nothing for another name.
std::optional<LogFormat> logFormatFrom(std::string_view name);

struct LogOptions {
  Level level = Level::kInfo;
  LogFormat format = LogFormat::kJson;
  std::string service = "scheduling-worker";
  std::string version{};
  std::string instance{};
  bool colour = false;                   // of the console format
  std::size_t bufferBytes = 256 * 1024;  // of each thread that logs; a power of two
  std::size_t spillBytes = 8 << 20;      // for errors that found their buffer full
};

class Log;

/// A part of the program that logs: its name and what it keeps.
struct LogComponent {
  std::string name;
  std::string quoted;  // as JSON
  std::atomic<Level> level;
};

/// One component's way to the log. Cheap to copy; valid while the Log lives. Thread-safe.
///   log.info("Calendar sync completed successfully",
///            {operation("sync_calendar"), duration(took), eventsProcessed(25)});
/// A call copies the record into a buffer of its thread and neither allocates nor waits; when
/// that is full the record is dropped and counted, DEBUG first. An ERROR is never dropped: it
/// goes to a spill buffer, and waits for room when that is full as well. Texts are cut so that a
/// record fits in 32 KiB.
class Logger {
 public:
  using Fields = std::span<const Field>;
  using FieldList = std::initializer_list<Field>;

  Logger() = default;
  void error(std::string_view message, FieldList fields = {}) const {
    log(Level::kError, message, fields);
  }
  void warn(std::string_view message, FieldList fields = {}) const {
    log(Level::kWarn, message, fields);
  }
  void info(std::string_view message, FieldList fields = {}) const {
    log(Level::kInfo, message, fields);
  }
  void debug(std::string_view message, FieldList fields = {}) const {
    log(Level::kDebug, message, fields);
  }
  void log(Level level, std::string_view message, Fields fields) const {
    if (wants(level)) write(level, message, fields);
  }
  void log(Level level, std::string_view message, FieldList fields = {}) const {
    log(level, message, Fields(fields.begin(), fields.size()));
  }
  /// Whether a record of this level would be kept, for callers whose fields are costly.
  [[nodiscard]] bool wants(Level level) const {
    return component_ != nullptr && level <= component_->level.load(std::memory_order_relaxed);
  }

 private:
  friend class Log;
  void write(Level level, std::string_view message, Fields fields) const;

  Log* log_ = nullptr;
  LogComponent* component_ = nullptr;
};

/// The process's log: takes records from all threads, and formats, redacts and writes them in
/// batches on a thread of its own, in the order of their times within a batch. What cannot be
/// written is dropped and counted; it never stops the service. Owned by the composition root;
/// loggers must not be used after its end. Thread-safe.
class Log {
 public:
  Log(LogOptions options, std::unique_ptr<LogSink> sink, Redactor redactor,
      const base::Clock& clock, MetricCatalog& catalog);
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  /// Writes out everything logged before.
  ~Log();

  /// The logger of `component`, as in "calendar-sync". Takes a lock: resolve it once.
  Logger logger(std::string_view component);

  /// What is kept from now on: of all components, or of one.
  void setLevel(Level level);
  void setLevel(std::string_view component, Level level);
  [[nodiscard]] Level level() const;

  /// Returns when everything that was logged before the call has gone to the sink. Blocks.
  void flush();

 private:
  friend class Logger;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sw::obs
