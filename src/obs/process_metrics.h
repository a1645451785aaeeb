#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "obs/memory_limit.h"
#include "obs/metric_catalog.h"

namespace sw::obs {

/// What the build is, for scheduling_build_info and health.
struct BuildInfo {
  std::string version;
  std::string revision;
  std::string compiler;
};

/// Lets every scrape read what the kernel and the allocator know of this process: the standard
/// process_* family, the allocator's and memory gauges. What cannot be read is left out.
/// `standard` is the requirement's `collectDefaultMetrics`; without it only the memory gauges
/// and scheduling_build_info are there. Registers with the catalogue's metrics for good.
void collectProcessMetrics(MetricCatalog& catalog, const BuildInfo& build,
                           const SystemPaths& paths = {}, bool standard = true);

}  // namespace sw::obs
