#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "adapters/otlp/resource.h"
#include "obs/span.h"

namespace sw::otlp {

/// The traces as an ExportTraceServiceRequest of OTLP 1 in Protocol Buffers
/// (github.com/open-telemetry/opentelemetry-proto, collector/trace/v1 and trace/v1).
std::string encodeOtlp(const Resource& resource,
                       std::span<const std::shared_ptr<obs::KeptTrace>> traces);

/// What an ExportTraceServiceResponse says was not taken; 0 for anything else.
std::uint64_t rejectedSpans(std::string_view answer);

}  // namespace sw::otlp
