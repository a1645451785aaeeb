#pragma once

#include <memory>
#include <span>
#include <string>

#include "adapters/otlp/resource.h"
#include "obs/span.h"

namespace sw::otlp {

/// The traces as a Batch of Jaeger's model (github.com/jaegertracing/jaeger-idl,
/// thrift/jaeger.thrift) in Thrift's binary protocol (github.com/apache/thrift,
/// doc/specs/thrift-binary-protocol.md).
std::string encodeJaeger(const Resource& resource,
                         std::span<const std::shared_ptr<obs::KeptTrace>> traces);

}  // namespace sw::otlp
