#pragma once

#include <string>

#include "obs/metrics.h"

namespace sw::obs {

/// docs/metrics.md: every declared family with type, labels, buckets, scope and where it is
/// observed.
std::string metricsMarkdown(const Metrics& metrics);

}  // namespace sw::obs
