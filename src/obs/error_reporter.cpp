#include "obs/error_reporter.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "base/text.h"
#include "obs/backtrace.h"
#include "obs/breadcrumbs.h"
#include "obs/trace.h"

namespace sw::obs {
namespace {

constexpr std::size_t kMaxContextFields = 16;

Level levelOf(base::Severity severity) {
  switch (severity) {
    case base::Severity::kCritical:
    case base::Severity::kError: return Level::kError;
    case base::Severity::kWarning: return Level::kWarn;
    case base::Severity::kInfo: return Level::kInfo;
  }
  return Level::kError;
}

bool isDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::string withoutNumbers(std::string_view text) {
  constexpr std::string_view kBreaks = " \t\r\n,;:()[]{}\"'=/";
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of(kBreaks, at), text.size());
    const std::string_view word = text.substr(at, end - at);
    out += std::ranges::any_of(word, isDigit) ? std::string_view("#") : word;
    if (end < text.size()) out += text[end];
    at = end + 1;
  }
  return out;
}

ErrorReporter::ErrorReporter(MetricCatalog& catalog, Log& log, Health& health,
                             const base::Clock& clock)
    : clock_(clock), health_(health) {
  for (std::size_t i = 0; i < loggers_.size(); ++i) {
    const auto component = static_cast<Component>(i);
    loggers_[i] = log.logger(label::ErrorComponent::kValues[i]);
    for (std::size_t j = 0; j < counters_.size(); ++j) {
      counters_[j][i] = catalog.errors.handle(static_cast<label::ErrorClass::Value>(j), component);
    }
  }
}

void ErrorReporter::setSink(ErrorSink* sink) {
  const std::lock_guard lock(mutex_);
  sink_ = sink;
}

void ErrorReporter::count(const Entry& entry, const ErrorContext& context,
                          const Logger::Place& place) const {
  counters_.at(classOf(entry.severity)).at(entry.component).increment();
  std::array<Field, kMaxContextFields + 7> fields;
  std::size_t size = 0;
  const auto add = [&](const Field& field) { fields.at(size++) = field; };
  add(errorType(entry.type));
  if (!context.requestId.empty()) add(requestId(context.requestId));
  if (!context.userId.empty()) add(userId(context.userId));
  if (!context.operation.empty()) add(operation(context.operation));
  if (!context.endpoint.empty()) add(safeField("endpoint", context.endpoint));
  if (!entry.what.empty()) add(field("error", entry.what));
  if (!entry.stack.empty()) add(stack(entry.stack.substr(0, kMaxStackBytes)));
  for (const Field& more :
       context.fields.first(std::min(context.fields.size(), kMaxContextFields))) {
    add(more);
  }
  loggers_.at(entry.component)
      .log(levelOf(entry.severity), entry.message, Logger::Fields(fields.data(), size), place);
}

ErrorReport ErrorReporter::begin(const Entry& entry, const ErrorContext& context) const {
  ErrorReport report;
  report.when = clock_.now();
  report.severity = entry.severity;
  report.component = label::ErrorComponent::kValues.at(entry.component);
  report.type = entry.type;
  report.message = entry.message;
  report.requestId = context.requestId;
  report.userId = context.userId;
  report.endpoint = context.endpoint;
  report.operation = context.operation;
  if (const auto trace = currentTrace()) {
    report.traceId = toHex(trace->trace);
    report.spanId = toHex(trace->span);
  }
  report.breadcrumbs = processBreadcrumbs().before(context.requestId, kBreadcrumbs);
  return report;
}

void ErrorReporter::hand(ErrorReport report) {
  const std::shared_lock lock(mutex_);
  if (sink_ != nullptr) {
    sink_->report(std::move(report));
  } else if (report.settled) {
    report.settled(false);
  }
}

void ErrorReporter::report(Component component, const base::Error& error,
                           const ErrorContext& context, Logger::Place place) {
  const base::CodeInfo& info = base::describe(error.code());
  const std::string whole = error.describe();
  count({info.severity, component, info.label, whole, {}, {}}, context, place);
  if (info.severity == base::Severity::kCritical) {
    // Health answers strangers: it names the kind alone.
    health_.criticalError(
        std::string(label::ErrorComponent::kValues.at(component)) + ": " + std::string(info.label),
        false);
  }
  if (!info.reportable) return;
  ErrorReport report =
      begin({info.severity, component, info.label, error.message(), {}, {}}, context);
  for (const base::Error* cause = error.cause(); cause != nullptr; cause = cause->cause()) {
    report.causes.push_back({std::string(base::describe(cause->code()).label), cause->message()});
  }
  const std::string& first = report.causes.empty() ? error.message() : report.causes.back().message;
  report.fingerprint = {report.component, report.type, report.endpoint, withoutNumbers(first)};
  hand(std::move(report));
}

void ErrorReporter::report(Incident incident, IncidentDetails details, const ErrorContext& context,
                           Logger::Place place) {
  const IncidentInfo& info = describe(incident);
  const std::string trace = describeStack(details.stack);
  const Component component = details.component.value_or(info.component);
  const Entry entry{info.severity, component, info.name, info.message, details.what, trace};
  if (!details.logged) {
    count(entry, context, place);
    if (info.severity == base::Severity::kCritical) {
      health_.criticalError(std::string(info.message), info.restartCures);
    }
  }
  if (!info.reportable) {
    if (details.settled) details.settled(false);
    return;
  }
  ErrorReport report = begin(entry, context);
  // A crash has its own, if any: what this process did does not explain it.
  if (incident == Incident::kCrashed || !details.breadcrumbs.empty()) {
    report.breadcrumbs = std::move(details.breadcrumbs);
  }
  report.when = details.when.value_or(report.when);
  report.crash = incident == Incident::kCrashed;
  report.thread = details.thread;
  report.version = details.version;
  if (!details.what.empty()) report.causes.push_back({report.type, std::string(details.what)});
  report.stack = std::move(details.stack);
  report.images = std::move(details.images);
  report.settled = std::move(details.settled);
  report.fingerprint = {report.component, report.type, withoutNumbers(details.what)};
  for (const StackFrame& frame : report.stack) {
    if (!frame.function.empty() && report.fingerprint.size() < 6) {
      report.fingerprint.push_back(frame.function);
    }
  }
  hand(std::move(report));
}

}  // namespace sw::obs
