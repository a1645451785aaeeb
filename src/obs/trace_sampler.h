#pragma once

#include <optional>
#include <string_view>

#include "obs/trace_context.h"

namespace sw::obs {

/// Decides at the begin of a trace whether it is sampled, by the rules of OpenTelemetry's
/// samplers (opentelemetry.io/docs/specs/otel/trace/sdk, "Built-in samplers"). A plain value.
class Sampler {
 public:
  enum class Rule { kAlwaysOn, kAlwaysOff, kRatio };

  /// `parentBased`: a trace that comes from elsewhere is sampled as it was there.
  Sampler(Rule rule, double ratio, bool parentBased);
  /// Of a name as in OTEL_TRACES_SAMPLER and its argument; nothing for another name.
  static std::optional<Sampler> named(std::string_view name, double ratio);

  /// `parent` is null for a trace that begins here.
  [[nodiscard]] bool samples(const TraceId& trace, const TraceContext* parent) const {
    if (parentBased_ && parent != nullptr) return parent->sampled;
    // The 63 low bits decide, so that all services with one ratio decide alike.
    return (trace.low >> 1U) < bound_;
  }

 private:
  std::uint64_t bound_;  // of 2^63
  bool parentBased_;
};

}  // namespace sw::obs
