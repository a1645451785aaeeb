#pragma once

#include <atomic>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <source_location>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "obs/field.h"
#include "obs/log_level.h"
#include "obs/log_places.h"
#include "obs/log_sink.h"
#include "obs/log_tap.h"
#include "obs/metric_catalog.h"
#include "obs/redact.h"

namespace sw::obs {

enum class LogFormat {
  kJson,     // one object a line, with the service's own keys
  kEcs,      // one object a line, Elastic Common Schema
  kConsole,  // for people
};

/// The format called "json", "ecs" or "console"; nothing for another name.
std::optional<LogFormat> logFormatFrom(std::string_view name);

struct LogOptions {
  Level level = Level::kInfo;
  std::map<std::string, Level, std::less<>> componentLevels{};
  LogFormat format = LogFormat::kJson;
  std::string service = "scheduling-worker";
  std::string version{};
  std::string instance{};
  bool colour = false;                   // of the console format
  std::size_t bufferBytes = 256 * 1024;  // of each thread that logs; a power of two
  std::size_t spillBytes = 8 << 20;      // for errors that found their buffer full
  RepeatLimit repeats{};
  /// Told, on the log's thread, when the sink begins to fail, since the log itself cannot say so.
  /// By default it writes to standard error, where that takes it.
  std::function<void(const std::string&)> notice{};
};

class Log;

/// A part of the program that logs: its name and what it keeps.
struct LogComponent {
  std::string name;
  std::string quoted;  // as JSON
  std::atomic<Level> level;
  bool changed = false;  // guarded by the Log
};

/// One component's way to the log. Cheap to copy; valid while the Log lives. Thread-safe.
///   log.info("Calendar sync completed successfully",
///            {operation("sync_calendar"), duration(took), eventsProcessed(25)});
/// A call copies the record into a buffer of its thread and neither allocates nor waits; when
/// that is full the record is dropped and counted, DEBUG first. An ERROR is never dropped: it
/// goes to a spill buffer, and waits for room when that is full as well. What one place of the
/// program logs too often is held back and counted (`LogOptions::repeats`). Texts are cut so that
/// a record fits in 32 KiB. What the thread's `RecordTap` sees is in log_tap.h.
class Logger {
 public:
  using Fields = std::span<const Field>;
  using FieldList = std::initializer_list<Field>;
  using Place = std::source_location;

  Logger() = default;
  void error(std::string_view message, FieldList fields = {},
             Place place = Place::current()) const {
    log(Level::kError, message, fields, place);
  }
  void warn(std::string_view message, FieldList fields = {}, Place place = Place::current()) const {
    log(Level::kWarn, message, fields, place);
  }
  void info(std::string_view message, FieldList fields = {}, Place place = Place::current()) const {
    log(Level::kInfo, message, fields, place);
  }
  void debug(std::string_view message, FieldList fields = {},
             Place place = Place::current()) const {
    log(Level::kDebug, message, fields, place);
  }
  void log(Level level, std::string_view message, Fields fields,
           Place place = Place::current()) const {
    if (wants(level)) write(level, message, fields, place);
  }
  void log(Level level, std::string_view message, FieldList fields = {},
           Place place = Place::current()) const {
    log(level, message, Fields(fields.begin(), fields.size()), place);
  }
  /// Whether anybody sees a record of this level, for callers whose fields are costly.
  [[nodiscard]] bool wants(Level level) const {
    return component_ != nullptr &&
           (level <= component_->level.load(std::memory_order_relaxed) || currentTap() != nullptr);
  }
  /// The same, but nothing is held back: for lines that are meant to come often, as one for each
  /// request.
  [[nodiscard]] Logger unlimited() const {
    Logger made = *this;
    made.limited_ = false;
    return made;
  }

 private:
  friend class Log;
  void write(Level level, std::string_view message, Fields fields, const Place& place) const;

  Log* log_ = nullptr;
  LogComponent* component_ = nullptr;
  bool limited_ = true;
};

/// The process's log: takes records from all threads, and formats, redacts and writes them in
/// batches on a thread of its own, in the order of their times within a batch. What cannot be
/// written is dropped and counted; it never stops the service. Of all records,
/// `scheduling_telemetry_emitted_total` = exported + dropped, once nothing waits. Owned by the
/// composition root; loggers must not be used after its end. Thread-safe.
class Log {
 public:
  Log(LogOptions options, std::unique_ptr<LogSink> sink, Redactor redactor,
      const base::Clock& clock, MetricCatalog& catalog);
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  /// Writes out everything logged before; a sink that has stalled is waited for some seconds.
  ~Log();

  /// The logger of `component`, as in "calendar-sync". Takes a lock: resolve it once.
  Logger logger(std::string_view component);

  /// What is kept of components that have no level of their own.
  [[nodiscard]] Level level() const;
  /// Every component that has logged or may log, by name.
  [[nodiscard]] std::vector<ComponentLevel> levels() const;
  /// What is kept from now on, until `resetLevels`: of all components, or of one; false when there
  /// is no such component.
  void setLevel(Level level);
  bool setLevel(std::string_view component, Level level);
  /// Back to what is configured: all components, or one; false when there is no such component.
  void resetLevels();
  bool resetLevel(std::string_view component);
  /// Other levels are configured from now on; undoes what `setLevel` did.
  void configureLevels(LogLevels levels);

  /// `tap` sees every record that is written, of all threads, until another takes its place; it
  /// lives as long as the log. Null: nobody. See log_tap.h for what it may do.
  void observe(RecordTap* tap);

  /// Opens the log file again, after somebody has moved it; soon, on the log's thread.
  void reopen();
  /// Why nothing can be written at this moment; nothing when it can. For health.
  [[nodiscard]] std::optional<std::string> trouble() const;

  /// Returns when everything that was logged before the call has gone to the sink. Blocks.
  void flush();

 private:
  friend class Logger;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sw::obs
