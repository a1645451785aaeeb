#pragma once

#include <array>
#include <functional>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "obs/error_class.h"
#include "obs/error_sink.h"
#include "obs/health.h"
#include "obs/log.h"
#include "obs/metric_catalog.h"

namespace sw::obs {

/// Where an error happened. Views live as long as the call; all may be empty.
struct ErrorContext {
  std::string_view requestId{};
  std::string_view userId{};
  std::string_view endpoint{};      // a route's template
  std::string_view operation{};     // as in "sync_calendar"
  std::span<const Field> fields{};  // of the log record alone
};

/// Where an incident was seen, beside its context.
struct IncidentDetails {
  std::string_view what{};  // as the error's text, or the name of a loop
  std::optional<label::ErrorComponent::Value> component{};  // nothing: the table's
  std::string_view thread{};
  std::string_view version{};
  std::vector<StackFrame> stack{};
  std::vector<ModuleImage> images{};
  std::vector<Breadcrumb> breadcrumbs{};  // empty: those of this process
  std::optional<base::Instant> when{};    // nothing: now
  std::function<void(bool accepted)> settled{};
  bool logged = false;  // by a process before: it goes to error tracking alone
};

/// Where errors surface: classifies each by the tables (`base::describe`, `obs::describe`), counts
/// it in `scheduling_errors_total`, writes it to the log at its level, tells health of critical
/// ones, and hands what is worth it to error tracking, with its trace and what happened before.
/// An error is reported once, where nobody above gets it. Owned by the composition root;
/// thread-safe, never waits and never fails.
class ErrorReporter {
 public:
  using Component = label::ErrorComponent::Value;

  ErrorReporter(MetricCatalog& catalog, Log& log, Health& health, const base::Clock& clock);
  ErrorReporter(const ErrorReporter&) = delete;
  ErrorReporter& operator=(const ErrorReporter&) = delete;

  /// Error tracking; null: none, which is how it begins. When it answers, no call to the former
  /// sink runs any more.
  void setSink(ErrorSink* sink);

  /// `place` is whose repeats the log limits.
  void report(Component component, const base::Error& error, const ErrorContext& context = {},
              Logger::Place place = Logger::Place::current());
  void report(Incident incident, IncidentDetails details, const ErrorContext& context = {},
              Logger::Place place = Logger::Place::current());

  /// How many bytes of a stack go into a log record.
  static constexpr std::size_t kMaxStackBytes = std::size_t{12} << 10;
  static constexpr std::size_t kBreadcrumbs = 40;

 private:
  struct Entry {
    base::Severity severity;
    Component component;
    std::string_view type;
    std::string_view message;
    std::string_view what;
    std::string_view stack;
  };
  void count(const Entry& entry, const ErrorContext& context, const Logger::Place& place) const;
  ErrorReport begin(const Entry& entry, const ErrorContext& context) const;
  void hand(ErrorReport report);

  const base::Clock& clock_;
  Health& health_;
  std::array<Logger, label::ErrorComponent::kValues.size()> loggers_;
  std::array<std::array<CounterHandle, label::ErrorComponent::kValues.size()>,
             label::ErrorClass::kValues.size()>
      counters_;

  std::shared_mutex mutex_;  // guards the sink's life
  ErrorSink* sink_ = nullptr;
};

/// A text with what differs from one occurrence to the next taken out: words that hold a digit.
std::string withoutNumbers(std::string_view text);

}  // namespace sw::obs
