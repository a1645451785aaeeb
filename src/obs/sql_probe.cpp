#include "obs/sql_probe.h"

#include <array>

#include "obs/trace.h"

namespace sw::obs {

SqlProbe::SqlProbe(MetricCatalog& catalog, Backend backend)
    : backend_(backend), groupSize_(catalog.dbCommitGroupSize.handle()) {
  for (std::size_t operation = 0; operation < queries_.size(); ++operation) {
    for (std::size_t status = 0; status < queries_[operation].size(); ++status) {
      queries_[operation][status] = catalog.dbQueryDuration.handle(
          backend, static_cast<Operation>(operation), static_cast<label::DbStatus::Value>(status));
    }
  }
  for (std::size_t i = 0; i < kPools; ++i) {
    const auto pool = static_cast<Pool>(i);
    active_[i] = catalog.dbConnectionsActive.handle(pool);
    max_[i] = catalog.dbConnectionsMax.handle(pool);
    waiting_[i] = catalog.dbConnectionsWaiting.handle(pool);
  }
  for (std::size_t i = 0; i < kQueues; ++i) {
    const auto queue = static_cast<Queue>(i);
    queueLength_[i] = catalog.queueLength.handle(queue);
    queueWait_[i] = catalog.queueWait.handle(queue);
    queueRejected_[i] = catalog.queueRejected.handle(queue);
  }
}

// Names and attributes: opentelemetry.io/docs/specs/semconv/database/database-spans.
void SqlProbe::queryAnswered(const Query& query) const {
  constexpr std::array<std::string_view, label::DbOperation::kValues.size()> kNames = {
      "SELECT", "INSERT", "UPDATE", "DELETE", "COMMIT"};
  const bool whole = query.operation == label::DbOperation::kTx;
  std::array<Attribute, 5> attributes;
  std::size_t count = 0;
  attributes[count++] = safeAttribute("db.system.name", label::DbBackend::kValues.at(backend_));
  attributes[count++] = safeAttribute("db.operation.name", kNames.at(query.operation));
  attributes[count++] = safeAttribute("db.query.summary", query.name);
  if (query.statements > 1) {
    attributes[count++] = attribute("db.operation.batch.size", query.statements);
  }
  if (!query.errorType.empty()) attributes[count++] = safeAttribute("error.type", query.errorType);
  recordSpan({.name = whole ? std::string_view("transaction") : query.name,
              .kind = SpanKind::kClient,
              .start = query.asked,
              .end = query.answered,
              .status = query.errorType.empty() ? SpanStatus::kUnset : SpanStatus::kError,
              .attributes = std::span(attributes.data(), count)});
}

void SqlProbe::poolOpened(Pool pool, std::size_t connections) const {
  max_[pool].set(static_cast<double>(connections));
  active_[pool].add(0);
  waiting_[pool].add(0);
}

}  // namespace sw::obs
