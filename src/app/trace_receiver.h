#pragma once

#include <optional>
#include <string>

#include "base/config.h"

namespace sw::app {

/// Where traces go and how.
struct TraceReceiver {
  enum class Form { kOtlp, kThrift };
  Form form = Form::kOtlp;
  std::string url;
  std::string otherwise{};  // of OTLP on the same host, where the first is not there; may be empty
};

/// By OTEL_EXPORTER_OTLP_TRACES_ENDPOINT as it is, else OTEL_EXPORTER_OTLP_ENDPOINT with /v1/traces
/// behind it, else JAEGER_ENDPOINT: OTLP where its port is 4318 or its path is /v1/traces, else
/// Jaeger's Thrift with OTLP on port 4318 of the host behind it. Nothing where none is set or
/// OTEL_TRACES_EXPORTER is "none".
std::optional<TraceReceiver> traceReceiver(const base::Config::Tracing& config);

}  // namespace sw::app
