#include "jobs/relay_probe.h"

#include <array>

namespace sw::jobs {

RelayProbe::RelayProbe(obs::MetricCatalog& catalog, obs::Log& log, obs::ErrorReporter& errors,
                       obs::Tracer* tracer, const base::Clock& clock)
    : catalog_(catalog),
      logger_(log.logger("relay")),
      errors_(errors),
      tracer_(tracer),
      clock_(clock) {}

void RelayProbe::addSubscriber(std::string_view name) {
  const auto value = catalog_.metrics().value<obs::label::Subscriber>(name);
  series_.push_back(
      {name, catalog_.outboxRelayed.handle(value), catalog_.outboxFailures.handle(value)});
}

const RelayProbe::Series& RelayProbe::of(std::string_view subscriber) const {
  for (const Series& series : series_) {
    if (series.name == subscriber) return series;
  }
  return series_.front();
}

void RelayProbe::backlog(std::int64_t pending, std::chrono::nanoseconds oldestAge) const {
  catalog_.outboxPending.handle().set(static_cast<double>(pending));
  catalog_.outboxOldestAge.handle().set(std::chrono::duration<double>(oldestAge).count());
}

void RelayProbe::failed(std::string_view subscriber, base::Uuid userId, int times,
                        const base::Error& error) {
  of(subscriber).failures.increment();
  const std::string user = userId.toString();
  const obs::Field fields[] = {obs::safeField("subscriber", subscriber),
                               obs::field("failures", times)};
  errors_.report(obs::label::ErrorComponent::kBus, error,
                 {.userId = user, .operation = "relay_changes", .fields = fields});
}

void RelayProbe::recovered(std::string_view subscriber, base::Uuid userId, int failures) const {
  const std::string user = userId.toString();
  logger_.info("Changes are being told again",
               {obs::operation("relay_changes"), obs::safeField("subscriber", subscriber),
                obs::userId(user), obs::field("failures", failures)});
}

void RelayProbe::overtaken(std::string_view subscriber, base::Uuid userId,
                           const base::Error& error) const {
  if (!logger_.wants(obs::Level::kDebug)) return;
  const std::string user = userId.toString();
  logger_.debug("Changes were told by another copy",
                {obs::operation("relay_changes"), obs::safeField("subscriber", subscriber),
                 obs::userId(user), obs::field("reason", error.message())});
}

void RelayProbe::lost(std::string_view subscriber, base::Uuid userId, std::int64_t changes) const {
  of(subscriber).failures.increment();
  const std::string user = userId.toString();
  logger_.error("Changes were removed from the log before they were told",
                {obs::operation("relay_changes"), obs::safeField("subscriber", subscriber),
                 obs::userId(user), obs::field("changes", changes)});
}

void RelayProbe::upkeepFailed(std::string_view what, const base::Error& error) const {
  const std::string text = error.describe();
  const obs::Field fields[] = {obs::field("what", what)};
  errors_.report(obs::Incident::kUpkeepFailed, {.what = text}, {.fields = fields});
}

void RelayProbe::started(std::size_t subscribers, std::int64_t users) const {
  logger_.info("Looked for changes that were left to tell",
               {obs::operation("relay_search"), obs::field("subscribers", subscribers),
                obs::field("users", users)});
}

RelayProbe::Batch::Batch(RelayProbe& probe, std::string_view subscriber,
                         const std::vector<Change>& changes)
    : probe_(probe), subscriber_(subscriber), changes_(changes) {
  if (probe_.tracer_ == nullptr) return;
  const auto parent = obs::parseTraceParent(changes.front().traceParent);
  trace_ = probe_.tracer_->begin({.parent = parent ? &*parent : nullptr,
                                  .begun = probe_.clock_.monotonic(),
                                  .requestId = changes.front().requestId});
  scope_.emplace(trace_.scope());
}

// Attributes as in opentelemetry.io/docs/specs/semconv/messaging/messaging-spans.
void RelayProbe::Batch::end(const base::Result<void>& outcome) {
  if (outcome.ok()) probe_.of(subscriber_).relayed.increment(changes_.size());
  if (!trace_) return;
  scope_.reset();
  const bool failed = !outcome.ok() && outcome.error().code() != base::Code::kConflict;
  const base::Monotonic now = probe_.clock_.monotonic();
  const std::string user = changes_.front().userId.toString();
  std::array<obs::Attribute, 6> attributes;
  std::size_t count = 0;
  const auto add = [&](const obs::Attribute& one) { attributes.at(count++) = one; };
  add(obs::safeAttribute("messaging.destination.name", subscriber_));
  add(obs::attribute("messaging.batch.message_count", changes_.size()));
  add(obs::attribute("change.first", changes_.front().number));
  add(obs::attribute("change.last", changes_.back().number));
  add(obs::userAttribute("user.id", user));
  if (!outcome.ok()) {
    add(obs::safeAttribute("error.type", base::describe(outcome.error().code()).label));
  }
  obs::TraceEnd end;
  end.name = "relay_changes";
  end.kind = obs::SpanKind::kConsumer;
  end.ended = now;
  end.status = failed ? obs::SpanStatus::kError : obs::SpanStatus::kUnset;
  end.attributes = std::span(attributes.data(), count);
  trace_.finish(trace_.judge(failed, now), end);
}

}  // namespace sw::jobs
